package io.pigeonhole.jobs.report;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.evaluation.probabilities.EvaluationCalibration;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Curves of the chosen leaves: how often a confidence was right, and precision and recall at each threshold. */
final class ReliabilitySection {

    private static final int MOST_POINTS = 60;

    private ReliabilitySection() {}

    /** Bins of equal width, of all classes together under the key {@code all}, of each chosen class under its place. */
    static ObjectNode calibration(Session session, Evaluated subject, Classes classes, Collection<String> chosen) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        List<Row> bins = leaves(session.store().read(JudgementTables.EVALUATION_CALIBRATION), subject)
                .filter(col("binning")
                        .equalTo(EvaluationCalibration.EQUAL_WIDTH)
                        .and(col("label").isNull().or(col("label").isin(chosen.toArray()))))
                .orderBy(col("label"), col("bin"))
                .select(
                        "label",
                        "bin_low",
                        "bin_high",
                        "count",
                        "mean_confidence",
                        "accuracy",
                        "accuracy_low",
                        "accuracy_high")
                .collectAsList();
        for (Row bin : bins) {
            String key = bin.isNullAt(0) ? "all" : String.valueOf(classes.leaf(bin.getString(0)));
            json.withArray("/" + key).add(withoutLabel(bin));
        }
        return json;
    }

    /** Points of each chosen class under its place; empty where there are none. */
    static ObjectNode curves(Session session, Evaluated subject, Classes classes, Collection<String> chosen) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        Map<String, ArrayNode> points = new TreeMap<>();
        for (Row point : leaves(session.store().readOrEmpty(JudgementTables.EVALUATION_CURVES), subject)
                .filter(col("label").isin(chosen.toArray()))
                .orderBy("label", "threshold")
                .select("label", "threshold", "precision", "recall", "true_positive_rate", "false_positive_rate")
                .collectAsList()) {
            points.computeIfAbsent(point.getString(0), label -> JsonNodeFactory.instance.arrayNode())
                    .add(withoutLabel(point));
        }
        points.forEach((label, all) -> json.set(String.valueOf(classes.leaf(label)), thinned(all)));
        return json;
    }

    private static Dataset<Row> leaves(Dataset<Row> table, Evaluated subject) {
        return table.filter(subject.wholeSplit().and(col(EvaluationKey.LEVEL).equalTo(EvaluationKey.LEAF)));
    }

    private static ArrayNode withoutLabel(Row row) {
        ArrayNode cells = Values.cells(row);
        cells.remove(0);
        return cells;
    }

    /** Evenly chosen points, the first and the last among them. */
    private static ArrayNode thinned(ArrayNode points) {
        if (points.size() <= MOST_POINTS) {
            return points;
        }
        ArrayNode thinned = JsonNodeFactory.instance.arrayNode();
        IntStream.range(0, MOST_POINTS)
                .map(i -> (int) ((long) i * (points.size() - 1) / (MOST_POINTS - 1)))
                .forEach(i -> thinned.add(points.get(i)));
        return thinned;
    }
}
