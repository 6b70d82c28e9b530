package io.pigeonhole.evaluation.predictions;

import java.util.Arrays;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/**
 * The probabilities that a row lists, and the largest one that it may leave out: the one that the row states, or else
 * the smaller of the least probability listed and the difference of their sum to 1.
 */
final class ProbabilityLists {

    /** How far the sum of all probabilities may differ from 1 by rounding. */
    private static final double ROUNDING = 1e-6;

    private ProbabilityLists() {}

    /** Whether the column {@code levels} lists probabilities too. */
    static boolean inLevels(StructType predictions) {
        return Arrays.asList(predictions.fieldNames()).contains(Predictions.LEVELS)
                && predictions.apply(Predictions.LEVELS).dataType() instanceof ArrayType levels
                && levels.elementType() instanceof StructType level
                && Arrays.asList(level.fieldNames()).contains(Predictions.PROBABILITIES);
    }

    /** A probability, within 0 and 1, where rounding may have carried it out of this range. */
    static double clipped(double probability) {
        // NaN, which levels may contain, counts as the largest
        return probability > 1 || Double.isNaN(probability) ? 1 : probability > 0 ? probability : 0;
    }

    /** The largest probability that a list may leave out, from its entries. */
    static final class Bound {

        private double sum;
        private double least = Double.NaN;
        private boolean complete = true;

        void add(boolean given, double probability) {
            complete &= given;
            if (given) {
                sum += probability;
                // Spark takes NaN as the largest
                least = Double.isNaN(least) || probability < least ? probability : least;
            }
        }

        /** 0 where an entry has no probability. */
        double value() {
            double lacking = 1.0 - sum;
            if (!complete || lacking <= ROUNDING) {
                return 0;
            }
            double smallest = Double.isNaN(least) ? 1 : least;
            return Double.isNaN(lacking) || smallest < lacking ? smallest : lacking;
        }
    }
}
