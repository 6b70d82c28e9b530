package io.pigeonhole.evaluation.comparison;

import io.pigeonhole.evaluation.comparison.ComparisonFigure.Pairing;
import io.pigeonhole.evaluation.decisions.BootstrapMetric;
import io.pigeonhole.evaluation.decisions.Replicated;
import io.pigeonhole.evaluation.decisions.Totals;
import io.pigeonhole.evaluation.predictions.JobDescription;
import io.pigeonhole.evaluation.predictions.PredictionContract;
import io.pigeonhole.evaluation.predictions.PredictionScopes;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.settings.EvaluationErrors;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.ClassMetric;
import io.pigeonhole.evaluation.statistics.Differences;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.MultipleTesting;
import io.pigeonhole.evaluation.statistics.PValues;
import io.pigeonhole.evaluation.statistics.PairedCounts;
import io.pigeonhole.evaluation.statistics.PairedCounts.Side;
import io.pigeonhole.evaluation.statistics.TestResult;
import io.pigeonhole.evaluation.statistics.TestedFigure;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * Compares one model version with another: how much better or worse it is in each class and overall, and whether the
 * difference is significant. On the same examples the two are paired: intervals and tests use the rows on which they
 * differ, and a bootstrap replicate gives an example the same weight on both sides. On different examples, such as one
 * version on later data, they are not paired. Where the predictions name groups of rows that belong together, the
 * bootstrap draws whole groups; intervals and tests from counts treat each row separately. As in the evaluation,
 * results do not depend on partitioning or the order of rows, to the last bit.
 *
 * <p>Per class, intervals and tests follow from counts ({@link Differences}, {@link PValues}). Within a slice and
 * level, the p-values of recall, precision and F1 of all classes with sufficient support are adjusted together, so two
 * equal models rarely raise an alarm. Each metric over all classes is tested by itself; the intervals come from the
 * bootstrap, except for accuracy.
 */
public final class Comparison {

    private static final String ACCURACY = "accuracy";

    private final EvaluationKey base;
    private final EvaluationKey key;
    private final Pairing pairing;
    private final EvaluationSpec evaluation;
    private final ComparisonSpec spec;
    private final Wilson wilson;

    private Comparison(
            EvaluationKey base, EvaluationKey key, Pairing pairing, EvaluationSpec evaluation, ComparisonSpec spec) {
        this.base = base;
        this.key = key;
        this.pairing = pairing;
        this.evaluation = evaluation;
        this.spec = spec;
        this.wilson = Wilson.at(evaluation.confidenceLevel());
    }

    /**
     * Compares a challenger with the base on the labelled examples that both scored under the same label: the whole
     * split, and separately each slice and each level of the taxonomy that both have.
     *
     * @param base predictions of one split by one model version, in the schema of {@link Predictions}; the same holds
     *     for the challenger's
     * @return rows of {@link ComparisonFigure#SCHEMA}: the whole split first, then slices and levels; figures of all
     *     classes before those of single classes
     * @throws PipelineException (data contract) if either has more than one model version or split, an example occurs
     *     twice, or they have no example in common
     */
    public static Dataset<Row> onSameExamples(
            Dataset<Row> base, Dataset<Row> challenger, EvaluationSpec evaluation, ComparisonSpec spec) {
        return inAllViews(base, challenger, Pairing.SAME_EXAMPLES, evaluation, spec, ComparedSides::onSameExamples);
    }

    /**
     * Compares predictions with others on different examples, such as those of the same model version on later data.
     */
    public static Dataset<Row> onOtherExamples(
            Dataset<Row> base, Dataset<Row> later, EvaluationSpec evaluation, ComparisonSpec spec) {
        return inAllViews(base, later, Pairing.OTHER_EXAMPLES, evaluation, spec, ComparedSides::onTheirOwn);
    }

    /** How the rows of two sides are counted together. */
    private interface Joining {
        Optional<ComparedSides> sides(Dataset<Row> base, Dataset<Row> other, EvaluationSpec evaluation);
    }

    private static Dataset<Row> inAllViews(
            Dataset<Row> base,
            Dataset<Row> other,
            Pairing pairing,
            EvaluationSpec evaluation,
            ComparisonSpec spec,
            Joining joining) {
        Dataset<Row> first = base.persist(StorageLevel.MEMORY_AND_DISK());
        Dataset<Row> second = other.persist(StorageLevel.MEMORY_AND_DISK());
        try {
            EvaluationKey ofBase = PredictionContract.subject(first);
            EvaluationKey ofOther = PredictionContract.subject(second);
            PredictionScopes firstViews = new PredictionScopes(first);
            PredictionScopes secondViews = new PredictionScopes(second);
            List<Row> rows = new ArrayList<>();
            for (EvaluationKey view : PredictionScopes.common(firstViews, secondViews, ofOther)) {
                Comparison comparison = new Comparison(ofBase, view, pairing, evaluation, spec);
                Optional<ComparedSides> sides = JobDescription.during(
                        base.sparkSession(),
                        "compare: figures and their bootstrap",
                        () -> joining.sides(firstViews.at(view), secondViews.at(view), evaluation));
                sides.map(comparison::figures).orElse(List.of()).stream()
                        .map(ComparisonFigure::toRow)
                        .forEach(rows::add);
            }
            if (rows.isEmpty()) {
                throw EvaluationErrors.noLabelledRows();
            }
            return base.sparkSession().createDataFrame(rows, ComparisonFigure.SCHEMA);
        } finally {
            first.unpersist();
            second.unpersist();
        }
    }

    private List<ComparisonFigure> figures(ComparedSides sides) {
        List<ComparisonFigure> figures = new ArrayList<>(overall(sides));
        if (pairing == Pairing.SAME_EXAMPLES) {
            figures.add(pairedAccuracy(sides.classes()));
            return judged(figures, paired(sides.classes()));
        }
        Map<String, Side> before = ComparedSides.tallies(sides.first());
        Map<String, Side> after = ComparedSides.tallies(sides.second());
        figures.add(independent(ACCURACY, null, ClassMetric.RECALL, sum(before), sum(after)));
        return judged(figures, independent(before, after));
    }

    /** The figures of each class on the same examples, with their verdicts. */
    static List<ComparisonFigure> onSameExamples(
            Map<String, PairedCounts> classes, EvaluationKey key, EvaluationSpec evaluation, ComparisonSpec spec) {
        Comparison comparison = new Comparison(key, key, Pairing.SAME_EXAMPLES, evaluation, spec);
        return comparison.judged(comparison.paired(classes));
    }

    /** The figures of each class on different examples, with their verdicts. */
    static List<ComparisonFigure> onOtherExamples(
            Map<String, Side> first,
            Map<String, Side> second,
            EvaluationKey key,
            EvaluationSpec evaluation,
            ComparisonSpec spec) {
        Comparison comparison = new Comparison(key, key, Pairing.OTHER_EXAMPLES, evaluation, spec);
        return comparison.judged(comparison.independent(first, second));
    }

    private List<ComparisonFigure> judged(List<ComparisonFigure> overall, List<ComparisonFigure> perClass) {
        List<ComparisonFigure> judged = new ArrayList<>(judged(overall, MultipleTesting.NONE));
        judged.sort(Comparator.comparing(ComparisonFigure::metric));
        judged.addAll(judged(perClass));
        return judged;
    }

    /**
     * Classes below the minimum support get no verdict, so their tests do not count in the adjustment of the others.
     */
    private List<ComparisonFigure> judged(List<ComparisonFigure> perClass) {
        Map<Boolean, List<ComparisonFigure>> bySupport = perClass.stream()
                .collect(Collectors.partitioningBy(figure -> figure.isSupported(evaluation.minimumSupport())));
        List<ComparisonFigure> judged =
                new ArrayList<>(judged(bySupport.getOrDefault(true, List.of()), spec.adjustment()));
        judged.addAll(judged(bySupport.getOrDefault(false, List.of()), MultipleTesting.NONE));
        judged.sort(Comparator.comparing((ComparisonFigure figure) -> Objects.requireNonNull(figure.label()))
                .thenComparing(ComparisonFigure::metric));
        return judged;
    }

    private List<ComparisonFigure> judged(List<ComparisonFigure> figures, MultipleTesting adjustment) {
        return TestedFigure.judged(figures, adjustment, 1 - evaluation.confidenceLevel(), evaluation.minimumSupport());
    }

    private List<ComparisonFigure> overall(ComparedSides sides) {
        List<ComparisonFigure> figures = new ArrayList<>();
        long rows = Totals.ofReplicate(sides.second(), 0).rows();
        long baseRows = Totals.ofReplicate(sides.first(), 0).rows();
        for (BootstrapMetric metric : comparable(sides)) {
            Replicated.difference(metric, sides.first(), sides.second())
                    .ifPresent(difference -> figures.add(figure(
                            metric.label(),
                            null,
                            rows,
                            baseRows,
                            Replicated.value(metric, sides.second()),
                            Replicated.value(metric, sides.first()),
                            difference.at(evaluation.confidenceLevel()),
                            "bootstrap",
                            null,
                            TestResult.of(difference.p(), "bootstrap"))));
        }
        return figures;
    }

    /** On different examples, leaves out metrics that depend on the number of examples. */
    private List<BootstrapMetric> comparable(ComparedSides sides) {
        boolean sameClasses = ComparedSides.tallies(sides.first())
                .keySet()
                .equals(ComparedSides.tallies(sides.second()).keySet());
        return Stream.of(BootstrapMetric.values())
                .filter(metric -> pairing == Pairing.SAME_EXAMPLES || metric.isComparable(sameClasses))
                .toList();
    }

    /** Accuracy is the recall of all classes taken together. */
    private ComparisonFigure pairedAccuracy(Map<String, PairedCounts> classes) {
        PairedCounts all = classes.values().stream()
                .reduce(PairedCounts::plus)
                .map(sum -> new PairedCounts(
                        sum.labelBoth(), sum.labelFirst(), sum.labelSecond(), sum.labelNeither(), 0, 0, 0))
                .orElseThrow();
        return paired(ACCURACY, null, ClassMetric.RECALL, all);
    }

    private List<ComparisonFigure> paired(Map<String, PairedCounts> classes) {
        List<ComparisonFigure> figures = new ArrayList<>();
        new TreeMap<>(classes).forEach((label, counts) -> {
            for (ClassMetric metric : ClassMetric.values()) {
                if (metric.trials(counts.first()) > 0 && metric.trials(counts.second()) > 0) {
                    figures.add(paired(metric.label(), label, metric, counts));
                }
            }
        });
        return figures;
    }

    private ComparisonFigure paired(String name, @Nullable String label, ClassMetric metric, PairedCounts counts) {
        return figure(
                name,
                label,
                whole(counts.support()),
                whole(counts.support()),
                metric.estimate(counts.second(), wilson).value(),
                metric.estimate(counts.first(), wilson).value(),
                Differences.paired(metric, counts, wilson),
                method(metric),
                counts,
                TestResult.of(PValues.swaps(metric, counts), metric == ClassMetric.RECALL ? "mcnemar" : "swaps"));
    }

    private List<ComparisonFigure> independent(Map<String, Side> first, Map<String, Side> second) {
        List<ComparisonFigure> figures = new ArrayList<>();
        second.forEach((label, side) -> {
            Side before = first.get(label);
            for (ClassMetric metric : ClassMetric.values()) {
                if (before != null && metric.trials(before) > 0 && metric.trials(side) > 0) {
                    figures.add(independent(metric.label(), label, metric, before, side));
                }
            }
        });
        return figures;
    }

    private ComparisonFigure independent(
            String name, @Nullable String label, ClassMetric metric, Side first, Side second) {
        return figure(
                name,
                label,
                whole(second.support()),
                whole(first.support()),
                metric.estimate(second, wilson).value(),
                metric.estimate(first, wilson).value(),
                Differences.independent(metric, first, second, wilson),
                method(metric),
                null,
                TestResult.of(
                        PValues.fisher(first.correct(), metric.trials(first), second.correct(), metric.trials(second)),
                        "fisher"));
    }

    private static String method(ClassMetric metric) {
        return metric == ClassMetric.RECALL ? "newcombe" : "score";
    }

    private static Side sum(Map<String, Side> sides) {
        return sides.values().stream()
                .reduce((a, b) ->
                        new Side(a.support() + b.support(), a.predicted() + b.predicted(), a.correct() + b.correct()))
                .orElseThrow();
    }

    private ComparisonFigure figure(
            String metric,
            @Nullable String label,
            long support,
            long baseSupport,
            double value,
            double baseValue,
            Estimate difference,
            String method,
            @Nullable PairedCounts counts,
            TestResult result) {
        return new ComparisonFigure(
                key,
                base,
                pairing,
                metric,
                label,
                support,
                baseSupport,
                value,
                baseValue,
                difference,
                method,
                counts == null ? null : (Long) whole(counts.labelSecond()),
                counts == null ? null : (Long) whole(counts.labelFirst()),
                result,
                spec.margin(),
                ComparisonVerdict.NOT_ENOUGH_DATA);
    }

    private static long whole(double count) {
        return Math.round(count);
    }
}
