package io.pigeonhole.jobs.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.TableDefinition;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** The verdicts on the model version, from the tables {@code comparisons} and {@code gates} if the store has them. */
final class Verdicts {

    static final Verdicts COMPARISONS = new Verdicts(
            JudgementTables.COMPARISONS,
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
            JudgementTables.GATES,
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

    /** Largest number of verdicts shown. Failures come first, the largest deviation first; the table holds the rest. */
    private static final int MOST = 1_000;

    private final TableDefinition table;
    private final String figure;
    private final List<String> columns;

    private Verdicts(TableDefinition table, String figure, List<String> columns) {
        this.table = table;
        this.figure = figure;
        this.columns = columns;
    }

    String name() {
        return table.name();
    }

    /** Absent if the table is missing or has no row about the model version. */
    Optional<ObjectNode> json(Session session, Evaluated subject) {
        List<Row> found = session.store().rows(table, subject.wholeSplit()).stream()
                .sorted(order())
                .limit(MOST)
                .toList();
        return found.isEmpty() ? Optional.empty() : Optional.of(Values.table(columns, found));
    }

    private Comparator<Row> order() {
        Comparator<Row> order = Comparator.comparingInt(row -> rank(row.getAs("verdict")));
        order = order.thenComparing(
                row -> row.<Double>getAs(figure),
                Comparator.nullsLast(Comparator.comparingDouble((Double value) -> -Math.abs(value))));
        for (String column : List.of("statement", "metric", "label")) {
            if (columns.contains(column)) {
                order = order.thenComparing(
                        row -> row.<String>getAs(column), Comparator.nullsFirst(Comparator.naturalOrder()));
            }
        }
        return order;
    }

    private static int rank(String verdict) {
        return switch (verdict) {
            case "fail", "worse" -> 0;
            case "better", "pass" -> 1;
            default -> 2;
        };
    }
}
