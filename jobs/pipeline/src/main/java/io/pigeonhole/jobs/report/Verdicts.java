package io.pigeonhole.jobs.report;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.TableDefinition;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** What was concluded about the model version: the tables {@code comparisons} and {@code gates}, where a store has them. */
final class Verdicts {

    static final Verdicts COMPARISONS = new Verdicts(
            "comparisons",
            "difference",
            List.of(
                    "base_model",
                    "base_version",
                    "base_split",
                    "level",
                    "metric",
                    "label",
                    "support",
                    "base_value",
                    "value",
                    "difference",
                    "low",
                    "high",
                    "p_adjusted",
                    "verdict"));

    static final Verdicts GATES = new Verdicts(
            "gates",
            "value",
            List.of(
                    "statement",
                    "label",
                    "judged_on",
                    "reference",
                    "bound",
                    "value",
                    "low",
                    "high",
                    "support",
                    "rows_needed",
                    "verdict"));

    /** What failed comes first, and of that what is furthest off; more of it is read in the table itself. */
    private static final int MOST = 1_000;

    private final TableDefinition table;
    private final String figure;
    private final List<String> columns;

    private Verdicts(String table, String figure, List<String> columns) {
        this.table = new TableDefinition(table, "Verdicts", List.of(), new StructType(), Map.of());
        this.figure = figure;
        this.columns = columns;
    }

    String name() {
        return table.name();
    }

    /** Absent where the table is, or has no row about the model version. */
    Optional<ObjectNode> json(Session session, Evaluated subject) {
        if (!session.store().exists(table)) {
            return Optional.empty();
        }
        Dataset<Row> rows = session.store().read(table).filter(subject.wholeSplit());
        List<String> present = Arrays.asList(rows.columns());
        List<String> shown = columns.stream().filter(present::contains).toList();
        List<Row> found = rows.orderBy(order(shown))
                .limit(MOST)
                .select(shown.stream().map(name -> col(name)).toArray(Column[]::new))
                .collectAsList();
        return found.isEmpty() ? Optional.empty() : Optional.of(Values.table(shown, found));
    }

    private Column[] order(List<String> shown) {
        return Stream.concat(
                        Stream.of(
                                col("verdict").isin("fail", "worse").desc(),
                                col("verdict").isin("better", "pass").desc(),
                                abs(col(figure)).desc()),
                        Stream.of("statement", "metric", "label")
                                .filter(shown::contains)
                                .map(name -> col(name)))
                .toArray(Column[]::new);
    }
}
