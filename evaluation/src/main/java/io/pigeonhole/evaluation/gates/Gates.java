package io.pigeonhole.evaluation.gates;

import io.pigeonhole.evaluation.comparison.ComparedSides;
import io.pigeonhole.evaluation.deciders.DeciderCounts;
import io.pigeonhole.evaluation.decisions.BootstrapMetric;
import io.pigeonhole.evaluation.decisions.Replicated;
import io.pigeonhole.evaluation.decisions.ScopeReplicates;
import io.pigeonhole.evaluation.decisions.Totals;
import io.pigeonhole.evaluation.gates.GateFamily.Gate;
import io.pigeonhole.evaluation.gates.GateStatement.EachClass;
import io.pigeonhole.evaluation.gates.GateStatement.OneClass;
import io.pigeonhole.evaluation.gates.GateStatement.OneDecider;
import io.pigeonhole.evaluation.gates.GateStatement.Overall;
import io.pigeonhole.evaluation.gates.GateStatement.Reference;
import io.pigeonhole.evaluation.gates.GateStatement.Subject;
import io.pigeonhole.evaluation.predictions.JobDescription;
import io.pigeonhole.evaluation.predictions.PredictionContract;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.settings.EvaluationErrors;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.ClassMetric;
import io.pigeonhole.evaluation.statistics.PairedCounts;
import io.pigeonhole.evaluation.statistics.PairedCounts.Side;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.unknown.UnknownCounts;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Judges statements about a model version by its predictions: finds the figure of each for {@link GateFamily}. */
public final class Gates {

    private final EvaluationKey key;
    private final @Nullable EvaluationKey championKey;
    private final ScopeReplicates candidate;
    private final Optional<UnknownCounts> unknown;
    private final Map<String, DeciderCounts> deciders;
    private final Optional<ComparedSides> champion;
    private final Map<String, PairedCounts> unknownOfBoth;

    /**
     * A model version that is judged, or the champion.
     *
     * @param predictions of one split by one model version, in the schema of {@link Predictions}
     * @param withUnknown the same with those of rows of no class, if statements may be about them
     */
    public record Version(Dataset<Row> predictions, Optional<Dataset<Row>> withUnknown) {}

    private Gates(
            EvaluationKey key,
            @Nullable EvaluationKey championKey,
            ScopeReplicates candidate,
            Optional<UnknownCounts> unknown,
            Map<String, DeciderCounts> deciders,
            Optional<ComparedSides> champion,
            Map<String, PairedCounts> unknownOfBoth) {
        this.key = key;
        this.championKey = championKey;
        this.candidate = candidate;
        this.unknown = unknown;
        this.deciders = deciders;
        this.champion = champion;
        this.unknownOfBoth = unknownOfBoth;
    }

    /**
     * Judges every statement. Statements that compare with the champion are left out if there is none.
     *
     * @param candidate predictions of one split by one model version, in the schema of {@link Predictions}
     * @param champion the champion's predictions; comparisons use the examples that both have
     * @param critical the classes that "each critical class" refers to
     * @return at least one figure; "each class" yields one for each class with labelled examples
     * @throws PipelineException (data contract) if predictions have more than one model version or split, or no
     *     labelled example (where a statement compares with the champion: none in common with it); (configuration) if
     *     statements are about critical classes and there are none, or if all statements compare with a champion and
     *     there is none
     */
    public static List<GateFigure> judge(
            Dataset<Row> candidate,
            Optional<Dataset<Row>> champion,
            Set<String> critical,
            GatesSpec spec,
            EvaluationSpec evaluation) {
        return judge(
                new Version(candidate, Optional.empty()),
                champion.map(predictions -> new Version(predictions, Optional.empty())),
                critical,
                spec,
                evaluation);
    }

    /**
     * The same, with statements about rows of no class.
     *
     * @throws PipelineException (configuration) if a statement is about them, and their predictions are absent
     */
    public static List<GateFigure> judge(
            Version version, Optional<Version> other, Set<String> critical, GatesSpec spec, EvaluationSpec evaluation) {
        Dataset<Row> candidate = version.predictions();
        Optional<Dataset<Row>> champion = other.map(Version::predictions);
        requireSubjects(spec, champion.isPresent(), critical);
        Optional<UnknownCounts> unknown = unknown(version.withUnknown(), spec);
        EvaluationKey key = PredictionContract.subject(candidate);
        boolean needsChampion =
                spec.statements().stream().anyMatch(statement -> statement.reference() == Reference.CHAMPION);
        Gates gates = JobDescription.during(
                candidate.sparkSession(),
                "gate: figures and their bootstrap",
                () -> new Gates(
                        key,
                        champion.map(PredictionContract::subject).orElse(null),
                        ComparedSides.alone(candidate, evaluation),
                        unknown,
                        deciders(candidate, spec),
                        champion.filter(predictions -> needsChampion)
                                .map(predictions -> ComparedSides.onSameExamples(predictions, candidate, evaluation)
                                        .orElseThrow(EvaluationErrors::noLabelledRows)),
                        unknownOfBoth(version, other, spec)));
        return new GateFamily(gates.expanded(spec, new TreeSet<>(critical)), spec).judged(gates.key, gates.championKey);
    }

    /** The counts behind statements that compare with the champion on rows of no class, if there are any. */
    private static Map<String, PairedCounts> unknownOfBoth(
            Version candidate, Optional<Version> champion, GatesSpec spec) {
        Optional<GateStatement> about = spec.statements().stream()
                .filter(statement -> UnknownCounts.METRICS.contains(statement.metric())
                        && statement.reference() == Reference.CHAMPION)
                .findFirst();
        if (about.isEmpty() || champion.isEmpty()) {
            return Map.of();
        }
        return ComparedSides.ofUnknown(
                champion.get()
                        .withUnknown()
                        .orElseThrow(
                                () -> EvaluationErrors.noUnknownRule(about.get().text())),
                candidate
                        .withUnknown()
                        .orElseThrow(
                                () -> EvaluationErrors.noUnknownRule(about.get().text())));
    }

    /** The counts behind statements about rows of no class, if there are any. */
    private static Optional<UnknownCounts> unknown(Optional<Dataset<Row>> withUnknown, GatesSpec spec) {
        Optional<GateStatement> about = spec.statements().stream()
                .filter(statement -> UnknownCounts.METRICS.contains(statement.metric()))
                .findFirst();
        return about.map(statement ->
                UnknownCounts.of(withUnknown.orElseThrow(() -> EvaluationErrors.noUnknownRule(statement.text())))
                        .entrySet()
                        .stream()
                        .filter(counts -> counts.getKey().slice().equals(EvaluationKey.ALL))
                        .findFirst()
                        .orElseThrow(EvaluationErrors::noLabelledRows)
                        .getValue());
    }

    /** The counts of the whole split behind statements about what decided rows, if there are any. */
    private static Map<String, DeciderCounts> deciders(Dataset<Row> candidate, GatesSpec spec) {
        Optional<GateStatement> about = spec.statements().stream()
                .filter(statement -> statement.subject() instanceof OneDecider)
                .findFirst();
        if (about.isEmpty()) {
            return Map.of();
        }
        Map<String, DeciderCounts> counts = List.of(candidate.columns()).contains(Predictions.DECIDED_BY)
                ? DeciderCounts.of(candidate.drop(Predictions.SLICES)).values().stream()
                        .findFirst()
                        .map(Map::copyOf)
                        .orElse(Map.of())
                : Map.of();
        if (counts.isEmpty()) {
            throw EvaluationErrors.noDeciders(about.get().text());
        }
        return counts;
    }

    /** A gate that covers no class would always pass. */
    private static void requireSubjects(GatesSpec spec, boolean hasChampion, Set<String> critical) {
        for (GateStatement statement : spec.statements()) {
            if (critical.isEmpty() && statement.subject() instanceof EachClass each && each.onlyCritical()) {
                throw EvaluationErrors.nothingCritical(statement.text());
            }
        }
        if (!hasChampion
                && spec.statements().stream().allMatch(statement -> statement.reference() == Reference.CHAMPION)) {
            throw EvaluationErrors.noFixedStatement();
        }
    }

    private List<Gate> expanded(GatesSpec spec, Set<String> critical) {
        List<Gate> gates = new ArrayList<>();
        Map<String, Side> tallies = ComparedSides.tallies(candidate);
        for (GateStatement statement : spec.statements()) {
            if (statement.reference() == Reference.CHAMPION && champion.isEmpty()) {
                continue;
            }
            if (UnknownCounts.METRICS.contains(statement.metric())) {
                gates.add(ofUnknown(statement));
                continue;
            }
            if (statement.subject() instanceof OneDecider one) {
                DeciderCounts rows = deciders.getOrDefault(one.decidedBy(), new DeciderCounts(0, 0, 0));
                gates.add(ofProportion(statement, rows.right(), rows.labelled()));
                continue;
            }
            if (statement.subject() instanceof Overall) {
                gates.add(ofAll(statement));
                continue;
            }
            labels(statement.subject(), critical, tallies)
                    .forEach(label -> gates.add(ofClass(statement, label, tallies)));
        }
        return gates;
    }

    private static Collection<String> labels(Subject subject, Set<String> critical, Map<String, Side> tallies) {
        if (subject instanceof OneClass one) {
            return List.of(one.label());
        }
        return subject instanceof EachClass each && each.onlyCritical()
                ? critical
                : tallies.entrySet().stream()
                        .filter(tally -> tally.getValue().support() > 0)
                        .map(Map.Entry::getKey)
                        .toList();
    }

    private Gate ofClass(GateStatement statement, String label, Map<String, Side> tallies) {
        ClassMetric metric = ClassMetric.valueOf(statement.metric().toUpperCase(Locale.ROOT));
        if (statement.reference() == Reference.FIXED) {
            Side side = tallies.getOrDefault(label, new Side(0, 0, 0));
            return new Gate(
                    statement,
                    label,
                    Math.round(side.support()),
                    metric.trials(side) > 0 ? Optional.of(new GateEvidence.OfClass(metric, side)) : Optional.empty());
        }
        return ahead(
                statement,
                label,
                metric,
                champion.orElseThrow().classes().getOrDefault(label, new PairedCounts(0, 0, 0, 0, 0, 0, 0)));
    }

    private static Gate ahead(
            GateStatement statement, @Nullable String label, ClassMetric metric, PairedCounts counts) {
        boolean defined = metric.trials(counts.first()) > 0 && metric.trials(counts.second()) > 0;
        return new Gate(
                statement,
                label,
                Math.round(counts.support()),
                defined ? Optional.of(new GateEvidence.AheadInClass(metric, counts)) : Optional.empty());
    }

    /** The precision of {@code unknown} is that of a class; the others are shares of the same rows on both sides. */
    private Gate ofUnknown(GateStatement statement) {
        if (statement.reference() == Reference.CHAMPION) {
            return ahead(
                    statement,
                    null,
                    statement.metric().equals(UnknownCounts.PRECISION) ? ClassMetric.PRECISION : ClassMetric.RECALL,
                    Objects.requireNonNull(unknownOfBoth.get(statement.metric())));
        }
        UnknownCounts.Proportion rows =
                Objects.requireNonNull(unknown.orElseThrow().proportions().get(statement.metric()));
        return ofProportion(statement, rows.successes(), rows.trials());
    }

    private static Gate ofProportion(GateStatement statement, long successes, long trials) {
        Side side = new Side((double) trials, (double) trials, (double) successes);
        return new Gate(
                statement,
                null,
                trials,
                trials == 0 ? Optional.empty() : Optional.of(new GateEvidence.OfClass(ClassMetric.RECALL, side)));
    }

    private Gate ofAll(GateStatement statement) {
        boolean fixed = statement.reference() == Reference.FIXED;
        ScopeReplicates rows = fixed ? candidate : champion.orElseThrow().second();
        return new Gate(
                statement, null, Totals.ofReplicate(rows, 0).rows(), fixed ? measure(statement) : ahead(statement));
    }

    private Optional<GateEvidence> measure(GateStatement statement) {
        return BootstrapMetric.ACCURACIES.contains(statement.metric())
                ? Optional.of(accuracy())
                : Replicated.of(bootstrapMetric(statement), candidate).map(GateEvidence.OfAll::new);
    }

    private Optional<GateEvidence> ahead(GateStatement statement) {
        ComparedSides sides = champion.orElseThrow();
        return BootstrapMetric.ACCURACIES.contains(statement.metric())
                ? Optional.of(aheadInAccuracy(sides))
                : Replicated.difference(bootstrapMetric(statement), sides.first(), sides.second())
                        .map(GateEvidence.OfAll::new);
    }

    private static BootstrapMetric bootstrapMetric(GateStatement statement) {
        return BootstrapMetric.valueOf(statement.metric().toUpperCase(Locale.ROOT));
    }

    /** Accuracy is the recall of all classes taken together. */
    private GateEvidence accuracy() {
        Totals totals = Totals.ofReplicate(candidate, 0);
        double rows = (double) totals.rows();
        return new GateEvidence.OfClass(ClassMetric.RECALL, new Side(rows, rows, (double) totals.correct()));
    }

    private static GateEvidence aheadInAccuracy(ComparedSides sides) {
        return new GateEvidence.AheadInClass(
                ClassMetric.RECALL,
                sides.classes().values().stream().reduce(PairedCounts::plus).orElseThrow());
    }
}
