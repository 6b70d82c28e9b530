package io.pigeonhole.training.calibration;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.transforms.SparkTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibratorTest extends SparkTest {

    private static final List<CalibrationMethod> ALL = List.of(CalibrationMethod.values());
    private static final List<Row> ROWS = CalibrationData.sharpened(900, 3);
    private static final Dataset<Row> DATA = CalibrationData.dataset(spark, ROWS);
    private static final CrossFit FLAT = new Calibrator(CalibrationData.FLAT, 3, 1).fit(DATA, ALL);
    private static final CrossFit TREE = new Calibrator(CalibrationData.TREE, 3, 1).fit(DATA, ALL);

    private static List<double[]> calibrated(CalibratedModel model, Dataset<Row> rows) {
        return model.transform(rows).select("probability").collectAsList().stream()
                .map(row -> row.<Vector>getAs(0).toArray())
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"TEMPERATURE, 5, 1e-6", "VECTOR, 9, 2e-3", "ISOTONIC, 13, 1e-9"})
    void whatIsFittedIsWhatOtherProgramsFit(CalibrationMethod method, int column, double tolerance) {
        Dataset<Row> rows = CalibrationData.dataset(spark, CalibrationData.referenceRows());
        CalibratedModel model = new Calibrator(CalibrationData.FLAT, 2, 1)
                .fit(rows, List.of(method))
                .model("calibrated", List.of(method));

        List<double[]> calibrated = calibrated(model, rows);

        List<String[]> expected = CalibrationData.reference();
        for (int i = 0; i < expected.size(); i++) {
            assertThat(calibrated.get(i))
                    .as("line %d", i)
                    .containsExactly(CalibrationData.probabilities(expected.get(i), column), within(tolerance));
        }
    }

    @Test
    void everyMethodBringsTheLossOfSharpenedProbabilitiesDown() {
        List<Row> losses = FLAT.losses(DATA).collectAsList();
        double[] means = new double[ALL.size()];
        for (Row row : losses) {
            assertThat(row.getString(0)).isEmpty();
            for (int method = 0; method < means.length; method++) {
                means[method] += row.<Double>getList(2).get(method) / losses.size();
            }
        }

        assertThat(losses).hasSize(900);
        assertThat(means[1]).isLessThan(means[0] - 0.05);
        assertThat(means[2]).isLessThan(means[0] - 0.05);
        assertThat(means[3]).isLessThan(means[0] - 0.03);
        assertThat(means[1]).as("more freedom than there is to fit costs").isLessThan(means[3]);
    }

    @ParameterizedTest
    @CsvSource({"TEMPERATURE", "VECTOR", "ISOTONIC"})
    void aRowIsJudgedByFunctionsThatHaveNotSeenIt(CalibrationMethod method) {
        Dataset<Row> held = DATA.filter(pmod(col("unit"), lit(3)).equalTo(1));
        Dataset<Row> others = DATA.filter(pmod(col("unit"), lit(3)).notEqual(1));
        CrossFit ofOthers = new Calibrator(CalibrationData.FLAT, 2, 1).fit(others, List.of(method));

        List<double[]> expected = calibrated(ofOthers.model("others", List.of(method)), held);
        List<Row> judged = FLAT.heldOut(held, List.of(method), 0).collectAsList();

        assertThat(judged).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            List<Row> classes = judged.get(i).getList(5);
            for (int k = 0; k < CalibrationData.CLASSES; k++) {
                // vector scaling ends within a tolerance, of either fit
                assertThat(classes.get(k).getDouble(2))
                        .isCloseTo(expected.get(i)[k], within(method == CalibrationMethod.VECTOR ? 2e-3 : 1e-6));
            }
        }
    }

    @Test
    void eachNodeIsCalibratedByItselfAndLevelsStayCoherent() {
        assertThat(TREE.nodes()).containsExactly("", "left", "right");
        List<double[]> before = calibrated(TREE.model("none", Collections.nCopies(3, CalibrationMethod.NONE)), DATA);
        List<double[]> after = calibrated(
                TREE.model(
                        "left", List.of(CalibrationMethod.NONE, CalibrationMethod.TEMPERATURE, CalibrationMethod.NONE)),
                DATA);
        for (int i = 0; i < before.size(); i++) {
            double[] p = before.get(i);
            double[] q = after.get(i);
            assertThat(q[0] + q[1]).as("the node above").isCloseTo(p[0] + p[1], within(1e-12));
            assertThat(q[2]).as("a node beside").isCloseTo(p[2], within(1e-12));
            assertThat(q[3]).isCloseTo(p[3], within(1e-12));
            assertThat(Math.abs(q[0] - q[1])).as("less sure").isLessThanOrEqualTo(Math.abs(p[0] - p[1]) + 1e-12);
        }
        List<Row> losses = TREE.losses(DATA).collectAsList();
        assertThat(losses)
                .as("a row is judged at the root and at one node below")
                .hasSize(2 * 900);
    }

    @Test
    void aNodeWithTooFewRowsAndALabelWithoutAClassChangeNothing() {
        List<Row> rows = new ArrayList<>(ROWS);
        rows.add(CalibrationData.row(1, "unheard of", new double[] {0.25, 0.25, 0.25, 0.25}));
        Dataset<Row> data = CalibrationData.dataset(spark, rows);
        CrossFit fit = new Calibrator(CalibrationData.TREE, 3, 500).fit(data, ALL);
        List<CalibrationMethod> isotonic = Collections.nCopies(3, CalibrationMethod.ISOTONIC);

        assertThat(fit.losses(data).collectAsList()).hasSize(2 * 900);
        double[] given = {0.72, 0.08, 0.19, 0.01};
        Dataset<Row> one = CalibrationData.dataset(spark, List.of(CalibrationData.row(1, "c0", given)));
        double[] changed = calibrated(fit.model("few", isotonic), one).get(0);
        assertThat(changed[0] / changed[1]).isCloseTo(9, within(1e-9));
        assertThat(changed[0] + changed[1]).as("the root has rows enough").isNotCloseTo(0.8, within(1e-3));
    }

    @ParameterizedTest
    @CsvSource({"TEMPERATURE", "VECTOR", "ISOTONIC"})
    void theSameBitsWhateverTheOrderAndPartitioningOfTheRows(CalibrationMethod method) {
        List<CalibrationMethod> picked = Collections.nCopies(3, method);
        String expected = TREE.model("fitted", picked).fingerprint();
        for (int partitions : new int[] {1, 7}) {
            List<Row> shuffled = new ArrayList<>(ROWS);
            Collections.shuffle(shuffled, new Random(partitions));
            Dataset<Row> data = CalibrationData.dataset(spark, shuffled).repartition(partitions);
            assertThat(new Calibrator(CalibrationData.TREE, 3, 1)
                            .fit(data, List.of(method))
                            .model("fitted", picked)
                            .fingerprint())
                    .isEqualTo(expected);
        }
    }
}
