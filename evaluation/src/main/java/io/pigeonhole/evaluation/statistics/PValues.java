package io.pigeonhole.evaluation.statistics;

import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.special.Gamma;

/**
 * Tests from counts. Those of "no difference" are two-sided, by the mid-p value: outcomes further out than the one seen, and
 * half of those as far out. It keeps closer to its level than the exact p-value, which is too cautious on few rows (M. W. Fagerland, S. Lydersen
 * and P. Laake, "The McNemar test for binary matched-pairs data", BMC Medical Research Methodology 13, 2013). Where the
 * outcomes are too many to go through, the normal approximation takes over.
 */
public final class PValues {

    /** Most outcomes that are gone through. */
    private static final double MOST_OUTCOMES = 1e6;
    /** How far rounding may part what is equal. */
    private static final double ROUNDING = 1e-9;
    /** Relative difference below which outcomes count as equally likely, as in R's and SciPy's Fisher tests. */
    private static final double ALIKE = 1e-7;

    /** Terms below this share of a sum cannot change it. */
    private static final double NEGLIGIBLE = 1e-18;

    private static final NormalDistribution NORMAL = new NormalDistribution();

    private PValues() {}

    /** McNemar's test: rows that only the first, and that only the second, had right. */
    public static double mcNemar(double onlyFirst, double onlySecond) {
        return swaps(onlyFirst, onlySecond, 1, 0, 0, 0);
    }

    /**
     * Whether a metric of two models on the same rows differs: on each row where they differ, either could as well have
     * been the other. Given how many such rows there are, what the second is ahead follows from two binomial counts: rows of
     * the class, and of other classes. For recall this is McNemar's test; for precision and F1 the pooled rate, which
     * such swaps leave as it is, weighs the two kinds of rows.
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
     * Fisher's test of two proportions on different rows, as likely as or less likely than what was seen (R. A. Fisher,
     * "Statistical methods for research workers", 1934), with mid-p.
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

    /** Chance of each number of successes among the draws, for one of the likeliest. */
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
     * Fisher's one-sided test of a part against the whole, exact for any counts: the chance that so few rows of the part are
     * right, or fewer, were it {@code part} rows drawn out of {@code rows}, of which {@code right} are.
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
            // from the chance of k to that of k - 1
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
