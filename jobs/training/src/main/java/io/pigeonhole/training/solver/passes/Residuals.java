package io.pigeonhole.training.solver.passes;

import io.pigeonhole.training.solver.kernels.Kernel;
import io.pigeonhole.training.solver.kernels.MultiplyAdd;
import io.pigeonhole.training.solver.kernels.Softmax;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Loss;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.problems.Problem;
import io.pigeonhole.training.solver.rows.Block;
import java.util.Arrays;
import java.util.List;

/** Turns a block's margins into residuals, the derivatives of the loss, and sums up the losses; for use by one thread. */
public final class Residuals {

    /** Rows after which a sum in single precision is added to one in double precision. */
    private static final int FLUSH = 64;

    private final Layout layout;
    private final Loss loss;
    private final List<Problem> problems;
    private final int[] problemOfColumn;
    private final int stride;
    private final boolean oneWeighting;
    private final Kernel kernel = Kernel.best();
    /** Factor on the weight of the rows of one class and fold, by column; all 1 where it is the same for all columns. */
    private final float[] factors;

    /** Sums of losses since the last flush, by column. */
    private final float[] recent;

    public Residuals(Objective objective, int stride) {
        this.layout = objective.layout();
        this.loss = objective.loss();
        this.problems = objective.problems();
        this.problemOfColumn = layout.problemOfColumn();
        this.stride = stride;
        this.oneWeighting = objective.oneWeighting();
        this.factors = new float[stride];
        this.recent = new float[stride];
        Arrays.fill(factors, 1f);
    }

    /**
     * @param margins matrix of {@code stride} columns, a row for each of the block's
     * @param losses by problem; the block's are added
     */
    public void of(Block block, float[] margins, double[] losses) {
        if (loss instanceof Loss.CrossEntropy crossEntropy) {
            crossEntropy(crossEntropy.smoothing(), block, margins, losses);
        } else {
            Binary binary = loss instanceof Loss.SquaredHinge ? new SquaredHinge() : new Logistic();
            oneAgainstRest(binary, block, margins, losses);
        }
    }

    /** A loss of one column against the rest. */
    private interface Binary {

        /** As {@link Kernel#logistic}: all columns as if the row belonged to the rest in each. */
        void rest(float[] margins, int from, int to, float weight, float[] losses);

        /** What the loss of a positive row is above that of a row of the rest. */
        double difference(float margin);

        /** Residual of a positive row, from its margin and the residual that a row of the rest would have. */
        float positive(float margin, float rest, float weight);
    }

    private final class Logistic implements Binary {

        @Override
        public void rest(float[] margins, int from, int to, float weight, float[] losses) {
            kernel.logistic(margins, from, to, weight, losses);
        }

        @Override
        public double difference(float margin) {
            return -margin;
        }

        @Override
        public float positive(float margin, float rest, float weight) {
            return rest - weight;
        }
    }

    private static final class SquaredHinge implements Binary {

        @Override
        public void rest(float[] margins, int from, int to, float weight, float[] losses) {
            for (int i = from; i < to; i++) {
                float short1 = Math.max(0f, 1f + margins[i]);
                losses[i - from] = MultiplyAdd.of(weight * short1, short1, losses[i - from]);
                margins[i] = 2f * weight * short1;
            }
        }

        @Override
        public double difference(float margin) {
            double positive = Math.max(0, 1 - (double) margin);
            double rest = Math.max(0, 1 + (double) margin);
            return positive * positive - rest * rest;
        }

        @Override
        public float positive(float margin, float rest, float weight) {
            return -2f * weight * Math.max(0f, 1f - margin);
        }
    }

    private void oneAgainstRest(Binary binary, Block block, float[] margins, double[] losses) {
        int label = -1;
        int fold = -1;
        for (int row = 0; row < block.size(); row++) {
            if (block.labels()[row] != label || block.folds()[row] != fold) {
                label = block.labels()[row];
                fold = block.folds()[row];
                if (!oneWeighting) {
                    flush(losses);
                    setFactors(label, fold);
                }
            }
            int offset = row * stride;
            float weight = block.weights()[row]
                    * (oneWeighting ? (float) problems.get(0).weight(label, fold) : 1f);
            int[] targets = layout.targets(label);
            float[] atTargets = new float[targets.length];
            for (int t = 0; t < targets.length; t++) {
                atTargets[t] = margins[offset + targets[t]];
                losses[targets[t]] += (double) weight * factors[targets[t]] * binary.difference(atTargets[t]);
            }
            binary.rest(margins, offset, offset + stride, weight, recent);
            for (int t = 0; t < targets.length; t++) {
                int i = offset + targets[t];
                margins[i] = binary.positive(atTargets[t], margins[i], weight);
            }
            if (!oneWeighting) {
                for (int c = 0; c < stride; c++) {
                    margins[offset + c] *= factors[c];
                }
            }
            if (row % FLUSH == FLUSH - 1) {
                flush(losses);
            }
        }
        flush(losses);
    }

    private void setFactors(int label, int fold) {
        for (int c = 0; c < problemOfColumn.length; c++) {
            factors[c] = (float) problems.get(problemOfColumn[c]).weight(label, fold);
        }
    }

    private void flush(double[] losses) {
        for (int c = 0; c < losses.length; c++) {
            losses[c] += (double) recent[c] * factors[c];
        }
        Arrays.fill(recent, 0f);
    }

    /** Softmax within each of the row's problems. */
    private void crossEntropy(double smoothing, Block block, float[] margins, double[] losses) {
        for (int row = 0; row < block.size(); row++) {
            int offset = row * stride;
            int label = block.labels()[row];
            int done = 0;
            for (int target : layout.targets(label)) {
                int problem = problemOfColumn[target];
                float weight =
                        (float) (block.weights()[row] * problems.get(problem).weight(label, block.folds()[row]));
                if (weight != 0f) {
                    int from = offset + layout.start(problem);
                    int to = offset + layout.end(problem);
                    Arrays.fill(margins, offset + done, from, 0f);
                    losses[problem] += weight * smoothed(smoothing, margins, from, to, offset + target, weight);
                    done = layout.end(problem);
                }
            }
            Arrays.fill(margins, offset + done, offset + stride, 0f);
        }
    }

    /** Cross-entropy with a target of {@code 1 - smoothing} at the true class and {@code smoothing} spread over all. */
    public static double smoothed(double smoothing, float[] margins, int from, int to, int target, float weight) {
        if (smoothing == 0) {
            return Softmax.residuals(margins, from, to, target, weight);
        }
        double mean = 0;
        for (int i = from; i < to; i++) {
            mean += margins[i];
        }
        mean /= to - from;
        double smooth = smoothing * (margins[target] - mean);
        double plain = Softmax.residuals(margins, from, to, target, weight);
        float share = (float) (weight * smoothing / (to - from));
        for (int i = from; i < to; i++) {
            margins[i] -= share;
        }
        margins[target] += (float) (weight * smoothing);
        return plain + smooth;
    }
}
