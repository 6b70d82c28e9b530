package io.pigeonhole.evaluation;

import io.pigeonhole.evaluation.ScopeReplicates.ClassSum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The finished rows of one scope, made from its replicates.
 *
 * @param scored what the figures of one class against the rest need; null where they cannot be computed
 */
record ScopeFigures(
        EvaluationKey key,
        long labelled,
        List<EvaluationSummary> summary,
        List<EvaluationPerClass> perClass,
        List<EvaluationCalibration> calibration,
        @Nullable ScoreScope scored)
        implements Serializable {

    static final String LABELLED = "labelled";
    static final String UNLABELLED = "unlabelled";

    /** Metrics that are the accuracy by another name, as every row has one label and one prediction. */
    private static final List<String> ACCURACIES =
            List.of("accuracy", "micro_precision", "micro_recall", "micro_f1", "weighted_recall");

    static ScopeFigures of(EvaluationKey key, ScopeReplicates scope, EvaluationSpec spec) {
        List<ClassCounts> classes = scope.classes.stream()
                .sorted(Comparator.comparing(ClassCounts::label))
                .toList();
        Wilson wilson = Wilson.at(spec.confidenceLevel());
        Totals totals = Totals.ofData(scope, classes);
        List<EvaluationSummary> summary = new ArrayList<>();
        summary.addAll(proportions(key, scope, totals, wilson, spec));
        summary.addAll(bootstrapped(key, scope, totals, spec));
        return new ScopeFigures(
                key,
                totals.rows(),
                summary,
                classes.stream()
                        .map(counts -> EvaluationPerClass.of(key, counts, wilson, spec.minimumSupport()))
                        .toList(),
                calibration(key, scope, wilson),
                scored(key, scope, classes));
    }

    private static @Nullable ScoreScope scored(EvaluationKey key, ScopeReplicates scope, List<ClassCounts> classes) {
        long[] weights = scope.sum(ClassSum.ROWS);
        if (!key.slice().equals(EvaluationKey.ALL) || scope.listed < weights[0]) {
            return null;
        }
        HashMap<String, Long> support = new HashMap<>();
        classes.forEach(counts -> support.put(counts.label(), counts.support()));
        return new ScoreScope(key, weights[0], scope.unlisted, weights, support);
    }

    /** How many of a scope's rows are labelled, and so evaluated, and how many are not. */
    static List<EvaluationSummary> counts(EvaluationKey key, long rows, long labelled, EvaluationSpec spec) {
        return List.of(
                row(key, LABELLED, Estimate.ofCount(labelled), rows, IntervalMethod.EXACT, spec),
                row(key, UNLABELLED, Estimate.ofCount(rows - labelled), rows, IntervalMethod.EXACT, spec));
    }

    private static EvaluationSummary row(
            EvaluationKey key,
            String metric,
            Estimate estimate,
            long support,
            IntervalMethod method,
            EvaluationSpec spec) {
        return new EvaluationSummary(key, metric, estimate, support, method, support >= spec.minimumSupport());
    }

    private static List<EvaluationSummary> proportions(
            EvaluationKey key, ScopeReplicates scope, Totals totals, Wilson wilson, EvaluationSpec spec) {
        List<EvaluationSummary> summary = new ArrayList<>();
        for (String name : ACCURACIES) {
            summary.add(proportion(key, name, totals.correct(), totals.rows(), wilson, spec));
        }
        for (int i = 0; i < scope.topHits.length; i++) {
            int k = spec.topK().get(i);
            if (k <= scope.ranksKnown) {
                summary.add(proportion(key, "top_" + k + "_accuracy", scope.topHits[i], totals.rows(), wilson, spec));
            }
        }
        if (scope.scored == totals.rows()) {
            summary.add(proportion(key, "unseen_label_rate", scope.unseen, scope.scored, wilson, spec));
        }
        return summary;
    }

    private static EvaluationSummary proportion(
            EvaluationKey key, String metric, long successes, long trials, Wilson wilson, EvaluationSpec spec) {
        return row(key, metric, wilson.estimate(successes, trials), trials, IntervalMethod.WILSON, spec);
    }

    private static List<EvaluationSummary> bootstrapped(
            EvaluationKey key, ScopeReplicates scope, Totals totals, EvaluationSpec spec) {
        Totals[] replicates = new Totals[scope.length() - 1];
        for (int i = 0; i < replicates.length; i++) {
            replicates[i] = Totals.ofReplicate(scope, i + 1);
        }
        Bootstrap bootstrap = new Bootstrap(spec.confidenceLevel());
        List<EvaluationSummary> summary = new ArrayList<>();
        for (BootstrapMetric metric : BootstrapMetric.values()) {
            boolean computable = metric != BootstrapMetric.LOG_LOSS || scope.scored == totals.rows();
            OptionalDouble value = computable ? metric.of(totals) : OptionalDouble.empty();
            if (value.isPresent()) {
                long support =
                        metric == BootstrapMetric.EXPECTED_CALIBRATION_ERROR ? totals.confident() : totals.rows();
                Estimate estimate = estimate(metric, value.getAsDouble(), replicates, bootstrap);
                summary.add(row(key, metric.label(), estimate, support, IntervalMethod.BOOTSTRAP, spec));
            }
        }
        return summary;
    }

    private static Estimate estimate(BootstrapMetric metric, double value, Totals[] replicates, Bootstrap bootstrap) {
        double[] values = new double[replicates.length];
        int count = 0;
        for (Totals replicate : replicates) {
            OptionalDouble replicated = metric.of(replicate);
            if (replicated.isPresent()) {
                values[count++] = replicated.getAsDouble();
            }
        }
        return bootstrap.estimate(value, values, count);
    }

    private static List<EvaluationCalibration> calibration(EvaluationKey key, ScopeReplicates scope, Wilson wilson) {
        int bins = scope.binRows.length;
        List<EvaluationCalibration> rows = new ArrayList<>();
        for (int bin = 0; bin < bins; bin++) {
            long count = scope.binRows[bin];
            if (count > 0) {
                rows.add(new EvaluationCalibration(
                        key,
                        null,
                        bin,
                        (double) bin / bins,
                        (bin + 1.0) / bins,
                        count,
                        FixedPoint.toDouble(scope.binConfidence[bin]) / count,
                        wilson.estimate(scope.binCorrect[bin], count)));
            }
        }
        return rows;
    }
}
