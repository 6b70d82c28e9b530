package io.pigeonhole.jobs.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.evaluation.EvaluationViews;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;

/** Slices of the split: their figures, and the classes with a lower recall inside a slice than outside. */
final class SliceSection {

    private static final Set<String> METRICS = Set.of(
            "accuracy",
            "macro_f1",
            "weighted_f1",
            "macro_precision",
            "macro_recall",
            "log_loss",
            "expected_calibration_error");
    private static final List<String> FIGURE = List.of("slice", "metric", "value", "low", "high", "support");
    private static final List<String> CELL =
            List.of("slice", "label", "support", "recall", "recall_low", "recall_high", "slice_q_value");
    private static final int MOST_FIGURES = 2_000;
    private static final int MOST_CELLS = 100;

    private SliceSection() {}

    /** The arrays {@code figures} and {@code cells}; both empty if there are no slices. */
    static ObjectNode json(Session session, Evaluated subject) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        RowCondition leaves = subject.rows().and(EvaluationKey.LEVEL, EvaluationKey.LEAF);
        json.set(
                "figures",
                Values.objects(
                        session.store().rows(JudgementTables.EVALUATION_SUMMARY, leaves).stream()
                                .filter(row ->
                                        !row.<String>getAs(EvaluationKey.SLICE).equals(EvaluationKey.ALL)
                                                && METRICS.contains(row.<String>getAs("metric")))
                                .sorted(Comparator.comparing((Row row) -> -row.<Long>getAs("support"))
                                        .thenComparing(row -> row.<String>getAs(EvaluationKey.SLICE))
                                        .thenComparing(row -> row.<String>getAs("metric")))
                                .limit(MOST_FIGURES),
                        FIGURE));
        ArrayNode cells = json.putArray("cells");
        EvaluationViews.weakest(
                        session.store().rows(JudgementTables.EVALUATION_PER_CLASS, leaves),
                        EvaluationViews.FALSE_DISCOVERY_RATE)
                .stream()
                .limit(MOST_CELLS)
                .forEach(weak ->
                        cells.add(Values.object(weak.cell(), CELL).set("class_recall", Values.of(weak.classRecall()))));
        return json;
    }

    /** Whether the JSON has any content. */
    static boolean isEmpty(ObjectNode json) {
        return json.path("figures").isEmpty() && json.path("cells").isEmpty();
    }
}
