package io.pigeonhole.training.calibration;

import io.pigeonhole.transforms.DecisionNodes;
import io.pigeonhole.transforms.Taxonomy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Labels with probabilities that are too sure of themselves. */
final class CalibrationData {

    static final int CLASSES = 4;

    static final Taxonomy FLAT = Taxonomy.flat(List.of("c0", "c1", "c2", "c3"));

    static final Taxonomy TREE = Taxonomy.ofPaths(Map.of(
            "c0", List.of("left", "c0"),
            "c1", List.of("left", "c1"),
            "c2", List.of("right", "c2"),
            "c3", List.of("right", "c3")));

    private static final StructType SCHEMA = new StructType()
            .add(Calibrator.UNIT, DataTypes.LongType)
            .add(Calibrator.LABEL, DataTypes.StringType)
            .add(Calibrator.PROBABILITY, SQLDataTypes.VectorType())
            .add("prediction", DataTypes.StringType);

    private CalibrationData() {}

    /** Lines of the file beside {@code calibrations.py}, without its header. */
    static List<String[]> reference() {
        try (InputStream in = CalibrationData.class.getResourceAsStream("/reference/calibrations.csv")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().skip(1).map(line -> line.split(",", -1)).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Four numbers of a line, scaled to one. */
    static double[] probabilities(String[] line, int from) {
        double[] probabilities = new double[CLASSES];
        for (int k = 0; k < CLASSES; k++) {
            probabilities[k] = Double.parseDouble(line[from + k]);
        }
        DecisionNodes.scaleToOne(probabilities, 0, CLASSES);
        return probabilities;
    }

    static List<Row> referenceRows() {
        List<Row> rows = new ArrayList<>();
        for (String[] line : reference()) {
            rows.add(row(rows.size(), line[0], probabilities(line, 1)));
        }
        return rows;
    }

    /** Labels drawn from true probabilities, and the same probabilities sharpened: to the power of 2. */
    static List<Row> sharpened(int size, long seed) {
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            double[] truth = new double[CLASSES];
            double[] given = new double[CLASSES];
            for (int k = 0; k < CLASSES; k++) {
                truth[k] = Math.exp(1.3 * random.nextGaussian());
                given[k] = truth[k] * truth[k];
            }
            DecisionNodes.scaleToOne(truth, 0, CLASSES);
            DecisionNodes.scaleToOne(given, 0, CLASSES);
            double drawn = random.nextDouble();
            int label = 0;
            while (label < CLASSES - 1 && drawn >= truth[label]) {
                drawn -= truth[label++];
            }
            rows.add(row(random.nextLong(), "c" + label, given));
        }
        return rows;
    }

    static Row row(long unit, String label, double[] probabilities) {
        return RowFactory.create(
                unit,
                label,
                Vectors.dense(probabilities),
                "c" + Vectors.dense(probabilities).argmax());
    }

    static Dataset<Row> dataset(SparkSession spark, List<Row> rows) {
        return spark.createDataFrame(rows, SCHEMA);
    }
}
