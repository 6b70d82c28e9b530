package io.pigeonhole.evaluation.decisions;

import io.pigeonhole.evaluation.statistics.FixedPoint;
import io.pigeonhole.evaluation.statistics.RowSums;
import io.pigeonhole.evaluation.statistics.WeightedSums;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * All sums over the rows and classes of one {@link EvaluationKey}, in the data (index 0) and in every bootstrap
 * replicate. All sums are whole numbers, so states merge to the same bits in any order. The size depends on the numbers
 * of replicates and bins, not of rows; each class adds only its {@link ClassCounts}.
 */
public final class ScopeReplicates implements Serializable {

    private static final long serialVersionUID = 1L;

    /** What is summed once for each class. */
    public enum ClassSum {
        CLASSES,
        ROWS,
        CORRECT,
        PRECISION,
        RECALL,
        F1,
        WEIGHTED_PRECISION,
        WEIGHTED_F1,
        LABELS_BY_PREDICTIONS,
        LABELS_SQUARED,
        PREDICTIONS_SQUARED
    }

    /** What is summed over rows. */
    public enum RowSum {
        LOSS,
        CONFIDENT,
        SHARED_NODES,
        LABEL_NODES,
        PREDICTED_NODES
    }

    public final List<ClassCounts> classes = new ArrayList<>();
    private final EnumMap<ClassSum, long[]> classSums = new EnumMap<>(ClassSum.class);
    private final EnumMap<RowSum, RowSums> rowSums = new EnumMap<>(RowSum.class);
    private final int length;
    /** For each bin, the sum of confidence minus correctness. */
    private final RowSums[] gaps;

    /** Number of errors by their distance in the tree. */
    public final TreeMap<Integer, Long> errorDistances = new TreeMap<>();

    public final long[] topHits;
    public long confidentCorrect;
    public long scored;
    public long unseen;
    public long listed;
    public double unlisted;
    public int ranksKnown = Integer.MAX_VALUE;

    ScopeReplicates(int length, int bins, int topHits) {
        this.length = length;
        for (ClassSum sum : ClassSum.values()) {
            classSums.put(sum, new long[length]);
        }
        for (RowSum sum : RowSum.values()) {
            rowSums.put(sum, new RowSums(length));
        }
        this.gaps = new RowSums[bins];
        Arrays.setAll(gaps, bin -> new RowSums(length));
        this.topHits = new long[topHits];
    }

    public int length() {
        return length;
    }

    public long[] sum(ClassSum sum) {
        return Objects.requireNonNull(classSums.get(sum));
    }

    public long[] sum(RowSum sum) {
        return rows(sum).values();
    }

    private RowSums rows(RowSum sum) {
        return Objects.requireNonNull(rowSums.get(sum));
    }

    /** Adds {@code value} times each weight. */
    void add(RowSum sum, int[] weights, long value) {
        rows(sum).add(weights, value);
    }

    /** Adds a row's confidence minus its correctness. */
    void addGap(int bin, int[] weights, long gap) {
        gaps[bin].add(weights, gap);
    }

    /** The sum over bins of |sum of confidence - rows that are correct|. */
    long absoluteGaps(int index) {
        long sum = 0;
        for (RowSums bin : gaps) {
            sum += Math.abs(bin.values()[index]);
        }
        return sum;
    }

    /** The same after the gap of the data is taken from each bin: what chance makes of a model without gaps. */
    public double absoluteGapsByChance(int index) {
        long sum = 0;
        for (RowSums bin : gaps) {
            sum += Math.abs(bin.values()[index] - bin.values()[0]);
        }
        return FixedPoint.toDouble(sum);
    }

    /**
     * Adds a class whose rows are complete.
     *
     * @param isClass false for the decision for no class: it counts as an error, but not in means over classes
     */
    void add(ClassReplicates counts, ClassCounts finished, boolean isClass) {
        classes.add(finished);
        for (int i = 0; i < length(); i++) {
            long support = counts.support[i];
            long predicted = counts.predicted[i];
            if (support + predicted > 0) {
                add(i, support, predicted, counts.correct[i]);
                sum(ClassSum.CLASSES)[i] += isClass ? 1 : 0;
            }
        }
    }

    private void add(int i, long support, long predicted, long correct) {
        long precision = predicted == 0 ? 0 : FixedPoint.of((double) correct / predicted);
        long recall = support == 0 ? 0 : FixedPoint.of((double) correct / support);
        long f1 = FixedPoint.of(2.0 * correct / (support + predicted));
        sum(ClassSum.ROWS)[i] += support;
        sum(ClassSum.CORRECT)[i] += correct;
        sum(ClassSum.PRECISION)[i] += precision;
        sum(ClassSum.RECALL)[i] += recall;
        sum(ClassSum.F1)[i] += f1;
        sum(ClassSum.WEIGHTED_PRECISION)[i] += support * precision;
        sum(ClassSum.WEIGHTED_F1)[i] += support * f1;
        sum(ClassSum.LABELS_BY_PREDICTIONS)[i] += support * predicted;
        sum(ClassSum.LABELS_SQUARED)[i] += support * support;
        sum(ClassSum.PREDICTIONS_SQUARED)[i] += predicted * predicted;
    }

    /** Completes the sums; call this before they are sent. */
    void settle() {
        rowSums.values().forEach(RowSums::settle);
        for (RowSums bin : gaps) {
            bin.settle();
        }
    }

    /** Merges another part of the same scope; no class is in both. */
    ScopeReplicates merge(ScopeReplicates other) {
        classes.addAll(other.classes);
        classSums.forEach((sum, values) -> WeightedSums.add(values, other.sum(sum)));
        rowSums.forEach((sum, values) -> values.add(other.sum(sum)));
        for (int bin = 0; bin < gaps.length; bin++) {
            gaps[bin].add(other.gaps[bin].values());
        }
        other.errorDistances.forEach((distance, rows) -> errorDistances.merge(distance, rows, Long::sum));
        WeightedSums.add(topHits, other.topHits);
        confidentCorrect += other.confidentCorrect;
        scored += other.scored;
        unseen += other.unseen;
        listed += other.listed;
        unlisted = Math.max(unlisted, other.unlisted);
        ranksKnown = Math.min(ranksKnown, other.ranksKnown);
        return this;
    }
}
