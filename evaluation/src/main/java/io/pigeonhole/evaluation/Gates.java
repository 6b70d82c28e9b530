package io.pigeonhole.evaluation;

import io.pigeonhole.evaluation.GateStatement.EachClass;
import io.pigeonhole.evaluation.GateStatement.JudgedOn;
import io.pigeonhole.evaluation.GateStatement.OneClass;
import io.pigeonhole.evaluation.GateStatement.Overall;
import io.pigeonhole.evaluation.GateStatement.Reference;
import io.pigeonhole.evaluation.GateStatement.Subject;
import io.pigeonhole.evaluation.PairedCounts.Side;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Judges statements about a model version on its predictions.
 *
 * <p>A statement passes where the whole interval of its figure is good enough, fails where none of it is, and is undecided
 * otherwise. Intervals are two-sided, and made anew at the level that the number of statements asks for: per class from
 * counts, overall from bootstrap replicates. With m statements judged on bounds, Bonferroni makes all of them at the m-th
 * part of 1 - level. Holm begins there, and where statements are decided, shares the whole among the others, until none
 * follows: the chance that any verdict, pass or fail, is wrong stays below 1 - level. A statement judged on its point claims
 * no certainty, and takes no part in this.
 */
public final class Gates {

    /** Most rows, for each one there is, that are looked at to say how many would decide. */
    private static final double MOST_TIMES = 0x1p30;

    private final EvaluationKey key;
    private final @Nullable EvaluationKey championKey;
    private final ScopeReplicates candidate;
    private final Optional<SideBySide> champion;
    private final GatesSpec spec;

    private Gates(
            EvaluationKey key,
            @Nullable EvaluationKey championKey,
            ScopeReplicates candidate,
            Optional<SideBySide> champion,
            GatesSpec spec) {
        this.key = key;
        this.championKey = championKey;
        this.candidate = candidate;
        this.champion = champion;
        this.spec = spec;
    }

    /** A statement on one class, or on all together, with what it is judged on. */
    private record Gate(GateStatement statement, @Nullable String label, Optional<Measure> measure) {

        Optional<Estimate> at(double level) {
            return measure.map(figure -> figure.at(level, 1));
        }

        GateVerdict verdict(double level) {
            return at(level).map(statement::verdict).orElse(GateVerdict.NOT_ENOUGH_DATA);
        }

        boolean isInFamily() {
            return statement.judgedOn() == JudgedOn.BOUND;
        }
    }

    /**
     * Judges every statement. Those against the champion are left out where there is none.
     *
     * @param candidate predictions of one split by one model version, of the shape of {@link Predictions}
     * @param champion the champion's predictions, looked at on the examples that both have
     * @param critical the classes that "each critical class" means
     * @throws PipelineException (data contract) if predictions are about more than one model version or split, or have no
     *     labelled example, in common with the champion's where a statement needs them
     */
    public static List<GateFigure> judge(
            Dataset<Row> candidate,
            Optional<Dataset<Row>> champion,
            Set<String> critical,
            GatesSpec spec,
            EvaluationSpec evaluation) {
        EvaluationKey key = SideBySide.subject(candidate);
        boolean needsChampion =
                spec.statements().stream().anyMatch(statement -> statement.reference() == Reference.CHAMPION);
        Gates gates = Evaluation.described(
                candidate.sparkSession(),
                "gate: figures and their bootstrap",
                () -> new Gates(
                        key,
                        champion.map(SideBySide::subject).orElse(null),
                        SideBySide.alone(candidate, evaluation),
                        champion.filter(predictions -> needsChampion)
                                .map(predictions -> SideBySide.onSameExamples(predictions, candidate, evaluation)),
                        spec));
        return gates.judged(gates.expanded(new TreeSet<>(critical)));
    }

    private List<Gate> expanded(Set<String> critical) {
        List<Gate> gates = new ArrayList<>();
        Map<String, Side> tallies = SideBySide.tallies(candidate);
        for (GateStatement statement : spec.statements()) {
            if (statement.reference() == Reference.CHAMPION && champion.isEmpty()) {
                continue;
            }
            if (statement.subject() instanceof Overall) {
                gates.add(new Gate(statement, null, ofAll(statement)));
                continue;
            }
            labels(statement.subject(), critical, tallies)
                    .forEach(label -> gates.add(new Gate(statement, label, ofClass(statement, label, tallies))));
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

    private Optional<Measure> ofClass(GateStatement statement, String label, Map<String, Side> tallies) {
        ClassMetric metric = ClassMetric.valueOf(statement.metric().toUpperCase(Locale.ROOT));
        if (statement.reference() == Reference.FIXED) {
            return Optional.ofNullable(tallies.get(label))
                    .filter(side -> metric.trials(side) > 0)
                    .map(side -> new Measure.OfClass(metric, side));
        }
        return champion.map(SideBySide::classes)
                .map(classes -> classes.get(label))
                .filter(counts -> metric.trials(counts.first()) > 0 && metric.trials(counts.second()) > 0)
                .map(counts -> new Measure.AheadInClass(metric, counts));
    }

    private Optional<Measure> ofAll(GateStatement statement) {
        boolean fixed = statement.reference() == Reference.FIXED;
        if (ScopeFigures.ACCURACIES.contains(statement.metric())) {
            return fixed ? Optional.of(accuracy()) : champion.map(Gates::aheadInAccuracy);
        }
        BootstrapMetric metric = BootstrapMetric.valueOf(statement.metric().toUpperCase(Locale.ROOT));
        ScopeReplicates rows = fixed ? candidate : champion.orElseThrow().second();
        Optional<Replicated> replicated = fixed
                ? Replicated.of(metric, candidate)
                : champion.flatMap(sides -> Replicated.difference(metric, sides.first(), sides.second()));
        return replicated.map(
                figure -> new Measure.OfAll(figure, Totals.ofReplicate(rows, 0).rows()));
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

    private List<GateFigure> judged(List<Gate> gates) {
        double[] levels = levels(gates);
        return IntStream.range(0, levels.length)
                .mapToObj(i -> figure(gates.get(i), levels[i]))
                .toList();
    }

    /** The confidence level at which each gate is judged. */
    private double[] levels(List<Gate> gates) {
        double[] levels = new double[gates.size()];
        Arrays.fill(levels, spec.confidenceLevel());
        List<Integer> open = IntStream.range(0, levels.length)
                .filter(i -> gates.get(i).isInFamily())
                .boxed()
                .toList();
        boolean settled = open.isEmpty() || spec.adjustment() == MultipleTesting.NONE;
        while (!settled) {
            double level = 1 - (1 - spec.confidenceLevel()) / open.size();
            open.forEach(i -> levels[i] = level);
            List<Integer> undecided = open.stream()
                    .filter(i -> gates.get(i).verdict(level) == GateVerdict.NOT_ENOUGH_DATA)
                    .toList();
            settled =
                    spec.adjustment() != MultipleTesting.HOLM || undecided.isEmpty() || undecided.size() == open.size();
            open = undecided;
        }
        return levels;
    }

    private GateFigure figure(Gate gate, double level) {
        GateVerdict verdict = gate.verdict(level);
        Optional<Long> needed = verdict == GateVerdict.NOT_ENOUGH_DATA ? rowsNeeded(gate, level) : Optional.empty();
        return new GateFigure(
                key,
                championKey,
                gate.statement(),
                gate.label(),
                gate.at(level).orElse(null),
                level,
                gate.isInFamily() ? spec.adjustment() : MultipleTesting.NONE,
                gate.measure().map(Measure::support).orElse(0L),
                verdict,
                needed.orElse(null));
    }

    /**
     * The fewest further rows at which the interval leaves the bound, if the figure stays what it is. A class without rows
     * is taken to be all right: fewer will not do in any case.
     */
    private static Optional<Long> rowsNeeded(Gate gate, double level) {
        if (gate.measure().isEmpty()) {
            boolean ofClass = gate.label() != null && gate.statement().reference() == Reference.FIXED;
            return ofClass
                    ? fewest(gate.statement(), new Measure.OfClass(ClassMetric.RECALL, new Side(1, 1, 1)), level, 0)
                    : Optional.empty();
        }
        Measure measure = gate.measure().get();
        return measure.support() == 0 ? Optional.empty() : fewest(gate.statement(), measure, level, measure.support());
    }

    private static Optional<Long> fewest(GateStatement statement, Measure measure, double level, long present) {
        long unit = Math.max(1, present);
        long decided = unit;
        while (isOpen(statement, measure, level, present + decided, unit)) {
            if (decided > MOST_TIMES * unit) {
                return Optional.empty();
            }
            decided *= 2;
        }
        long undecided = 0;
        while (decided - undecided > 1) {
            long middle = undecided + (decided - undecided) / 2;
            if (isOpen(statement, measure, level, present + middle, unit)) {
                undecided = middle;
            } else {
                decided = middle;
            }
        }
        return Optional.of(decided);
    }

    private static boolean isOpen(GateStatement statement, Measure measure, double level, long rows, long unit) {
        Estimate imagined = measure.at(level, (double) rows / (double) unit);
        return statement.verdict(imagined) == GateVerdict.NOT_ENOUGH_DATA;
    }
}
