package io.pigeonhole.evaluation;

import io.pigeonhole.evaluation.decisions.BootstrapMetric;
import io.pigeonhole.evaluation.decisions.ClassCounts;
import io.pigeonhole.evaluation.decisions.ScopeReplicates;
import io.pigeonhole.evaluation.decisions.ScopeReplicates.ClassSum;
import io.pigeonhole.evaluation.decisions.ScopeReplicates.RowSum;
import io.pigeonhole.evaluation.decisions.Totals;
import io.pigeonhole.evaluation.probabilities.ScoreScope;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.Bootstrap;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.IntervalMethod;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.EvaluationSummary;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rows of one scope, computed from its replicates.
 *
 * @param scored what the scan of scores needs to know about the scope
 */
record ScopeFigures(
        EvaluationKey key,
        long labelled,
        List<EvaluationSummary> summary,
        List<EvaluationPerClass> perClass,
        ScoreScope scored)
        implements Serializable {

    static final String LABELLED = "labelled";
    static final String UNLABELLED = "unlabelled";

    private static final Pattern TOP_K = Pattern.compile("top_(\\d+)_accuracy");

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
                scored(key, scope, classes));
    }

    /** The same without top-k accuracies that are 1 since k is not below the number of classes. */
    ScopeFigures withTopKBelow(int classes) {
        return new ScopeFigures(
                key,
                labelled,
                summary.stream()
                        .filter(row -> {
                            Matcher topK = TOP_K.matcher(row.metric());
                            return !topK.matches()
                                    || Integer.parseInt(topK.group(1)) < classes
                                    || row.estimate().value() < 1;
                        })
                        .toList(),
                perClass,
                scored);
    }

    private static ScoreScope scored(EvaluationKey key, ScopeReplicates scope, List<ClassCounts> classes) {
        long[] weights = scope.sum(ClassSum.ROWS);
        HashMap<String, Long> support = new HashMap<>();
        classes.forEach(counts -> support.put(counts.label(), counts.support()));
        return new ScoreScope(
                key,
                weights[0],
                scope.sum(RowSum.CONFIDENT)[0],
                scope.confidentCorrect,
                scope.listed == weights[0],
                scope.unlisted,
                weights,
                support);
    }

    /** The rows with the numbers of labelled (and so evaluated) and of unlabelled rows. */
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
        for (String name : BootstrapMetric.ACCURACIES) {
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
        long errors = totals.rows() - totals.correct();
        scope.errorDistances.forEach((distance, rows) ->
                summary.add(proportion(key, "errors_at_distance_" + distance, rows, errors, wilson, spec)));
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
            OptionalDouble value = metric.isKnown(scope) ? metric.of(totals) : OptionalDouble.empty();
            if (value.isPresent()) {
                double[] ofMetric = Bootstrap.replicates(scope.length(), i -> metric.of(replicates[i - 1]));
                boolean isError = metric.isCalibrationError();
                Estimate estimate = isError
                        ? bootstrap.ofError(value.getAsDouble(), ofMetric, calibrationErrorsByChance(scope))
                        : bootstrap.estimate(value.getAsDouble(), ofMetric, ofMetric.length);
                IntervalMethod method = isError ? IntervalMethod.BIAS_CORRECTED : IntervalMethod.BOOTSTRAP;
                summary.add(row(key, metric.label(), estimate, metric.support(totals), method, spec));
            }
        }
        return summary;
    }

    private static double[] calibrationErrorsByChance(ScopeReplicates scope) {
        long[] rows = scope.sum(RowSum.CONFIDENT);
        return Bootstrap.replicates(
                scope.length(),
                i -> rows[i] == 0
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(scope.absoluteGapsByChance(i) / rows[i]));
    }
}
