package io.pigeonhole.training.cascade;

import java.util.Arrays;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;

/**
 * What a classifier shows of a row by its probabilities alone. The three signals are rounded down to whole steps, so that
 * rows fall into few cells, whose rows can be counted exactly.
 *
 * @param best place of the most probable class; ties go to the first
 * @param cell number of the cell of the three signals
 */
record Shown(int best, int cell) {

    /** The log odds of the most probable class, from here in steps. */
    private static final double LEAST_ODDS = -8;

    private static final double STEP = 0.25;
    private static final int ODDS = 97;
    /** The log ratio of the two most probable classes, from 0 in the same steps. */
    private static final int RATIOS = 65;
    /** The entropy, as a share of its maximum, in steps of {@code 1 / 32}. */
    private static final int ENTROPIES = 33;

    /** Number of signals of a cell. */
    static final int SIGNALS = 3;

    /** Reads a vector of probabilities; classes that a sparse vector leaves out share the remaining probability evenly. */
    static Shown of(Vector probability) {
        double[] values = probability instanceof SparseVector sparse ? sparse.values() : probability.toArray();
        int others = probability.size() - values.length;
        double rest = others == 0 ? 0 : Math.max(0, 1 - Arrays.stream(values).sum()) / others;
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        double second = rest;
        double entropy = others * information(rest);
        for (int i = 0; i < values.length; i++) {
            second = i == best ? second : Math.max(second, values[i]);
            entropy += information(values[i]);
        }
        double first = values[best];
        int odds = steps((StrictMath.log(first / (1 - first)) - LEAST_ODDS) / STEP, ODDS);
        int ratio = steps(StrictMath.log(first / second) / STEP, RATIOS);
        double most = probability.size() > 1 ? StrictMath.log(probability.size()) : 1;
        int uncertainty = steps(entropy / most * (ENTROPIES - 1), ENTROPIES);
        int place = probability instanceof SparseVector sparse ? sparse.indices()[best] : best;
        return new Shown(place, (odds * RATIOS + ratio) * ENTROPIES + uncertainty);
    }

    private static double information(double p) {
        return p > 0 ? -p * StrictMath.log(p) : 0;
    }

    private static int steps(double value, int count) {
        return (int) Math.max(0, Math.min(count - 1, value));
    }

    /** The signals in the middle of a cell, each about between -1 and 4. */
    static double[] signals(int cell) {
        int odds = cell / ENTROPIES / RATIOS;
        int ratio = cell / ENTROPIES % RATIOS;
        int uncertainty = cell % ENTROPIES;
        return new double[] {
            (LEAST_ODDS + (odds + 0.5) * STEP) / 4, (ratio + 0.5) * STEP / 4, (uncertainty + 0.5) / (ENTROPIES - 1)
        };
    }
}
