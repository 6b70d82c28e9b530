package io.pigeonhole.evaluation;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.settings.ThresholdSpec;
import io.pigeonhole.transforms.Taxonomy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** Inputs of the tests: the reference predictions, and simulated ones of any size. */
public final class Samples {

    public static final EvaluationSpec SPEC = spec(List.of(
            new ThresholdSpec.F1(),
            new ThresholdSpec.Precision(0.6),
            new ThresholdSpec.Recall(0.7),
            new ThresholdSpec.Cost(1, 2, Map.of("a1", new ThresholdSpec.Costs(3, 1)))));

    public static final Taxonomy TAXONOMY = Taxonomy.ofPaths(Map.of(
            "a1", List.of("a", "a1"),
            "a2", List.of("a", "a2"),
            "b1", List.of("b", "b1"),
            "b2", List.of("b", "b2"),
            "b3", List.of("b", "b3"),
            "c1", List.of("c1")));

    private static @Nullable EvaluationTables evaluatedReference;

    private Samples() {}

    public static EvaluationSpec spec(List<ThresholdSpec> thresholds) {
        return new EvaluationSpec(List.of(1, 2, 3), 10, 200, 0.95, 7, 5, 1_000, List.of(), thresholds, 0.1);
    }

    /** The tables of the reference predictions, computed once for all tests. */
    public static synchronized EvaluationTables evaluatedReference(SparkSession spark) {
        if (evaluatedReference == null) {
            evaluatedReference = Evaluation.evaluate(reference(spark), TAXONOMY, SPEC);
        }
        return evaluatedReference;
    }

    /** Fields of the lines of a file beside {@code generate.py}, without its header. */
    public static List<String[]> read(String file) {
        try (InputStream in = Samples.class.getResourceAsStream("/reference/" + file)) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().skip(1).map(line -> line.split(",", -1)).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Dataset<Row> reference(SparkSession spark) {
        return spark.createDataFrame(referenceRows(), Predictions.SCHEMA);
    }

    public static List<Row> referenceRows() {
        List<Row> rows = new ArrayList<>();
        for (String[] line : read("predictions.csv")) {
            rows.add(RowFactory.create(
                    line[0],
                    "model",
                    1,
                    line[1],
                    line[2],
                    line[3],
                    Double.valueOf(line[4]),
                    number(line[5]),
                    whole(line[6]),
                    topK(line[7]),
                    List.of(RowFactory.create(
                            1,
                            line[8],
                            line[9],
                            Double.valueOf(line[10]),
                            number(line[11]),
                            whole(line[12]),
                            parents(line[7]),
                            0.0)),
                    topK(line[7]),
                    null));
        }
        return rows;
    }

    /** Rows of random classes, right in about {@code accuracy} of all cases, each with a parent one level up. */
    public static List<Row> simulated(int size, int classes, double accuracy, long seed) {
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            int label = random.nextInt(classes);
            int predicted = random.nextDouble() < accuracy ? label : random.nextInt(classes);
            double confidence = 0.3 + 0.7 * random.nextDouble();
            double probability = label == predicted ? confidence : (1 - confidence) * random.nextDouble();
            int rank = label == predicted ? 1 : 2 + random.nextInt(classes);
            rows.add(RowFactory.create(
                    "example-" + i,
                    "model",
                    3,
                    i % 3 == 0 ? "validation" : "test",
                    i % 50 == 49 ? null : "class-" + label,
                    "class-" + predicted,
                    confidence,
                    i % 50 == 49 ? null : (Double) probability,
                    i % 50 == 49 ? null : (Integer) rank,
                    List.of(RowFactory.create("class-" + predicted, confidence)),
                    List.of(RowFactory.create(
                            1,
                            "group-" + label % 7,
                            "group-" + predicted % 7,
                            confidence,
                            probability,
                            rank,
                            null,
                            null)),
                    List.of(
                            RowFactory.create("class-" + predicted, confidence),
                            RowFactory.create(
                                    "class-" + (label == predicted ? (label + 1) % classes : label),
                                    (1 - confidence) * 0.5)),
                    (1 - confidence) * 0.25));
        }
        return rows;
    }

    private static List<Row> topK(String text) {
        return Arrays.stream(text.split(" ", -1))
                .map(entry -> entry.split(":", -1))
                .map(entry -> RowFactory.create(entry[0], Double.valueOf(entry[1])))
                .toList();
    }

    /** The probabilities of the parents, which are called by the first letter of their classes. */
    private static List<Row> parents(String text) {
        TreeMap<String, Double> sums = new TreeMap<>();
        topK(text).forEach(entry -> sums.merge(entry.getString(0).substring(0, 1), entry.getDouble(1), Double::sum));
        return sums.entrySet().stream()
                .map(entry -> RowFactory.create(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static @Nullable Double number(String text) {
        return text.isEmpty() ? null : Double.valueOf(text);
    }

    private static @Nullable Integer whole(String text) {
        return text.isEmpty() ? null : Integer.valueOf(text);
    }
}
