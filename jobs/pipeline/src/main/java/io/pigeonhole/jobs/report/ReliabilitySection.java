package io.pigeonhole.jobs.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.evaluation.probabilities.EvaluationCalibration;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/** Curves of the chosen leaves: accuracy by confidence, and precision and recall at each threshold. */
final class ReliabilitySection {

    private static final int MOST_POINTS = 60;
    private static final String LABEL = "label";

    private ReliabilitySection() {}

    private static final List<String> BIN =
            List.of("bin_low", "bin_high", "count", "mean_confidence", "accuracy", "accuracy_low", "accuracy_high");
    private static final List<String> POINT =
            List.of("threshold", "precision", "recall", "true_positive_rate", "false_positive_rate");

    /**
     * Bins of equal width: those of all classes together under the key {@code all}, those of each chosen class under
     * its index.
     */
    static ObjectNode calibration(Session session, Evaluated subject, Classes classes, Set<String> chosen) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        session
                .store()
                .rows(
                        JudgementTables.EVALUATION_CALIBRATION,
                        subject.leaves().and("binning", EvaluationCalibration.EQUAL_WIDTH))
                .stream()
                .filter(bin -> bin.getAs(LABEL) == null || chosen.contains(bin.<String>getAs(LABEL)))
                .sorted(Comparator.comparing(
                                (Row bin) -> bin.<String>getAs(LABEL), Comparator.nullsFirst(Comparator.naturalOrder()))
                        .thenComparing(bin -> bin.<Integer>getAs("bin")))
                .forEach(bin -> {
                    String label = bin.getAs(LABEL);
                    String key = label == null ? "all" : String.valueOf(classes.leaf(label));
                    json.withArray("/" + key).add(Values.cells(bin, BIN));
                });
        return json;
    }

    /** Points of each chosen class under its index; empty if there are none. */
    static ObjectNode curves(Session session, Evaluated subject, Classes classes, Set<String> chosen) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        Map<String, ArrayNode> points = new TreeMap<>();
        session.store().rows(JudgementTables.EVALUATION_CURVES, subject.leaves()).stream()
                .filter(point -> chosen.contains(point.<String>getAs(LABEL)))
                .sorted(Comparator.comparing(point -> point.<Double>getAs("threshold")))
                .forEach(point -> points.computeIfAbsent(
                                point.getAs(LABEL), label -> JsonNodeFactory.instance.arrayNode())
                        .add(Values.cells(point, POINT)));
        points.forEach((label, all) -> json.set(String.valueOf(classes.leaf(label)), thinned(all)));
        return json;
    }

    /** Evenly chosen points, including the first and the last. */
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
