package io.pigeonhole.jobs.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.DeltaTest;
import io.pigeonhole.jobs.configuration.UnknownGoal;
import java.util.Arrays;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class UnknownThresholdTest extends DeltaTest {

    private static final UnknownGoal.OfBoth BALANCED = new UnknownGoal.BalancedAccuracy();

    private static final double[] KNOWN = {1.5, -5, -3, -4, 0, -2, -1, 1};
    private static final double[] UNKNOWN = {0.5, 3, -2.5, 2, 0.5};

    private static Dataset<Row> scores(double... scores) {
        return table(
                "score DOUBLE",
                Arrays.stream(scores).mapToObj(RowFactory::create).toArray(Row[]::new));
    }

    private static UnknownThreshold best(double[] known, double[] unknown, UnknownGoal.OfBoth goal) {
        return UnknownThreshold.of(scores(known), scores(unknown), goal);
    }

    private static UnknownThreshold threshold(double value, long rows, long lost, long unknown, long found) {
        return new UnknownThreshold(value, new UnknownGoal.Counts(rows, lost, unknown, found));
    }

    /** By hand: means .5, .6, .7, .775 and .6875, from the highest threshold to the lowest. */
    @Test
    void theMeanOfKeptAndFoundSharesIsTheLargest() {
        assertThat(best(KNOWN, UNKNOWN, BALANCED)).isEqualTo(threshold(0, 8, 2, 5, 4));
    }

    @Test
    void aShareIsFoundAtTheLeastLoss() {
        assertThat(best(KNOWN, UNKNOWN, new UnknownGoal.UnknownRecall(0.4))).isEqualTo(threshold(1.5, 8, 0, 5, 2));
        assertThat(best(KNOWN, UNKNOWN, new UnknownGoal.UnknownRecall(0.41))).isEqualTo(threshold(0, 8, 2, 5, 4));
        assertThat(best(KNOWN, UNKNOWN, new UnknownGoal.UnknownRecall(1))).isEqualTo(threshold(-3, 8, 5, 5, 5));
    }

    @Test
    void ofEquallyGoodThresholdsTheHighestIsTaken() {
        // 3/4 both above 1 and above -1
        assertThat(best(new double[] {-1, 1}, new double[] {0, 2}, BALANCED)).isEqualTo(threshold(1, 2, 0, 2, 1));
        // 1/2 whether no row is unknown or all are
        assertThat(best(new double[] {1, 2}, new double[] {0}, BALANCED))
                .isEqualTo(threshold(Double.POSITIVE_INFINITY, 2, 0, 1, 0));
        // all rows must be unknown, so the threshold is below all scores
        assertThat(best(new double[] {1, 2}, new double[] {0}, new UnknownGoal.UnknownRecall(1)))
                .isEqualTo(threshold(-Double.MIN_VALUE, 2, 2, 1, 1));
    }

    @Test
    void rowsOfClassesWithTheScoreOfARowOfNoClassAreLostWithIt() {
        assertThat(best(new double[] {-1, 1}, new double[] {1}, new UnknownGoal.UnknownRecall(1)))
                .isEqualTo(threshold(-1, 2, 1, 1, 1));
    }
}
