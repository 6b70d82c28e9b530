package io.pigeonhole.evaluation.statistics;

import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.special.Gamma;

/**
 * Tests from counts. Tests of "no difference" are two-sided and use the mid-p value: the probability of more extreme
 * outcomes plus half that of equally extreme ones. It is closer to the nominal level than the exact p-value, which is
 * too conservative with few rows (M. W. Fagerland, S. Lydersen and P. Laake, "The McNemar test for binary matched-pairs
 * data", BMC Medical Research Methodology 13, 2013). With too many outcomes to enumerate, the normal approximation is
 * used.
 */
public final class PValues {

    /** Largest number of outcomes that are enumerated. */
    private static final double MOST_OUTCOMES = 1e6;
    /** How far rounding may separate equal values. */
    private static final double ROUNDING = 1e-9;
    /** Relative difference below which outcomes count as equally likely, as in R's and SciPy's Fisher tests. */
    private static final double ALIKE = 1e-7;

    /** Terms below this share of a sum cannot change it. */
    private static final double NEGLIGIBLE = 1e-18;

    private static final NormalDistribution NORMAL = new NormalDistribution();

    private PValues() {}

    /** McNemar's test of the numbers of rows that only the first and only the second model classified correctly. */
    public static double mcNemar(double onlyFirst, double onlySecond) {
        return swaps(onlyFirst, onlySecond, 1, 0, 0, 0);
    }

    /**
     * Tests whether a metric of two models on the same rows differs. Under the null hypothesis the two predictions can
     * be swapped on each row where they differ. Given the number of such rows, the lead of the second model follows
     * from two binomial counts: of rows of the class, and of rows of other classes. For recall this is McNemar's test;
     * for precision and F1 the two kinds of rows are weighted by the pooled rate, which swaps do not change.
     */
    public static double swaps(ClassMetric metric, PairedCounts counts) {
        double rate = metric.pooled(counts.first(), counts.second());
        return swaps(
                counts.labelFirst(),
                counts.labelSecond(),
                metric.labelledWeight(rate),
                counts.otherFirst(),
                counts.otherSecond(),
                metric.otherWeight(rate));
    }

    private static double swaps(
            double first, double second, double weight, double otherFirst, double otherSecond, double otherWeight) {
        double differing = weight == 0 ? 0 : first + second;
        double othersDiffering = otherWeight == 0 ? 0 : otherFirst + otherSecond;
        double seen = Math.abs(weight * (second - first) + otherWeight * (otherSecond - otherFirst));
        if (seen <= ROUNDING) {
            return 1;
        }
        if ((differing + 1) * (othersDiffering + 1) > MOST_OUTCOMES) {
            double variance = weight * weight * differing + otherWeight * otherWeight * othersDiffering;
            return beyond(seen / Math.sqrt(variance));
        }
        int rows = whole(differing);
        int others = whole(othersDiffering);
        double[] ofRows = fairCoins(rows);
        double[] ofOthers = fairCoins(others);
        double p = 0;
        for (int i = 0; i <= rows; i++) {
            double ahead = weight * (2.0 * i - rows);
            for (int j = 0; j <= others; j++) {
                double distance = Math.abs(ahead + otherWeight * (2.0 * j - others)) - seen;
                p += distance < -ROUNDING ? 0 : ofRows[i] * ofOthers[j] * (distance > ROUNDING ? 1 : 0.5);
            }
        }
        return Math.min(1, p);
    }

    /** Probability of each number of heads. */
    private static double[] fairCoins(int coins) {
        double[] probabilities = new double[coins + 1];
        for (int heads = 0; heads <= coins; heads++) {
            probabilities[heads] = Math.exp(logChoose(coins, heads) - coins * Math.log(2));
        }
        return probabilities;
    }

    /**
     * Fisher's two-sided test of two proportions on different rows: the probability of outcomes that are at most as
     * likely as the observed one (R. A. Fisher, "Statistical methods for research workers", 1934), with mid-p.
     */
    public static double fisher(
            double firstSuccesses, double firstTrials, double secondSuccesses, double secondTrials) {
        double all = firstTrials + secondTrials;
        double successes = firstSuccesses + secondSuccesses;
        if (Math.min(successes, firstTrials) > MOST_OUTCOMES) {
            double rate = successes / all;
            double spread = Math.sqrt(rate * (1 - rate) * (1 / firstTrials + 1 / secondTrials));
            double difference = secondSuccesses / secondTrials - firstSuccesses / firstTrials;
            return spread == 0 ? 1 : beyond(Math.abs(difference) / spread);
        }
        int fewest = whole(Math.max(0, successes - secondTrials));
        int most = whole(Math.min(successes, firstTrials));
        double[] chances = hypergeometric(fewest, most, firstTrials, successes, all);
        double seen = chances[whole(firstSuccesses) - fewest];
        if (seen >= 1 - ALIKE) {
            return 1;
        }
        double p = 0;
        for (double chance : chances) {
            p += chance > seen * (1 + ALIKE) ? 0 : chance * (chance < seen * (1 - ALIKE) ? 1 : 0.5);
        }
        return Math.min(1, p / Arrays.stream(chances).sum());
    }

    /** Probability of each number of successes among the draws, relative to that of the likeliest number. */
    private static double[] hypergeometric(int fewest, int most, double draws, double successes, double all) {
        double failuresLeft = all - successes - draws;
        double[] chances = new double[most - fewest + 1];
        int likeliest = (int) Math.floor((draws + 1) * (successes + 1) / (all + 2));
        chances[likeliest - fewest] = 1;
        for (int k = likeliest; k < most; k++) {
            chances[k + 1 - fewest] =
                    chances[k - fewest] * ((successes - k) / (k + 1.0)) * ((draws - k) / (failuresLeft + k + 1));
        }
        for (int k = likeliest; k > fewest; k--) {
            chances[k - 1 - fewest] =
                    chances[k - fewest] * (k / (successes - k + 1)) * ((failuresLeft + k) / (draws - k + 1));
        }
        return chances;
    }

    /**
     * Fisher's one-sided test of a part against the whole, exact for any counts: the probability that at most so many
     * rows of the part are right, if its {@code part} rows were drawn at random from {@code rows}, of which {@code
     * right} are right.
     */
    public static double asFewOrFewer(double partRight, double part, double right, double rows) {
        double fewest = Math.max(0, part + right - rows);
        double likeliest = (part + 1) * (right + 1) / (rows + 2);
        double chance = StrictMath.exp(
                logChoose(right, partRight) + logChoose(rows - right, part - partRight) - logChoose(rows, part));
        double sum = 0;
        for (double k = partRight; k >= fewest; k--) {
            sum += chance;
            if (k < likeliest && chance < sum * NEGLIGIBLE) {
                break;
            }
            // from the probability of k to that of k - 1
            chance *= k * (rows - right - part + k) / ((right - k + 1) * (part - k + 1));
        }
        return Math.min(1, sum);
    }

    private static double logChoose(double n, double k) {
        return k == 0 || k == n ? 0 : Gamma.logGamma(n + 1) - Gamma.logGamma(k + 1) - Gamma.logGamma(n - k + 1);
    }

    private static double beyond(double z) {
        return 2 * NORMAL.cumulativeProbability(-z);
    }

    private static int whole(double count) {
        return Math.toIntExact(Math.round(count));
    }
}
