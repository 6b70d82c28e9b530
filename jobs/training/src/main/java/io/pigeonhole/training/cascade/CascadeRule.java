package io.pigeonhole.training.cascade;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Says which rows the second model answers: those on which the probability that it is right exceeds that of the first model
 * by more than a threshold. Both are functions of what the first model shows.
 *
 * <p>The threshold is {@code lambda (c2 - c1)} for costs c1 and c2 of a row: of all rules with the same expected cost, this
 * one has the highest expected accuracy (J. Dekoninck, M. Baader, M. Vechev, "A unified approach to routing and cascading
 * for LLMs", 2024, for two models). As the cells are finite in number, the least lambda within a budget is found by going
 * through their gains in falling order.
 */
public final class CascadeRule implements Serializable {

    private static final long serialVersionUID = 1L;

    private final RightProbability first;
    private final RightProbability second;
    private final double threshold;

    CascadeRule(RightProbability first, RightProbability second, double threshold) {
        this.first = first;
        this.second = second;
        this.threshold = threshold;
    }

    /**
     * Fits the probabilities and a threshold.
     *
     * @param tallies the cells of the rows that choose, each once
     * @param share largest share of these rows that the second model may answer
     */
    public static CascadeRule fit(List<Tally> tallies, double share) {
        List<Tally> ordered =
                tallies.stream().sorted(Comparator.comparing(Tally::cell)).toList();
        CascadeRule all = new CascadeRule(
                RightProbability.fit(ordered, Tally::first), RightProbability.fit(ordered, Tally::second), 0);
        return all.withThreshold(Math.max(0, all.threshold(ordered, share)));
    }

    /** The gain that a row must exceed. */
    public double threshold() {
        return threshold;
    }

    /** The gain in the probability of being right at a cell. */
    double gain(int cell) {
        return second.of(cell) - first.of(cell);
    }

    boolean defers(int cell) {
        return gain(cell) > threshold;
    }

    private CascadeRule withThreshold(double other) {
        return new CascadeRule(first, second, other);
    }

    /** The least threshold under which no more than this share of the rows is deferred; equal gains stay together. */
    private double threshold(List<Tally> tallies, double share) {
        TreeMap<Double, Long> rowsOf = new TreeMap<>(Comparator.reverseOrder());
        long rows = 0;
        for (Tally tally : tallies) {
            rowsOf.merge(gain(tally.cell()), tally.rows(), Long::sum);
            rows += tally.rows();
        }
        long deferred = 0;
        for (var entry : rowsOf.entrySet()) {
            deferred += entry.getValue();
            if (deferred > share * rows) {
                return entry.getKey();
            }
        }
        return -1;
    }

    /** What the rule does to some rows. */
    public CascadePoint on(List<Tally> tallies) {
        long rows = 0;
        long deferred = 0;
        long right = 0;
        for (Tally tally : tallies) {
            boolean defers = defers(tally.cell());
            rows += tally.rows();
            deferred += defers ? tally.rows() : 0;
            right += defers ? tally.second() : tally.first();
        }
        return new CascadePoint(threshold, rows, deferred, right);
    }

    /**
     * The frontier: the rules of evenly spread budgets from the first model alone to the second alone, judged on other rows.
     *
     * @param chosen the rows that the thresholds are chosen on
     * @param judged the rows that they are judged on
     * @param steps number of steps from one end to the other
     * @return without equal thresholds, by falling threshold
     */
    public List<CascadePoint> frontier(List<Tally> chosen, List<Tally> judged, int steps) {
        List<CascadePoint> points = new ArrayList<>();
        for (int i = 0; i <= steps; i++) {
            // gains lie between -1 and 1: the ends keep all rows and pass all on, also those of cells not seen before
            double at = i == 0 ? 1 : i == steps ? -1 : threshold(chosen, i / (double) steps);
            if (points.isEmpty() || at < points.get(points.size() - 1).threshold()) {
                points.add(withThreshold(at).on(judged));
            }
        }
        return points;
    }

    /** The coefficients of both probabilities and the threshold, to save them. */
    List<double[]> state() {
        return List.of(first.coefficients(), second.coefficients(), new double[] {threshold});
    }

    static CascadeRule of(List<double[]> state) {
        return new CascadeRule(new RightProbability(state.get(0)), new RightProbability(state.get(1)), state.get(2)[0]);
    }
}
