package io.pigeonhole.evaluation.probabilities;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.evaluation.predictions.BootstrapUnit;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.Bootstrap;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.FixedPoint;
import io.pigeonhole.evaluation.statistics.PoissonWeights;
import io.pigeonhole.evaluation.statistics.ReliabilityDiagram;
import io.pigeonhole.evaluation.statistics.WeightedSums;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The calibration errors of two sets of probabilities of the same rows: gaps between the probability and the share of
 * rows that are of the class, in equal-width bins of the probability, weighted by rows.
 *
 * @param rows behind the figures
 * @param expected error of the predicted class (C. Guo et al., "On calibration of modern neural networks", ICML 2017,
 *     eq. 3)
 * @param classwise mean of the errors of the classes (M. Kull et al., "Beyond temperature scaling", NeurIPS 2019, eq.
 *     5)
 */
public record CalibrationErrors(long rows, Paired expected, Paired classwise) {

    /** Column with a whole number that identifies the unit which the bootstrap draws. */
    public static final String UNIT = BootstrapUnit.COLUMN;
    /** Column with the index of the class, or {@link #DECISION}. */
    public static final String CLASS = "class";
    /** Columns with a probability, and with whether it is that of the label. */
    public static final String BEFORE = "before";

    public static final String RIGHT_BEFORE = "right_before";
    public static final String AFTER = "after";
    public static final String RIGHT_AFTER = "right_after";

    /** Stands for the predicted class, whichever it is. */
    public static final int DECISION = -1;

    private static final int SETS = 2;

    /**
     * A figure of both sets and the difference of the second to the first; the intervals come from a paired bootstrap.
     */
    public record Paired(Estimate before, Estimate after, Estimate difference) {}

    /**
     * Computes the figures; the bits do not depend on the order and partitioning of the rows.
     *
     * @param pairs of a row and a class: for each row those with {@link #DECISION}, with its label, and with the other
     *     classes of high enough probability; the classwise error is off by no more than the largest probability left
     *     out
     * @param classes number of classes, including those without pairs
     */
    public static CalibrationErrors of(Dataset<Row> pairs, int classes, EvaluationSpec spec) {
        Sums sums = pairs.select(CLASS, UNIT, BEFORE, RIGHT_BEFORE, AFTER, RIGHT_AFTER)
                .repartition(col(CLASS))
                .sortWithinPartitions(CLASS)
                .toJavaRDD()
                .mapPartitions(new Scan(spec))
                .reduce(Sums::merge);
        Bootstrap bootstrap = new Bootstrap(spec.confidenceLevel());
        return new CalibrationErrors(
                sums.rows[0],
                sums.paired(sums.ofDecisions, 1, bootstrap),
                sums.paired(sums.ofClasses, classes, bootstrap));
    }

    /**
     * The rows, and for each set the gaps of decisions and those summed over classes, in the data (index 0) and each
     * replicate.
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sums(long[] rows, Gaps ofDecisions, Gaps ofClasses) implements Serializable {

        Sums(int length) {
            this(new long[length], new Gaps(length), new Gaps(length));
        }

        Sums merge(Sums other) {
            WeightedSums.add(rows, other.rows);
            ofDecisions.add(other.ofDecisions);
            ofClasses.add(other.ofClasses);
            return this;
        }

        Paired paired(Gaps gaps, int classes, Bootstrap bootstrap) {
            long[] difference = gaps.sums[1].clone();
            Arrays.setAll(difference, i -> difference[i] - gaps.sums[0][i]);
            return new Paired(
                    error(gaps, 0, classes, bootstrap),
                    error(gaps, 1, classes, bootstrap),
                    bootstrap.corrected(
                            FixedPoint.toDouble(difference[0]) / rows[0] / classes, replicates(difference, classes)));
        }

        private Estimate error(Gaps gaps, int set, int classes, Bootstrap bootstrap) {
            return bootstrap.ofError(
                    FixedPoint.toDouble(gaps.sums[set][0]) / rows[0] / classes,
                    replicates(gaps.sums[set], classes),
                    replicates(gaps.byChance[set], classes));
        }

        private double[] replicates(long[] gaps, int classes) {
            return Bootstrap.replicates(
                    rows.length,
                    i -> rows[i] == 0
                            ? OptionalDouble.empty()
                            : OptionalDouble.of(FixedPoint.toDouble(gaps[i]) / rows[i] / classes));
        }
    }

    /**
     * Sums over bins of the size of their gaps, for each set.
     *
     * @param byChance the same after the gap of the data is taken from each
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Gaps(long[][] sums, long[][] byChance) implements Serializable {

        Gaps(int length) {
            this(new long[SETS][length], new long[SETS][length]);
        }

        void add(Gaps other) {
            for (int set = 0; set < SETS; set++) {
                WeightedSums.add(sums[set], other.sums[set]);
                WeightedSums.add(byChance[set], other.byChance[set]);
            }
        }
    }

    /** Scans pairs sorted by class; a class is complete when the next one begins. */
    private record Scan(EvaluationSpec spec) implements FlatMapFunction<Iterator<Row>, Sums> {

        @Override
        public Iterator<Sums> call(Iterator<Row> pairs) {
            int length = spec.bootstrapReplicates() + 1;
            PoissonWeights poisson = new PoissonWeights(spec.seed());
            int[] weights = new int[length];
            Sums sums = new Sums(length);
            long[][][] ofClass = new long[SETS][spec.bins()][length];
            int current = DECISION;
            while (pairs.hasNext()) {
                Row pair = pairs.next();
                if (pair.getInt(0) != current) {
                    finish(ofClass, current == DECISION ? sums.ofDecisions : sums.ofClasses);
                    current = pair.getInt(0);
                }
                poisson.fill(pair.getLong(1), weights);
                if (current == DECISION) {
                    WeightedSums.add(sums.rows, weights, 1);
                }
                for (int set = 0; set < SETS; set++) {
                    double probability = Math.max(0, Math.min(1, pair.getDouble(2 + 2 * set)));
                    long gap = FixedPoint.of(probability) - (pair.getBoolean(3 + 2 * set) ? FixedPoint.of(1) : 0);
                    WeightedSums.add(ofClass[set][ReliabilityDiagram.bin(probability, spec.bins())], weights, gap);
                }
            }
            finish(ofClass, current == DECISION ? sums.ofDecisions : sums.ofClasses);
            return List.of(sums).iterator();
        }

        /** Adds the gaps of the bins and clears the bins. */
        private static void finish(long[][][] ofClass, Gaps gaps) {
            for (int set = 0; set < SETS; set++) {
                for (long[] bin : ofClass[set]) {
                    for (int i = 0; i < bin.length; i++) {
                        gaps.sums[set][i] += Math.abs(bin[i]);
                        gaps.byChance[set][i] += Math.abs(bin[i] - bin[0]);
                    }
                    Arrays.fill(bin, 0);
                }
            }
        }
    }
}
