package io.pigeonhole.evaluation.predictions;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.evaluation.settings.EvaluationErrors;
import io.pigeonhole.evaluation.settings.SliceSpec;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.transforms.PipelineException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** The column with the slices that rows belong to. */
public final class SliceColumn {

    /** Stands for a null value. */
    static final String MISSING = "(missing)";

    private SliceColumn() {}

    /**
     * Adds the column {@link Predictions#SLICES} to rows with the columns that the slices use.
     *
     * @throws PipelineException (configuration) if a column does not exist or an expression is invalid
     */
    public static Dataset<Row> add(Dataset<Row> rows, List<SliceSpec> slices) {
        Map<String, Column> parts = new LinkedHashMap<>();
        for (SliceSpec slice : slices) {
            if (slice instanceof SliceSpec.Column column) {
                parts.put(slice.name(), part(slice, checked(rows, slice, "`" + column.column() + "`")));
            } else if (slice instanceof SliceSpec.Expression expression) {
                parts.put(slice.name(), part(slice, checked(rows, slice, expression.sql())));
            }
        }
        Column[] all = slices.stream()
                .map(slice -> slice instanceof SliceSpec.Cross cross
                        ? concat_ws(", ", cross.of().stream().map(parts::get).toArray(Column[]::new))
                        : parts.get(slice.name()))
                .toArray(Column[]::new);
        // without slices the array would have no type
        return rows.withColumn(Predictions.SLICES, array(all).cast("array<string>"));
    }

    /** The slices that can be computed from the columns of these rows. */
    public static List<SliceSpec> possible(Dataset<Row> rows, List<SliceSpec> slices) {
        Set<String> possible = new HashSet<>();
        for (SliceSpec slice : slices) {
            if (slice instanceof SliceSpec.Cross cross ? possible.containsAll(cross.of()) : resolves(rows, slice)) {
                possible.add(slice.name());
            }
        }
        return slices.stream().filter(slice -> possible.contains(slice.name())).toList();
    }

    private static boolean resolves(Dataset<Row> rows, SliceSpec slice) {
        try {
            add(rows, List.of(slice));
            return true;
        } catch (PipelineException e) {
            return false;
        }
    }

    /** The slices of each row of predictions, including the whole split. */
    public static Column of(Set<String> columns) {
        if (!columns.contains(Predictions.SLICES)) {
            return array(lit(EvaluationKey.ALL));
        }
        Column given = coalesce(col(Predictions.SLICES), array().cast("array<string>"));
        return array_distinct(concat(array(lit(EvaluationKey.ALL)), given));
    }

    private static Column part(SliceSpec slice, Column value) {
        return concat(lit(slice.name() + "="), coalesce(value.cast(DataTypes.StringType), lit(MISSING)));
    }

    private static Column checked(Dataset<Row> rows, SliceSpec slice, String sql) {
        try {
            Column value = expr(sql);
            rows.select(value).schema();
            return value;
        } catch (Exception e) {
            // Spark throws this checked exception without declaring it
            if (e instanceof AnalysisException wrong) {
                throw EvaluationErrors.badSetting(
                        "slice",
                        "'" + slice.name() + "'",
                        wrong.getSimpleMessage(),
                        "The examples have the columns " + List.of(rows.columns()));
            }
            throw e;
        }
    }
}
