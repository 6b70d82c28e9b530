package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.statistics.FixedPoint;
import io.pigeonhole.evaluation.statistics.WeightedSums;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.EnumMap;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What is summed over the classes of one scope, in the data (index 0) and in every bootstrap replicate, in whole numbers: it
 * merges to the same bits in any order.
 */
final class ScoreSums implements ScoreResult {

    private static final long serialVersionUID = 1L;

    /** Rates are multiples of 2^-43; a share is that of a class among all rows. */
    enum Sum {
        /** Classes whose area is defined. */
        RANKED,
        RANKED_SHARE,
        AREA,
        WEIGHTED_AREA,
        /** Classes whose average precision is defined. */
        LABELLED,
        AVERAGE_PRECISION,
        WEIGHTED_AVERAGE_PRECISION,
        CALIBRATION_ERROR,
        BRIER,
        RELIABILITY,
        UNCERTAINTY
    }

    private final EvaluationKey key;
    private final int length;
    private final EnumMap<Sum, long[]> sums = new EnumMap<>(Sum.class);
    private long classes;
    private long rows;
    private boolean calibrated = true;

    ScoreSums(EvaluationKey key, int length) {
        this.key = key;
        this.length = length;
        for (Sum sum : Sum.values()) {
            sums.put(sum, new long[length]);
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

    /** Whether bins are narrow enough, in every class, to tell something of probabilities. */
    boolean isCalibrated() {
        return calibrated;
    }

    long count(Sum sum, int i) {
        return of(sum)[i];
    }

    double rate(Sum sum, int i) {
        return FixedPoint.fromFine(of(sum)[i]);
    }

    private long[] of(Sum sum) {
        return Objects.requireNonNull(sums.get(sum));
    }

    /** Adds a class: its figures, and its replicates. Squared errors count of every class, the rest of those that occur. */
    void add(ClassScores scores, ScoreScope scope, ScoreReplicates replicates) {
        boolean occurs = scope.has(scores.label());
        classes += occurs ? 1 : 0;
        rows = scope.rows();
        addRanking(0, scores.rocAuc(), scores.averagePrecision(), replicates.share(0));
        add(Sum.BRIER, 0, scores.brier().value());
        Calibration calibration = scores.calibration();
        calibrated &= calibration != null;
        if (calibration != null) {
            add(Sum.CALIBRATION_ERROR, 0, occurs ? calibration.error().value() : 0);
            add(Sum.RELIABILITY, 0, calibration.reliability().value());
            add(Sum.UNCERTAINTY, 0, calibration.uncertainty().value());
        }
        for (int i = 1; i < length; i++) {
            addReplicate(i, occurs, replicates);
        }
    }

    private void addReplicate(int i, boolean occurs, ScoreReplicates replicates) {
        addRanking(i, replicates.area(i), replicates.averagePrecision(i), replicates.share(i));
        add(Sum.CALIBRATION_ERROR, i, occurs ? replicates.calibrationError(i).orElse(0) : 0);
        add(Sum.BRIER, i, replicates.brier(i).orElse(0));
        add(Sum.RELIABILITY, i, replicates.reliability(i).orElse(0));
        add(Sum.UNCERTAINTY, i, replicates.uncertainty(i).orElse(0));
    }

    private void addRanking(int i, OptionalDouble area, OptionalDouble averagePrecision, double share) {
        if (area.isPresent()) {
            of(Sum.RANKED)[i]++;
            add(Sum.RANKED_SHARE, i, share);
            add(Sum.AREA, i, area.getAsDouble());
            add(Sum.WEIGHTED_AREA, i, share * area.getAsDouble());
        }
        if (averagePrecision.isPresent()) {
            of(Sum.LABELLED)[i]++;
            add(Sum.AVERAGE_PRECISION, i, averagePrecision.getAsDouble());
            add(Sum.WEIGHTED_AVERAGE_PRECISION, i, share * averagePrecision.getAsDouble());
        }
    }

    private void add(Sum sum, int i, double rate) {
        of(sum)[i] += FixedPoint.fine(rate);
    }

    /** Takes in other classes of the same scope. */
    ScoreSums merge(ScoreSums other) {
        sums.forEach((sum, values) -> WeightedSums.add(values, other.of(sum)));
        classes += other.classes;
        rows = Math.max(rows, other.rows);
        calibrated &= other.calibrated;
        return this;
    }
}
