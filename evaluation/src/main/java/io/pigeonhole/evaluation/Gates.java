package io.pigeonhole.evaluation;

import io.pigeonhole.evaluation.GateFamily.Gate;
import io.pigeonhole.evaluation.GateStatement.EachClass;
import io.pigeonhole.evaluation.GateStatement.OneClass;
import io.pigeonhole.evaluation.GateStatement.Overall;
import io.pigeonhole.evaluation.GateStatement.Reference;
import io.pigeonhole.evaluation.GateStatement.Subject;
import io.pigeonhole.evaluation.PairedCounts.Side;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Judges statements about a model version on its predictions: finds what each is about, for {@link GateFamily}. */
public final class Gates {

    private final EvaluationKey key;
    private final @Nullable EvaluationKey championKey;
    private final ScopeReplicates candidate;
    private final Optional<SideBySide> champion;

    private Gates(
            EvaluationKey key,
            @Nullable EvaluationKey championKey,
            ScopeReplicates candidate,
            Optional<SideBySide> champion) {
        this.key = key;
        this.championKey = championKey;
        this.candidate = candidate;
        this.champion = champion;
    }

    /**
     * Judges every statement. Those against the champion are left out where there is none.
     *
     * @param candidate predictions of one split by one model version, of the shape of {@link Predictions}
     * @param champion the champion's predictions, looked at on the examples that both have
     * @param critical the classes that "each critical class" means
     * @return at least one figure; "each class" gives one for each with labelled examples
     * @throws PipelineException (data contract) if predictions are about more than one model version or split, or have no
     *     labelled example, in common with the champion's where a statement needs them; (configuration) if statements are
     *     about critical classes and there are none, or all are about a champion and there is none
     */
    public static List<GateFigure> judge(
            Dataset<Row> candidate,
            Optional<Dataset<Row>> champion,
            Set<String> critical,
            GatesSpec spec,
            EvaluationSpec evaluation) {
        requireSubjects(spec, champion.isPresent(), critical);
        EvaluationKey key = Intake.subject(candidate);
        boolean needsChampion =
                spec.statements().stream().anyMatch(statement -> statement.reference() == Reference.CHAMPION);
        Gates gates = JobDescription.during(
                candidate.sparkSession(),
                "gate: figures and their bootstrap",
                () -> new Gates(
                        key,
                        champion.map(Intake::subject).orElse(null),
                        SideBySide.alone(candidate, evaluation),
                        champion.filter(predictions -> needsChampion)
                                .map(predictions -> SideBySide.onSameExamples(predictions, candidate, evaluation)
                                        .orElseThrow(EvaluationErrors::noLabelledRows))));
        return new GateFamily(gates.expanded(spec, new TreeSet<>(critical)), spec).judged(gates.key, gates.championKey);
    }

    /** A gate that looks at nothing would pass whatever the model does. */
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
        Map<String, Side> tallies = SideBySide.tallies(candidate);
        for (GateStatement statement : spec.statements()) {
            if (statement.reference() == Reference.CHAMPION && champion.isEmpty()) {
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
                    metric.trials(side) > 0 ? Optional.of(new Measure.OfClass(metric, side)) : Optional.empty());
        }
        PairedCounts counts =
                champion.orElseThrow().classes().getOrDefault(label, new PairedCounts(0, 0, 0, 0, 0, 0, 0));
        boolean defined = metric.trials(counts.first()) > 0 && metric.trials(counts.second()) > 0;
        return new Gate(
                statement,
                label,
                Math.round(counts.support()),
                defined ? Optional.of(new Measure.AheadInClass(metric, counts)) : Optional.empty());
    }

    private Gate ofAll(GateStatement statement) {
        boolean fixed = statement.reference() == Reference.FIXED;
        ScopeReplicates rows = fixed ? candidate : champion.orElseThrow().second();
        return new Gate(
                statement, null, Totals.ofReplicate(rows, 0).rows(), fixed ? measure(statement) : ahead(statement));
    }

    private Optional<Measure> measure(GateStatement statement) {
        return BootstrapMetric.ACCURACIES.contains(statement.metric())
                ? Optional.of(accuracy())
                : Replicated.of(bootstrapMetric(statement), candidate).map(Measure.OfAll::new);
    }

    private Optional<Measure> ahead(GateStatement statement) {
        SideBySide sides = champion.orElseThrow();
        return BootstrapMetric.ACCURACIES.contains(statement.metric())
                ? Optional.of(aheadInAccuracy(sides))
                : Replicated.difference(bootstrapMetric(statement), sides.first(), sides.second())
                        .map(Measure.OfAll::new);
    }

    private static BootstrapMetric bootstrapMetric(GateStatement statement) {
        return BootstrapMetric.valueOf(statement.metric().toUpperCase(Locale.ROOT));
    }

    /** Accuracy is the recall of all classes taken together. */
    private Measure accuracy() {
        Totals totals = Totals.ofReplicate(candidate, 0);
        double rows = (double) totals.rows();
        return new Measure.OfClass(ClassMetric.RECALL, new Side(rows, rows, (double) totals.correct()));
    }

    private static Measure aheadInAccuracy(SideBySide sides) {
        return new Measure.AheadInClass(
                ClassMetric.RECALL,
                sides.classes().values().stream().reduce(PairedCounts::plus).orElseThrow());
    }
}
