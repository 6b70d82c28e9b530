package io.pigeonhole.training.calibration;

import io.pigeonhole.transforms.DecisionNodes;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * The temperatures of least log loss, of all nodes and parts in the same passes. With sharpness t, the inverse of the
 * temperature, the loss of a row is convex in t: its derivative is the mean logarithm under the scaled shares less the
 * target's, its second derivative their variance. Newton's method finds the root of the first, halving where it would
 * leave the bracket.
 */
final class TemperatureFit {

    private static final double SMALLEST = 0.05;
    private static final double LARGEST = 20;
    private static final double TOLERANCE = 1e-5;
    private static final int MOST_PASSES = 60;

    private final int nodes;
    private final double[] sharpness;
    private final double[] low;
    private final double[] high;
    private final boolean[] open;

    private TemperatureFit(int nodes, int parts) {
        this.nodes = nodes;
        this.sharpness = filled(nodes * parts, 1);
        this.low = filled(nodes * parts, SMALLEST);
        this.high = filled(nodes * parts, LARGEST);
        this.open = new boolean[nodes * parts];
        Arrays.fill(open, true);
    }

    private static double[] filled(int size, double value) {
        double[] values = new double[size];
        Arrays.fill(values, value);
        return values;
    }

    /**
     * Fits.
     *
     * @param held parts that are held out one by one
     * @return by part held out and node; the last is fitted on all rows
     */
    static CalibrationMap[][] fit(JavaRDD<Case> cases, DecisionNodes nodes, int held) {
        TemperatureFit fit = new TemperatureFit(nodes.size(), held + 1);
        for (int pass = 0; pass < MOST_PASSES && fit.isOpen(); pass++) {
            fit.step(cases.mapPartitions(new Derivatives(fit.sharpness, fit.open, fit.nodes))
                    .reduce(Case::add));
        }
        CalibrationMap[][] maps = new CalibrationMap[held + 1][nodes.size()];
        for (int i = 0; i < fit.sharpness.length; i++) {
            maps[i / fit.nodes][i % fit.nodes] = new CalibrationMap.Temperature(fit.sharpness[i]);
        }
        return maps;
    }

    private boolean isOpen() {
        for (boolean each : open) {
            if (each) {
                return true;
            }
        }
        return false;
    }

    private void step(long[] derivatives) {
        for (int i = 0; i < sharpness.length; i++) {
            if (open[i]) {
                step(i, Case.toDouble(derivatives[2 * i]), Case.toDouble(derivatives[2 * i + 1]));
            }
        }
    }

    private void step(int i, double first, double second) {
        if (first < 0) {
            low[i] = sharpness[i];
        } else if (first > 0) {
            high[i] = sharpness[i];
        }
        double newton = sharpness[i] - first / second;
        double next = newton > low[i] && newton < high[i] ? newton : Math.sqrt(low[i] * high[i]);
        if (first == 0) {
            open[i] = false;
        } else {
            // near the root, Newton's last step leaves an error of about its square
            open[i] = Math.abs(next - sharpness[i]) > TOLERANCE * sharpness[i];
            sharpness[i] = next;
        }
    }

    /** Sums over a partition of the first and second derivative, for each part and node. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Derivatives(double[] sharpness, boolean[] open, int nodes)
            implements FlatMapFunction<Iterator<Case>, long[]> {

        @Override
        public Iterator<long[]> call(Iterator<Case> cases) {
            long[] sums = new long[2 * sharpness.length];
            while (cases.hasNext()) {
                add(cases.next(), sums);
            }
            return List.of(sums).iterator();
        }

        private void add(Case each, long[] sums) {
            float[] margins = new float[each.logs().length];
            for (int part = 0; part < sharpness.length / nodes; part++) {
                int i = part * nodes + each.node();
                if (open[i] && part != each.part()) {
                    for (int child = 0; child < margins.length; child++) {
                        margins[child] = (float) (sharpness[i] * each.logs()[child]);
                    }
                    each.residuals(margins);
                    double mean = 0;
                    double square = 0;
                    for (int child = 0; child < margins.length; child++) {
                        double log = each.logs()[child];
                        mean += (margins[child] + (child == each.target() ? 1 : 0)) * log;
                        square += (margins[child] + (child == each.target() ? 1 : 0)) * log * log;
                    }
                    sums[2 * i] += Case.fixed(mean - each.logs()[each.target()]);
                    sums[2 * i + 1] += Case.fixed(Math.max(0, square - mean * mean));
                }
            }
        }
    }
}
