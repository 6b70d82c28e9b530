package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.statistics.Bootstrap;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.Ranking;
import io.pigeonhole.evaluation.statistics.RankingIntervals;
import io.pigeonhole.evaluation.statistics.ReliabilityDiagram;
import io.pigeonhole.evaluation.tables.TableColumns;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;

/**
 * How good the probability of one class is, one class against the rest. Each entry describes its metric completely: its
 * columns with their comments, its value in the data and in a bootstrap replicate, its interval, and what is summed
 * over the classes for {@link ScoreMetric}. The columns of a table have the order of the entries.
 */
public enum ClassProbabilityMetric {
    ROC_AUC(
            "Chance that a row of this class has a higher probability of it than another row; ties count half; null"
                    + " without probabilities or without both kinds of rows",
            Range.RATE,
            Source.ROWS,
            OverClasses.AVERAGED,
            scan -> optional(scan.ranking().area()),
            ScoreReplicates::area,
            "DeLong, on log-odds; bootstrap of groups",
            (intervals, area, scan) -> intervals.area(
                    area, scan.ranking().variance(), scan.replicates().positives[0], scan.replicates().negatives[0])),
    AVERAGE_PRECISION(
            "Mean over the rows of this class of the precision at their probability; null without probabilities or"
                    + " without rows of this class",
            Range.RATE,
            Source.ROWS,
            OverClasses.AVERAGED,
            scan -> optional(scan.ranking().averagePrecision()),
            ScoreReplicates::averagePrecision,
            "Boyd et al., logit; bootstrap of groups",
            (intervals, precision, scan) -> intervals.averagePrecision(precision, scan.replicates().positives[0])),
    BRIER(
            "Mean squared difference between the probability of this class and 1 or 0 for whether it is the label;"
                    + " brier = brier_reliability - brier_resolution + brier_uncertainty",
            Range.RATE,
            Source.ROWS,
            OverClasses.SUMMED,
            scan -> OptionalDouble.of(scan.reliability().brier()),
            ScoreReplicates::brier),
    CALIBRATION_ERROR(
            "Mean gap between the probability of this class and how often it is the label, in equal-width bins",
            Range.RATE,
            Source.BINS,
            OverClasses.SUMMED_WHERE_THEY_OCCUR,
            scan -> OptionalDouble.of(scan.reliability().calibrationError()),
            ScoreReplicates::calibrationError,
            ScoreReplicates::calibrationErrorByChance),
    BRIER_RELIABILITY(
            "Mean squared gap between the probability of this class and how often it is the label, in the same bins:"
                    + " what calibration could remove",
            Range.PART,
            Source.BINS,
            OverClasses.SUMMED,
            scan -> OptionalDouble.of(scan.reliability().reliability()),
            ScoreReplicates::reliability,
            ScoreReplicates::reliabilityByChance),
    BRIER_RESOLUTION(
            "How well the probabilities separate rows of this class from others, also within bins; negative where they"
                    + " mislead",
            Range.PART,
            Source.BINS,
            OverClasses.NOT_SUMMED,
            scan -> OptionalDouble.of(scan.reliability().resolution()),
            ScoreReplicates::resolution,
            null),
    BRIER_UNCERTAINTY(
            "Brier score of always giving the share of this class: share * (1 - share)",
            Range.PART,
            Source.BINS,
            OverClasses.SUMMED,
            scan -> OptionalDouble.of(scan.reliability().uncertainty()),
            ScoreReplicates::uncertainty);

    /** Where the values lie. */
    private enum Range {
        /** Between 0 and 1; a constraint of the table checks this. */
        RATE,
        /** A part of the Brier score; a constraint of the table checks the sum of the parts. */
        PART
    }

    /** What a metric is computed from. */
    private enum Source {
        /** The probability of each row. */
        ROWS,
        /** Bins of equal width, which must be wider than the largest probability that rows leave out. */
        BINS
    }

    /** What is summed over the classes of a scope. */
    enum OverClasses {
        /**
         * What means over the classes need, plain and weighted by support, of the classes for which the metric is
         * defined.
         */
        AVERAGED,
        /** The values of all classes. */
        SUMMED,
        /** The values of those classes that occur in labels or predictions. */
        SUMMED_WHERE_THEY_OCCUR,
        NOT_SUMMED
    }

    /**
     * One class once all of its rows are read.
     *
     * @param replicates complete, like the other two
     */
    record Scan(Ranking.Figures ranking, ReliabilityDiagram.Figures reliability, ScoreReplicates replicates) {}

    private interface Value {
        OptionalDouble of(Scan scan);
    }

    private interface Replicate {
        OptionalDouble of(ScoreReplicates replicates, int index);
    }

    private interface ClosedForm {
        Estimate of(RankingIntervals intervals, double value, Scan scan);
    }

    private final String comment;
    private final Range range;
    private final Source source;
    private final OverClasses overClasses;
    private final String bounds;

    // the formulas capture nothing
    @SuppressWarnings("ImmutableEnumChecker")
    private final Value value;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Replicate replicate;

    @SuppressWarnings("ImmutableEnumChecker")
    private final @Nullable ClosedForm closedForm;

    @SuppressWarnings("ImmutableEnumChecker")
    private final @Nullable Replicate chance;

    /** A metric whose interval comes from the bootstrap. */
    ClassProbabilityMetric(
            String comment, Range range, Source source, OverClasses overClasses, Value value, Replicate replicate) {
        this(comment, range, source, overClasses, value, replicate, "bootstrap", null, null);
    }

    /**
     * A metric that is too large in any sample.
     *
     * @param chance an error in a replicate without the gaps of the data; null for a metric that is no error
     */
    ClassProbabilityMetric(
            String comment,
            Range range,
            Source source,
            OverClasses overClasses,
            Value value,
            Replicate replicate,
            @Nullable Replicate chance) {
        this(comment, range, source, overClasses, value, replicate, "bootstrap, less the bias", null, chance);
    }

    /** A metric whose interval has a closed form, which takes each row to be drawn by itself. */
    ClassProbabilityMetric(
            String comment,
            Range range,
            Source source,
            OverClasses overClasses,
            Value value,
            Replicate replicate,
            String bounds,
            ClosedForm closedForm) {
        this(comment, range, source, overClasses, value, replicate, bounds, closedForm, null);
    }

    ClassProbabilityMetric(
            String comment,
            Range range,
            Source source,
            OverClasses overClasses,
            Value value,
            Replicate replicate,
            String bounds,
            @Nullable ClosedForm closedForm,
            @Nullable Replicate chance) {
        this.comment = comment;
        this.range = range;
        this.source = source;
        this.overClasses = overClasses;
        this.value = value;
        this.replicate = replicate;
        this.bounds = bounds;
        this.closedForm = closedForm;
        this.chance = chance;
    }

    /** Name of the column with the metric; those of its bounds end in {@code _low} and {@code _high}. */
    public String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The columns of the metric and of its bounds. */
    public List<StructField> columns() {
        return TableColumns.optionalEstimate(column(), comment, bounds);
    }

    /** Whether a constraint of the table checks that the metric and its bounds lie between 0 and 1. */
    public boolean isRate() {
        return range == Range.RATE;
    }

    /** Whether the metric is only known if no row leaves out a probability above the lowest bin. */
    boolean isBinned() {
        return source == Source.BINS;
    }

    OverClasses overClasses() {
        return overClasses;
    }

    /** Empty where the metric is not defined. */
    OptionalDouble value(Scan scan) {
        return value.of(scan);
    }

    /** The metric in one replicate; empty where it is not defined. */
    OptionalDouble replicate(ScoreReplicates replicates, int index) {
        return replicate.of(replicates, index);
    }

    /** Whether {@link #chance} is defined. */
    boolean isError() {
        return chance != null;
    }

    /** An error in one replicate if no bin had a gap in the data; empty where it is not defined. */
    OptionalDouble chance(ScoreReplicates replicates, int index) {
        return chance == null ? OptionalDouble.empty() : chance.of(replicates, index);
    }

    /** The metric with its interval from the bootstrap. */
    Estimate fromBootstrap(Bootstrap bootstrap, double figure, ScoreReplicates replicates) {
        double[] values = Bootstrap.replicates(replicates.length(), i -> replicate(replicates, i));
        if (this == BRIER_RESOLUTION) {
            return bootstrap.corrected(figure, values);
        }
        return isError()
                ? bootstrap.ofError(
                        figure, values, Bootstrap.replicates(replicates.length(), i -> chance(replicates, i)))
                : bootstrap.estimate(figure, values, values.length);
    }

    /** The metric with the interval of its closed form; null where it has none. */
    @Nullable
    Estimate inClosedForm(RankingIntervals intervals, double figure, Scan scan) {
        return closedForm == null ? null : closedForm.of(intervals, figure, scan);
    }

    private static OptionalDouble optional(@Nullable Double figure) {
        return figure == null ? OptionalDouble.empty() : OptionalDouble.of(figure);
    }
}
