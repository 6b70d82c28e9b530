package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.probabilities.ClassProbabilityMetric.OverClasses;
import io.pigeonhole.evaluation.statistics.FixedPoint;
import io.pigeonhole.evaluation.statistics.WeightedSums;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * The sums over the classes of one scope, in the data (index 0) and in every bootstrap replicate. They are whole
 * numbers, so they merge to the same bits in any order.
 */
public final class ScoreSums implements ScoreResult {

    private static final long serialVersionUID = 1L;

    /** The sums of one metric; rates are multiples of 2^-43, and a share is that of a class among all rows. */
    private static final class Sums implements Serializable {

        private static final long serialVersionUID = 1L;

        private final long[] values;
        // of a metric that is averaged: the classes for which it is defined, and sums for their mean weighted by
        // support
        private final long[] defined;
        private final long[] shares;
        private final long[] weighted;
        /** Of an error, what it would be by chance. */
        private final long[] chance;

        Sums(ClassProbabilityMetric metric, int length) {
            int ofMean = metric.overClasses() == OverClasses.AVERAGED ? length : 0;
            this.values = new long[length];
            this.defined = new long[ofMean];
            this.shares = new long[ofMean];
            this.weighted = new long[ofMean];
            this.chance = new long[metric.isError() ? length : 0];
        }

        void add(int i, double value, double share) {
            values[i] += FixedPoint.fine(value);
            if (defined.length > 0) {
                defined[i]++;
                shares[i] += FixedPoint.fine(share);
                weighted[i] += FixedPoint.fine(share * value);
            }
        }

        void add(Sums other) {
            WeightedSums.add(values, other.values);
            WeightedSums.add(defined, other.defined);
            WeightedSums.add(shares, other.shares);
            WeightedSums.add(weighted, other.weighted);
            WeightedSums.add(chance, other.chance);
        }
    }

    private final EvaluationKey key;
    private final int length;
    private final EnumMap<ClassProbabilityMetric, Sums> sums = new EnumMap<>(ClassProbabilityMetric.class);
    private long classes;
    private long rows;
    private boolean calibrated = true;
    private boolean empty = true;

    ScoreSums(EvaluationKey key, int length) {
        this.key = key;
        this.length = length;
        for (ClassProbabilityMetric metric : ClassProbabilityMetric.values()) {
            if (metric.overClasses() != OverClasses.NOT_SUMMED) {
                sums.put(metric, new Sums(metric, length));
            }
        }
    }

    EvaluationKey key() {
        return key;
    }

    int length() {
        return length;
    }

    /** Classes that occur in labels or predictions. */
    long classes() {
        return classes;
    }

    long rows() {
        return rows;
    }

    /** Whether no class has probabilities, so that no metric is defined. */
    boolean isEmpty() {
        return empty;
    }

    /** Whether the metrics of bins are known in every class. */
    boolean isCalibrated() {
        return calibrated;
    }

    /** The sum over the classes. */
    double sum(ClassProbabilityMetric metric, int i) {
        return FixedPoint.fromFine(of(metric).values[i]);
    }

    /** Classes for which a metric that is averaged is defined. */
    long defined(ClassProbabilityMetric metric, int i) {
        return of(metric).defined[i];
    }

    /** The share of the rows that these classes have. */
    double share(ClassProbabilityMetric metric, int i) {
        return FixedPoint.fromFine(of(metric).shares[i]);
    }

    /** The sum over the classes of the metric times the share of the class. */
    double weighted(ClassProbabilityMetric metric, int i) {
        return FixedPoint.fromFine(of(metric).weighted[i]);
    }

    /** The sum over the classes of an error by chance. */
    double chance(ClassProbabilityMetric metric, int i) {
        return FixedPoint.fromFine(of(metric).chance[i]);
    }

    private Sums of(ClassProbabilityMetric metric) {
        return Objects.requireNonNull(sums.get(metric));
    }

    /** Adds a class: its figures, and its replicates. */
    void add(ClassProbabilityFigures figures, ScoreScope scope, ScoreReplicates replicates) {
        empty = false;
        boolean occurs = scope.has(figures.label());
        classes += occurs ? 1 : 0;
        rows = scope.rows();
        calibrated &= figures.calibrated();
        sums.forEach((metric, ofMetric) -> {
            if (occurs || metric.overClasses() != OverClasses.SUMMED_WHERE_THEY_OCCUR) {
                add(ofMetric, 0, figures.value(metric), replicates);
                for (int i = 1; i < length; i++) {
                    add(ofMetric, i, metric.replicate(replicates, i), replicates);
                    if (metric.isError()) {
                        ofMetric.chance[i] +=
                                FixedPoint.fine(metric.chance(replicates, i).orElse(0));
                    }
                }
            }
        });
    }

    private static void add(Sums sums, int i, OptionalDouble value, ScoreReplicates replicates) {
        if (value.isPresent()) {
            sums.add(i, value.getAsDouble(), replicates.share(i));
        }
    }

    /** Merges other classes of the same scope. */
    ScoreSums merge(ScoreSums other) {
        sums.forEach((metric, ofMetric) -> ofMetric.add(other.of(metric)));
        classes += other.classes;
        rows = Math.max(rows, other.rows);
        calibrated &= other.calibrated;
        empty &= other.empty;
        return this;
    }
}
