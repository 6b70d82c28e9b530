package io.pigeonhole.training.solver.kernels;

import io.pigeonhole.training.solver.rows.Block;
import io.pigeonhole.training.solver.rows.Rows;

/**
 * Loops that the just-in-time compiler may vectorise by itself; runs on any JVM, and on machines without fused multiply-add
 * ({@link MultiplyAdd}).
 */
public final class PlainKernel implements Kernel {

    @Override
    public void margins(Block block, float[] coefficients, int stride, int from, int to, float[] margins) {
        Block.Dense dense = block.dense();
        for (int i = 0; i < dense.values().length; i++) {
            int target = i / dense.features().length * stride;
            int source = dense.features()[i % dense.features().length] * stride;
            for (int c = from; c < to; c++) {
                margins[target + c] = MultiplyAdd.of(dense.values()[i], coefficients[source + c], margins[target + c]);
            }
        }
        int[] starts = block.starts();
        for (int f = 0; f < block.features().length; f++) {
            int source = block.features()[f] * stride;
            for (int e = starts[f]; e < starts[f + 1]; e++) {
                int target = block.rows()[e] * stride;
                float value = block.values()[e];
                for (int c = from; c < to; c++) {
                    margins[target + c] = MultiplyAdd.of(value, coefficients[source + c], margins[target + c]);
                }
            }
        }
    }

    @Override
    public void gradient(Block block, float[] residuals, int stride, int from, int to, float[] gradient) {
        Block.Dense dense = block.dense();
        for (int i = 0; i < dense.values().length; i++) {
            int source = i / dense.features().length * stride;
            int target = dense.features()[i % dense.features().length] * stride;
            for (int c = from; c < to; c++) {
                gradient[target + c] = MultiplyAdd.of(dense.values()[i], residuals[source + c], gradient[target + c]);
            }
        }
        int[] starts = block.starts();
        for (int f = 0; f < block.features().length; f++) {
            int target = block.features()[f] * stride;
            for (int e = starts[f]; e < starts[f + 1]; e++) {
                int source = block.rows()[e] * stride;
                float value = block.values()[e];
                for (int c = from; c < to; c++) {
                    gradient[target + c] = MultiplyAdd.of(value, residuals[source + c], gradient[target + c]);
                }
            }
        }
    }

    @Override
    public void margins(Rows rows, int row, float[] coefficients, int stride, int from, int to, float[] margins) {
        for (int e = rows.starts()[row]; e < rows.starts()[row + 1]; e++) {
            int source = rows.features()[e] * stride;
            float value = rows.values()[e];
            for (int c = from; c < to; c++) {
                margins[c] = MultiplyAdd.of(value, coefficients[source + c], margins[c]);
            }
        }
    }

    @Override
    public void update(Rows rows, int row, float[] changes, int stride, int from, int to, float[] coefficients) {
        for (int e = rows.starts()[row]; e < rows.starts()[row + 1]; e++) {
            int target = rows.features()[e] * stride;
            float value = rows.values()[e];
            for (int c = from; c < to; c++) {
                coefficients[target + c] = MultiplyAdd.of(value, changes[c], coefficients[target + c]);
            }
        }
    }

    @Override
    public void logisticStep(
            float[] margins,
            float[] duals,
            int offset,
            float[] weights,
            float[] damping,
            float[] losses,
            float[] gaps) {
        for (int c = 0; c < margins.length; c++) {
            float margin = margins[c];
            float e = FastMath.exp(-Math.abs(margin));
            float softplus = FastMath.log1p(e) + Math.max(margin, 0f);
            float loss = weights[c] * softplus;
            losses[c] += loss;
            float numerator = margin >= 0f ? 1f : e;
            float curvature = e / ((1f + e) * (1f + e)) * weights[c];
            float dual = duals[offset + c];
            float distance = -(numerator / (1f + e) * weights[c]) - dual;
            float chiSquared = distance * distance / Math.max(curvature, LEAST_CURVATURE);
            gaps[c] += Math.min(chiSquared, MultiplyAdd.of(dual, margin, loss));
            margins[c] = distance / MultiplyAdd.of(curvature, damping[c], 1f);
        }
    }

    @Override
    public void exp(float[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            values[i] = FastMath.exp(values[i]);
        }
    }

    @Override
    public void logistic(float[] margins, int from, int to, float weight, float[] loss) {
        for (int i = from; i < to; i++) {
            float margin = margins[i];
            float e = FastMath.exp(-Math.abs(margin));
            float softplus = FastMath.log1p(e) + Math.max(margin, 0f);
            loss[i - from] = MultiplyAdd.of(weight, softplus, loss[i - from]);
            float numerator = margin >= 0f ? 1f : e;
            margins[i] = weight * (numerator / (1f + e));
        }
    }

    @Override
    public void multiplyAdd(float[] sums, float[] a, float[] b, int offset) {
        for (int c = 0; c < sums.length; c++) {
            sums[c] = MultiplyAdd.of(a[offset + c], b[offset + c], sums[c]);
        }
    }

    @Override
    public void addCombination(float[] target, float[] f, float[] a, float[] g, float[] b, int offset) {
        for (int c = 0; c < f.length; c++) {
            target[offset + c] =
                    MultiplyAdd.of(f[c], a[offset + c], MultiplyAdd.of(g[c], b[offset + c], target[offset + c]));
        }
    }
}
