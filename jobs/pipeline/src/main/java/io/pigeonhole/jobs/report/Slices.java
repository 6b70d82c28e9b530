package io.pigeonhole.jobs.report;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.evaluation.EvaluationViews;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Parts of the split: their figures, and the classes that are recognised less often in one than outside it. */
final class Slices {

    private static final Object[] METRICS = {
        "accuracy",
        "macro_f1",
        "weighted_f1",
        "macro_precision",
        "macro_recall",
        "log_loss",
        "expected_calibration_error"
    };
    private static final Column[] CELL = Stream.of(
                    "slice", "label", "support", "recall", "recall_low", "recall_high", "class_recall", "slice_q_value")
            .map(name -> col(name))
            .toArray(Column[]::new);
    private static final int MOST_FIGURES = 2_000;
    private static final int MOST_CELLS = 100;

    private Slices() {}

    /** The arrays {@code figures} and {@code cells}; both empty where there are no slices. */
    static ObjectNode json(Session session, Evaluated subject) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        Column leaves = subject.rows().and(col(EvaluationKey.LEVEL).equalTo(EvaluationKey.LEAF));
        Column parts = col(EvaluationKey.SLICE).notEqual(EvaluationKey.ALL);
        json.set(
                "figures",
                Values.objects(session.store()
                        .read(JudgementTables.EVALUATION_SUMMARY)
                        .filter(leaves.and(parts).and(col("metric").isin(METRICS)))
                        .orderBy(col("support").desc(), col(EvaluationKey.SLICE), col("metric"))
                        .limit(MOST_FIGURES)
                        .select("slice", "metric", "value", "low", "high", "support")));
        Dataset<Row> perClass =
                session.store().read(JudgementTables.EVALUATION_PER_CLASS).filter(leaves);
        json.set(
                "cells",
                Values.objects(EvaluationViews.weakest(perClass, EvaluationViews.FALSE_DISCOVERY_RATE)
                        .limit(MOST_CELLS)
                        .select(CELL)));
        return json;
    }

    /** Whether the JSON holds anything. */
    static boolean isEmpty(ObjectNode json) {
        return json.path("figures").isEmpty() && json.path("cells").isEmpty();
    }
}
