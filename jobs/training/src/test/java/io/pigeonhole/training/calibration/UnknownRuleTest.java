package io.pigeonhole.training.calibration;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.transforms.StageContractTest;
import io.pigeonhole.transforms.TrainedClassifier;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class UnknownRuleTest extends StageContractTest {

    private static final Dataset<Row> ROWS = CalibrationData.dataset(spark, CalibrationData.sharpened(60, 4))
            .withColumn(TrainedClassifier.UNKNOWN_SCORE, col("unit").mod(7).cast("double"));

    private static final Dataset<Row> TWO = CalibrationData.dataset(
            spark,
            List.of(
                    CalibrationData.row(1, "c0", new double[] {0.3, 0.1, 0.4, 0.2}),
                    CalibrationData.row(2, "c1", new double[] {0.1, 0.2, 0.7, 0}),
                    CalibrationData.row(3, "c1", new double[] {0, 1, 0, 0})));

    @Override
    protected UnknownRule stage() {
        return new UnknownRule(
                "rule",
                CalibrationData.FLAT.labels(),
                new double[] {1, Double.POSITIVE_INFINITY, -0.5, 3},
                new ClassRanks[] {
                    ClassRanks.of(new double[] {0.5}, 10),
                    ClassRanks.of(new double[0], 10),
                    ClassRanks.of(new double[] {0.9, 0.4, 0.6}, 10),
                    ClassRanks.of(new double[] {0.2}, 10)
                });
    }

    @Override
    protected Dataset<Row> rows() {
        return ROWS;
    }

    @Test
    void aRowAboveTheThresholdOfItsMostProbableClassIsUnknown() {
        assertThat(decided(-0.5)).containsExactly(false, false, false);
        assertThat(decided(-0.4)).containsExactly(true, true, false);
        assertThat(decided(1e300)).containsExactly(true, true, false);
    }

    private List<Boolean> decided(double score) {
        return stage()
                .transform(TWO.withColumn(TrainedClassifier.UNKNOWN_SCORE, lit(score)))
                .orderBy("unit")
                .collectAsList()
                .stream()
                .map(row -> row.<Boolean>getAs("decided_unknown"))
                .toList();
    }

    @Test
    void thePValueCountsTheRowsOfTheClassThatAreNoMoreProbable() {
        List<Double> found = stage()
                .transform(TWO.withColumn(TrainedClassifier.UNKNOWN_SCORE, lit(0.0)))
                .orderBy("unit")
                .collectAsList()
                .stream()
                .map(row -> row.<Double>getAs("p_value"))
                .toList();
        // 0.4 is at or above one of the three of c2, 0.7 above two; c1 has no rows
        assertThat(found.subList(0, 2)).containsExactly(2 / 4.0, 3 / 4.0);
        assertThat(found.get(2)).isNull();
    }

    @Test
    void ofManyRowsTheKeptProbabilitiesNeverMakeAPValueSmaller() {
        double[] all = new Random(3).doubles(997).toArray();
        ClassRanks exact = ClassRanks.of(all, 1000);
        ClassRanks few = ClassRanks.of(all, 50);
        assertThat(few.probabilities()).hasSize(50);
        for (double probability = 0; probability <= 1; probability += 0.003) {
            double least = probability;
            double byCount = (1.0 + Arrays.stream(all).filter(p -> p <= least).count()) / 998;
            assertThat(exact.pValue(probability)).isEqualTo(byCount);
            assertThat(few.pValue(probability)).isBetween(byCount, byCount + 20 / 998.0);
        }
    }

    @Test
    void withoutAScoreOfTheModelTheOddsAgainstTheMostProbableClassDecide() {
        UnknownRule rule = stage();
        rule.set(rule.scoreWritten(), false);
        List<Row> rows = rule.transform(TWO).orderBy("unit").collectAsList();
        // log(0.6 / 0.4) and log(0.3 / 0.7); a probability of 1 has finite odds
        assertThat(rows.get(0).<Double>getAs(TrainedClassifier.UNKNOWN_SCORE)).isCloseTo(0.4054651081, within(1e-9));
        assertThat(rows.get(1).<Double>getAs(TrainedClassifier.UNKNOWN_SCORE)).isCloseTo(-0.8472978604, within(1e-9));
        assertThat(rows.get(2).<Double>getAs(TrainedClassifier.UNKNOWN_SCORE))
                .isFinite()
                .isLessThan(-30);
        assertThat(rows.stream().map(row -> row.<Boolean>getAs("decided_unknown")))
                .containsExactly(true, false, false);

        Dataset<Row> scored = TWO.withColumn(TrainedClassifier.UNKNOWN_SCORE, lit(1e300));
        assertThat(rule.transformSchema(scored.schema()).fieldNames())
                .containsExactly(rule.transform(scored).columns());
        assertThat(rule.transform(scored).orderBy("unit").collectAsList())
                .as("a rule that is older than the score of the model")
                .isEqualTo(rows);
    }
}
