package io.pigeonhole.jobs.report;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The classes of a report and their figures, by level. The other sections name a leaf by its place in this list, as its label
 * may be long and occurs often.
 */
final class Classes {

    /** More make the file slow to open and help nobody; those of most support are kept. */
    static final int MOST = 5_000;

    private static final List<String> FIGURES = List.of(
            "label",
            "support",
            "predicted",
            "tp",
            "precision",
            "precision_low",
            "precision_high",
            "recall",
            "recall_low",
            "recall_high",
            "f1",
            "f1_low",
            "f1_high",
            "sufficient_support");

    /** Shown where the table has them. */
    private static final List<String> MORE_FIGURES = List.of(
            "average_precision",
            "average_precision_low",
            "average_precision_high",
            "roc_auc",
            "roc_auc_low",
            "roc_auc_high",
            "brier",
            "calibration_error");

    private final List<String> columns;
    private final Map<String, List<Row>> levels;
    private final Map<String, Long> totals;
    private final Map<String, Row> descriptions;
    private final Map<String, Integer> leaves = new HashMap<>();

    private Classes(
            List<String> columns,
            Map<String, List<Row>> levels,
            Map<String, Long> totals,
            Map<String, Row> descriptions) {
        this.columns = columns;
        this.levels = levels;
        this.totals = totals;
        this.descriptions = descriptions;
        for (Row row : leafRows()) {
            leaves.put(row.getString(0), leaves.size());
        }
    }

    static Classes read(Session session, Evaluated subject) {
        Dataset<Row> table =
                session.store().read(JudgementTables.EVALUATION_PER_CLASS).filter(subject.wholeSplit());
        List<String> present = Arrays.asList(table.columns());
        List<String> columns = Stream.concat(
                        FIGURES.stream(), MORE_FIGURES.stream().filter(present::contains))
                .toList();
        Map<String, Long> totals = new HashMap<>();
        for (Row row : table.groupBy(EvaluationKey.LEVEL).count().collectAsList()) {
            totals.put(row.getString(0), row.getLong(1));
        }
        Map<String, List<Row>> levels = new LinkedHashMap<>();
        totals.keySet().stream()
                .sorted(Comparator.comparing((String level) -> !level.equals(EvaluationKey.LEAF))
                        .thenComparing(String::length)
                        .thenComparing(Comparator.naturalOrder()))
                .forEach(level -> levels.put(level, largest(table, level, columns)));
        return new Classes(columns, levels, totals, descriptions(session));
    }

    private static List<Row> largest(Dataset<Row> table, String level, List<String> columns) {
        return table.filter(col(EvaluationKey.LEVEL).equalTo(level))
                .orderBy(col("support").desc(), col("label"))
                .select(columns.stream().map(name -> col(name)).toArray(Column[]::new))
                .takeAsList(MOST);
    }

    private static Map<String, Row> descriptions(Session session) {
        Map<String, Row> descriptions = new HashMap<>();
        for (Row row : session.store()
                .readOrEmpty(ExampleTables.CLASSES)
                .select("label", "parent", "critical")
                .collectAsList()) {
            descriptions.put(row.getString(0), row);
        }
        return descriptions;
    }

    /** Place of a leaf in the list, or -1 where it was left out. */
    int leaf(String label) {
        return leaves.getOrDefault(label, -1);
    }

    boolean isCritical(String label) {
        Row description = descriptions.get(label);
        return description != null && !description.isNullAt(2) && description.getBoolean(2);
    }

    private List<Row> leafRows() {
        return levels.getOrDefault(EvaluationKey.LEAF, List.of());
    }

    /** Critical leaves, then the sufficiently supported ones of lowest F1. */
    List<String> worst(int count) {
        int f1 = columns.indexOf("f1");
        int sufficient = columns.indexOf("sufficient_support");
        return leafRows().stream()
                .filter(row -> row.getBoolean(sufficient) || isCritical(row.getString(0)))
                .sorted(Comparator.comparing((Row row) -> !isCritical(row.getString(0)))
                        .thenComparing(row -> row.getDouble(f1)))
                .limit(count)
                .map(row -> row.getString(0))
                .toList();
    }

    /** The leaves of most support. */
    List<String> largest(int count) {
        return leafRows().stream().limit(count).map(row -> row.getString(0)).toList();
    }

    ArrayNode json() {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        levels.forEach((level, rows) -> {
            ObjectNode table = Values.table(columns, rows);
            table.put("level", level);
            table.put("total", totals.getOrDefault(level, 0L));
            if (level.equals(EvaluationKey.LEAF)) {
                describe(table, rows);
            }
            json.add(table);
        });
        return json;
    }

    private void describe(ObjectNode table, List<Row> rows) {
        ArrayNode parents = table.putArray("parents");
        ArrayNode critical = table.putArray("critical");
        for (Row row : rows) {
            Row description = descriptions.get(row.getString(0));
            parents.add(Values.of(description == null ? null : description.get(1)));
            critical.add(isCritical(row.getString(0)));
        }
    }
}
