package io.pigeonhole.evaluation.gates;

import io.pigeonhole.evaluation.gates.GateStatement.JudgedOn;
import io.pigeonhole.evaluation.gates.GateStatement.Reference;
import io.pigeonhole.evaluation.statistics.ClassMetric;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.MultipleTesting;
import io.pigeonhole.evaluation.statistics.PairedCounts.Side;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Gates that are judged together.
 *
 * <p>A statement passes if the whole interval of its figure meets it, fails if no part of the interval does, and is
 * undecided otherwise. Intervals are two-sided and computed at a level that accounts for the number of statements: per
 * class from counts, overall from bootstrap replicates. With m statements judged on bounds, Bonferroni gives each of
 * them an m-th of 1 - level. Holm starts with that and then repeatedly shares the whole among the statements that are
 * still undecided, until no further one is decided: the probability that any verdict, pass or fail, is wrong stays
 * below 1 - level. A statement judged on its point claims no certainty and takes no part in this.
 */
record GateFamily(List<Gate> gates, GatesSpec spec) {

    /** Largest multiple of the present rows that is tried to find how many would decide. */
    private static final double MOST_TIMES = 0x1p30;

    GateFamily {
        gates = List.copyOf(gates);
    }

    /**
     * A statement about one class, or about all together, with the figure that it is judged on.
     *
     * @param support labelled rows, of the class or all
     * @param measure empty where there is no row to compute the figure from
     */
    record Gate(GateStatement statement, @Nullable String label, long support, Optional<GateEvidence> measure) {

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

    /** One figure for each gate, in their order. */
    List<GateFigure> judged(EvaluationKey key, @Nullable EvaluationKey champion) {
        double[] levels = levels();
        return IntStream.range(0, levels.length)
                .mapToObj(i -> figure(gates.get(i), levels[i], key, champion))
                .toList();
    }

    /** The confidence level at which each gate is judged. */
    private double[] levels() {
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

    private GateFigure figure(Gate gate, double level, EvaluationKey key, @Nullable EvaluationKey champion) {
        GateVerdict verdict = gate.verdict(level);
        Optional<Long> needed = verdict == GateVerdict.NOT_ENOUGH_DATA ? rowsNeeded(gate, level) : Optional.empty();
        return new GateFigure(
                key,
                champion,
                gate.statement(),
                gate.label(),
                gate.at(level).orElse(null),
                level,
                gate.isInFamily() ? spec.adjustment() : MultipleTesting.NONE,
                gate.support(),
                verdict,
                needed.orElse(null));
    }

    /**
     * The smallest number of additional rows with which the interval no longer includes the bound, if the figure stays
     * the same. A class without rows is assumed to be always right: no smaller number can suffice.
     */
    private static Optional<Long> rowsNeeded(Gate gate, double level) {
        if (gate.support() > 0) {
            return gate.measure().flatMap(measure -> fewest(gate.statement(), measure, level, gate.support()));
        }
        boolean ofClass = gate.label() != null
                && gate.measure().isEmpty()
                && gate.statement().reference() == Reference.FIXED;
        return ofClass
                ? fewest(gate.statement(), new GateEvidence.OfClass(ClassMetric.RECALL, new Side(1, 1, 1)), level, 0)
                : Optional.empty();
    }

    private static Optional<Long> fewest(GateStatement statement, GateEvidence measure, double level, long present) {
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

    private static boolean isOpen(GateStatement statement, GateEvidence measure, double level, long rows, long unit) {
        Estimate imagined = measure.at(level, (double) rows / (double) unit);
        return statement.verdict(imagined) == GateVerdict.NOT_ENOUGH_DATA;
    }
}
