package io.pigeonhole.transforms.split;

import static io.pigeonhole.transforms.Columns.LABEL;
import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.transforms.PipelineException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Splits that the rows themselves determine, by their time or by a column. */
final class SettledSplits {

    private static final int SHOWN = 10;

    private SettledSplits() {}

    /** The split of each row; null if the row is to be dealt. */
    static Column column(SplitSpec spec) {
        Column said = said(spec);
        boolean drawsFromTrain = spec.given().isPresent() && spec.given().get().validation() > 0;
        return drawsFromTrain ? when(said.notEqual(Split.TRAIN.code()), said) : said;
    }

    /** The split that each row states; null if it states none. */
    private static Column said(SplitSpec spec) {
        if (spec.timeCut().isPresent()) {
            return byTime(spec.timeCut().get());
        }
        return spec.given().map(SplitSpec.Given::split).orElse(lit(null).cast("string"));
    }

    private static Column byTime(SplitSpec.TimeCut cut) {
        Column time = named(cut.column()).try_cast("timestamp");
        return when(time.lt(lit(cut.validationStart())), lit(Split.TRAIN.code()))
                .when(time.lt(lit(cut.testStart())), lit(Split.VALIDATION.code()))
                .when(time.isNotNull(), lit(Split.TEST.code()));
    }

    /** Checks that every labelled row states its split, if the specification takes the splits from the rows. */
    static void check(Dataset<Row> examples, SplitSpec spec) {
        if (spec.isDealt()) {
            return;
        }
        String column = spec.timeCut()
                .map(SplitSpec.TimeCut::column)
                .or(() -> spec.given().map(SplitSpec.Given::column))
                .orElseThrow();
        List<Row> unsettled = examples.where(
                        col(LABEL).isNotNull().and(said(spec).isNull()))
                .groupBy(coalesce(named(column).cast("string"), lit("null")).as("value"))
                .count()
                .orderBy(col("count").desc(), col("value"))
                .limit(SHOWN + 1)
                .collectAsList();
        if (!unsettled.isEmpty()) {
            String values = unsettled.stream()
                    .limit(SHOWN)
                    .map(row -> "'" + row.getString(0) + "' (" + row.getLong(1) + " rows)")
                    .collect(Collectors.joining(", "));
            throw PipelineException.dataContract("The column '" + column + "' leaves rows without a split: " + values
                    + (unsettled.size() > SHOWN ? ", ..." : "")
                    + (spec.timeCut().isPresent()
                            ? ". A split by time needs a time in every row; leave these rows out or correct them."
                            : ". It must say train, validation or test; give its other words as aliases."));
        }
    }
}
