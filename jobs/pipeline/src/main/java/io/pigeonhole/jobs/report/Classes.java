package io.pigeonhole.jobs.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * The classes of a report and their figures, by level. The other sections refer to a leaf by its index in this list,
 * since labels may be long and occur often.
 */
final class Classes {

    /**
     * Largest number of classes in the report; more would make the file slow to open. Those with the most support are
     * kept.
     */
    static final int MOST = 5_000;

    private static final String LABEL = "label";

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
            "sufficient_support",
            "average_precision",
            "average_precision_low",
            "average_precision_high",
            "roc_auc",
            "roc_auc_low",
            "roc_auc_high",
            "brier",
            "calibration_error");

    private final Map<String, List<Row>> levels;
    private final Map<String, Long> totals;
    private final Map<String, Row> descriptions;
    private final Map<String, Integer> leaves = new HashMap<>();

    private Classes(Map<String, List<Row>> levels, Map<String, Long> totals, Map<String, Row> descriptions) {
        this.levels = levels;
        this.totals = totals;
        this.descriptions = descriptions;
        for (Row row : leafRows()) {
            leaves.put(row.getAs(LABEL), leaves.size());
        }
    }

    static Classes read(Session session, Evaluated subject) {
        Map<String, List<Row>> all =
                session.store().rows(JudgementTables.EVALUATION_PER_CLASS, subject.wholeSplit()).stream()
                        .collect(Collectors.groupingBy(row -> row.<String>getAs(EvaluationKey.LEVEL)));
        Map<String, List<Row>> levels = new LinkedHashMap<>();
        Map<String, Long> totals = new HashMap<>();
        all.keySet().stream()
                .sorted(Comparator.comparing((String level) -> !level.equals(EvaluationKey.LEAF))
                        .thenComparing(String::length)
                        .thenComparing(Comparator.naturalOrder()))
                .forEach(level -> {
                    List<Row> rows = all.getOrDefault(level, List.of());
                    totals.put(level, (long) rows.size());
                    levels.put(level, largest(rows));
                });
        return new Classes(levels, totals, descriptions(session));
    }

    private static List<Row> largest(List<Row> rows) {
        return rows.stream()
                .sorted(Comparator.comparing((Row row) -> -row.<Long>getAs("support"))
                        .thenComparing(row -> row.<String>getAs(LABEL)))
                .limit(MOST)
                .toList();
    }

    private static Map<String, Row> descriptions(Session session) {
        return session.store().rows(ExampleTables.CLASSES).stream()
                .collect(Collectors.toMap(row -> row.getAs(LABEL), row -> row));
    }

    /** Index of a leaf in the list, or -1 if it was left out. */
    int leaf(String label) {
        return leaves.getOrDefault(label, -1);
    }

    boolean isCritical(String label) {
        Row description = descriptions.get(label);
        return description != null && Boolean.TRUE.equals(description.<Boolean>getAs("critical"));
    }

    private List<Row> leafRows() {
        return levels.getOrDefault(EvaluationKey.LEAF, List.of());
    }

    /** Critical leaves, followed by the sufficiently supported leaves with the lowest F1. */
    List<String> worst(int count) {
        return leafRows().stream()
                .filter(row -> row.<Boolean>getAs("sufficient_support") || isCritical(row.getAs(LABEL)))
                .sorted(Comparator.comparing((Row row) -> !isCritical(row.getAs(LABEL)))
                        .thenComparing(row -> row.<Double>getAs("f1")))
                .limit(count)
                .map(row -> row.<String>getAs(LABEL))
                .toList();
    }

    /** The leaves with the most support. */
    List<String> largest(int count) {
        return leafRows().stream()
                .limit(count)
                .map(row -> row.<String>getAs(LABEL))
                .toList();
    }

    ArrayNode json() {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        levels.forEach((level, rows) -> {
            ObjectNode table = Values.table(FIGURES, rows);
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
            Row description = descriptions.get(row.<String>getAs(LABEL));
            parents.add(Values.of(description == null ? null : description.getAs("parent")));
            critical.add(isCritical(row.getAs(LABEL)));
        }
    }
}
