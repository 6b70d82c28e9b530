package io.pigeonhole.training.calibration;

import io.pigeonhole.training.solver.lbfgs.Minimizer;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.transforms.DecisionNodes;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * The factors and biases of least penalised log loss, of all nodes and parts in the same passes. Every factor has a normal
 * prior around 1 and every bias one around 0, both of standard deviation 1: what a child with few rows or none stays near.
 */
final class VectorFit {

    private static final int MOST_PASSES = 150;
    private static final double TOLERANCE = 1e-6;
    /** Coefficients of a child: what its factor has above 1, and its bias. */
    private static final int COEFFICIENTS = 2;

    private VectorFit() {}

    /**
     * Fits.
     *
     * @param held parts that are held out one by one
     * @param rows number of cases
     * @return by part held out and node; the last is fitted on all rows
     */
    static CalibrationMap[][] fit(JavaRDD<Case> cases, DecisionNodes nodes, int held, long rows) {
        Layout layout = Layout.hierarchical(nodes.taxonomy());
        Minimizer[] parts = new Minimizer[held + 1];
        for (int part = 0; part < parts.length; part++) {
            parts[part] = new Minimizer(layout, COEFFICIENTS, 1.0 / rows, TOLERANCE);
        }
        for (int pass = 0; pass < MOST_PASSES && isOpen(parts); pass++) {
            step(parts, cases.mapPartitions(Gradients.at(parts, layout)).reduce(Case::add), nodes, rows);
        }
        CalibrationMap[][] maps = new CalibrationMap[parts.length][nodes.size()];
        for (int part = 0; part < parts.length; part++) {
            for (int node = 0; node < nodes.size(); node++) {
                maps[part][node] =
                        map(parts[part].coefficients(), nodes.children(), nodes.start(node), nodes.end(node));
            }
        }
        return maps;
    }

    private static boolean isOpen(Minimizer[] parts) {
        for (Minimizer part : parts) {
            for (boolean open : part.open()) {
                if (open) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Hands each part the means over all rows of its losses and gradients. */
    private static void step(Minimizer[] parts, long[] sums, DecisionNodes nodes, long rows) {
        int stride = parts[0].stride();
        int size = nodes.size() + COEFFICIENTS * stride;
        for (int part = 0; part < parts.length; part++) {
            double[] loss = new double[nodes.size()];
            for (int node = 0; node < loss.length; node++) {
                loss[node] = Case.toDouble(sums[part * size + node]) / rows;
            }
            float[] gradient = new float[COEFFICIENTS * stride];
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = (float) (Case.toDouble(sums[part * size + loss.length + i]) / rows);
            }
            parts[part].step(loss, gradient);
        }
    }

    private static CalibrationMap map(float[] coefficients, int stride, int from, int to) {
        double[] factors = new double[to - from];
        double[] biases = new double[to - from];
        for (int child = from; child < to; child++) {
            factors[child - from] = 1 + coefficients[child];
            biases[child - from] = coefficients[stride + child];
        }
        return new CalibrationMap.VectorScaling(factors, biases);
    }

    /** Sums over a partition: for each part the losses by node, and then the gradient. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Gradients(float[][] trials, boolean[][] open, int stride, Layout layout)
            implements FlatMapFunction<Iterator<Case>, long[]> {

        static Gradients at(Minimizer[] parts, Layout layout) {
            float[][] trials = new float[parts.length][];
            boolean[][] open = new boolean[parts.length][];
            for (int part = 0; part < parts.length; part++) {
                trials[part] = parts[part].trial();
                open[part] = parts[part].open();
            }
            return new Gradients(trials, open, parts[0].stride(), layout);
        }

        @Override
        public Iterator<long[]> call(Iterator<Case> cases) {
            int nodes = layout.problems();
            int size = nodes + COEFFICIENTS * stride;
            long[] sums = new long[trials.length * size];
            while (cases.hasNext()) {
                Case each = cases.next();
                float[] margins = new float[each.logs().length];
                for (int part = 0; part < trials.length; part++) {
                    if (part != each.part() && open[part][each.node()]) {
                        int from = layout.start(each.node());
                        double loss = residuals(each, trials[part], from, margins);
                        int offset = part * size;
                        sums[offset + each.node()] += Case.fixed(loss);
                        for (int i = 0; i < margins.length; i++) {
                            int child = offset + nodes + from + i;
                            sums[child] += Case.fixed((double) margins[i] * each.logs()[i]);
                            sums[child + stride] += Case.fixed(margins[i]);
                        }
                    }
                }
            }
            return List.of(sums).iterator();
        }

        private double residuals(Case each, float[] trial, int from, float[] margins) {
            for (int i = 0; i < margins.length; i++) {
                margins[i] = (1 + trial[from + i]) * each.logs()[i] + trial[stride + from + i];
            }
            return each.residuals(margins);
        }
    }
}
