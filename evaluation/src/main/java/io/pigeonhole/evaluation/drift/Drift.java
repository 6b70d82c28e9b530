package io.pigeonhole.evaluation.drift;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.pigeonhole.evaluation.predictions.JobDescription;
import io.pigeonhole.evaluation.predictions.PredictionContract;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.ClassMetric;
import io.pigeonhole.evaluation.statistics.Differences;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.PValues;
import io.pigeonhole.evaluation.statistics.PairedCounts.Side;
import io.pigeonhole.evaluation.statistics.TestResult;
import io.pigeonhole.evaluation.statistics.TestedFigure;
import io.pigeonhole.evaluation.statistics.TwoSamples;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Detects whether the data of a model version have changed, from its predictions alone, without labels: how often it
 * predicts each class and how confident it is, on one split and on another. For its quality, which takes labels, see
 * the comparison. All figures follow from counts, so they do not depend on partitioning or the order of rows.
 *
 * <p>With many rows even tiny differences are significant. So a distance counts as drift only if it exceeds the
 * distance expected by chance by a margin. The shares of single classes, which show where the drift comes from, are
 * judged by their tests alone.
 */
public final class Drift {

    /** Number of bins of the confidence; finer bins would change a distance by no more than the rows of one bin. */
    private static final int PARTS = 10_000;

    private static final String PART = "part";

    private final EvaluationKey base;
    private final EvaluationKey key;
    private final EvaluationSpec evaluation;
    private final DriftSpec spec;
    private final Wilson wilson;

    private Drift(EvaluationKey base, EvaluationKey key, EvaluationSpec evaluation, DriftSpec spec) {
        this.base = base;
        this.key = key;
        this.evaluation = evaluation;
        this.spec = spec;
        this.wilson = Wilson.at(evaluation.confidenceLevel());
    }

    /**
     * Compares the predictions of one split with those of another.
     *
     * @param base predictions of one split by one model version, in the schema of {@link Predictions}, labelled or not;
     *     the same holds for {@code later}
     * @return both distances, then the share of each class that is predicted in either split, sorted by class
     * @throws io.pigeonhole.transforms.PipelineException (data contract) if either has more than one model version or
     *     split, or no row
     */
    public static List<DriftFigure> between(
            Dataset<Row> base, Dataset<Row> later, EvaluationSpec evaluation, DriftSpec spec) {
        EvaluationKey ofBase = PredictionContract.subject(base);
        EvaluationKey ofLater = PredictionContract.subject(later);
        return JobDescription.during(
                base.sparkSession(),
                "drift: counting predictions",
                () -> figures(Tally.of(base), Tally.of(later), ofBase, ofLater, evaluation, spec));
    }

    /** Compares predictions that are already counted. */
    static List<DriftFigure> figures(
            Tally base,
            Tally later,
            EvaluationKey ofBase,
            EvaluationKey ofLater,
            EvaluationSpec evaluation,
            DriftSpec spec) {
        return new Drift(ofBase, ofLater, evaluation, spec).figures(base, later);
    }

    /**
     * The predictions of a split, counted.
     *
     * @param labels rows of each class
     * @param confidences rows of each bin of the confidence
     * @param confidence sum over all rows
     */
    record Tally(SortedMap<String, Long> labels, SortedMap<Integer, Long> confidences, BigDecimal confidence) {

        static Tally of(Dataset<Row> predictions) {
            SortedMap<String, Long> labels = new TreeMap<>();
            predictions
                    .groupBy(col(Predictions.PREDICTED).cast("string"))
                    .agg(count(lit(1)))
                    .collectAsList()
                    .forEach(row -> labels.put(row.getString(0), row.getLong(1)));
            SortedMap<Integer, Long> confidences = new TreeMap<>();
            BigDecimal confidence = BigDecimal.ZERO;
            Column part =
                    least(floor(col(Predictions.CONFIDENCE).multiply(PARTS)).cast("int"), lit(PARTS - 1));
            // a sum of decimals is the same in any order
            for (Row row : predictions
                    .groupBy(part.as(PART))
                    .agg(count(lit(1)), sum(col(Predictions.CONFIDENCE).cast("decimal(18, 17)")))
                    .collectAsList()) {
                confidences.put(row.getInt(0), row.getLong(1));
                confidence = confidence.add(row.getDecimal(2));
            }
            return new Tally(labels, confidences, confidence);
        }
    }

    private List<DriftFigure> figures(Tally first, Tally second) {
        List<DriftFigure> distances = List.of(predictedLabels(first, second), confidence(first, second));
        TwoSamples labels = TwoSamples.of(first.labels(), second.labels());
        List<DriftFigure> shares = new ArrayList<>();
        for (String label : TwoSamples.categories(first.labels(), second.labels())) {
            shares.add(share(label, labels, shares.size()));
        }
        List<DriftFigure> judged = new ArrayList<>(judged(distances));
        judged.addAll(judged(shares));
        return judged;
    }

    private List<DriftFigure> judged(List<DriftFigure> figures) {
        return TestedFigure.judged(
                figures, spec.adjustment(), 1 - evaluation.confidenceLevel(), evaluation.minimumSupport());
    }

    private DriftFigure predictedLabels(Tally first, Tally second) {
        TwoSamples samples = TwoSamples.of(first.labels(), second.labels());
        return figure(
                DriftFigure.PREDICTED_LABELS,
                null,
                samples,
                null,
                null,
                samples.totalVariation(),
                null,
                samples.expectedTotalVariation(),
                TestResult.of(samples.chiSquaredP(), "chi_squared"));
    }

    private DriftFigure confidence(Tally first, Tally second) {
        TwoSamples samples = TwoSamples.of(first.confidences(), second.confidences());
        return figure(
                DriftFigure.CONFIDENCE,
                null,
                samples,
                second.confidence().doubleValue() / samples.secondRows(),
                first.confidence().doubleValue() / samples.firstRows(),
                samples.kolmogorovSmirnov(),
                null,
                samples.expectedKolmogorovSmirnov(),
                TestResult.of(samples.kolmogorovSmirnovP(), "kolmogorov_smirnov"));
    }

    /** The figure of the class at this index of the samples. */
    private DriftFigure share(String label, TwoSamples labels, int place) {
        double before = labels.first()[place];
        double after = labels.second()[place];
        double n = labels.firstRows();
        double m = labels.secondRows();
        // a share is a recall of rows that are all of one class
        Estimate difference =
                Differences.independent(ClassMetric.RECALL, new Side(n, 0, before), new Side(m, 0, after), wilson);
        return figure(
                DriftFigure.SHARE,
                label,
                labels,
                after / m,
                before / n,
                difference.value(),
                difference,
                null,
                TestResult.of(PValues.fisher(before, n, after, m), "fisher"));
    }

    /** Not judged yet. */
    private DriftFigure figure(
            String metric,
            @Nullable String label,
            TwoSamples samples,
            @Nullable Double value,
            @Nullable Double baseValue,
            double distance,
            @Nullable Estimate interval,
            @Nullable Double expected,
            TestResult result) {
        return new DriftFigure(
                key,
                base.split(),
                metric,
                label,
                Math.round(samples.secondRows()),
                Math.round(samples.firstRows()),
                value,
                baseValue,
                distance,
                interval,
                expected,
                result,
                // a share has no distance expected by chance, so no margin applies
                expected == null ? null : (Double) spec.margin(),
                DriftVerdict.NOT_ENOUGH_DATA);
    }
}
