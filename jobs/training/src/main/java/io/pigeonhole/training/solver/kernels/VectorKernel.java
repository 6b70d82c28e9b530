package io.pigeonhole.training.solver.kernels;

import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.rows.Block;
import io.pigeonhole.training.solver.rows.Rows;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops in the Vector API: tiles of four vectors of columns stay in registers over all entries of a feature.
 * For machines with fused multiply-add. Columns are padded to whole vectors by the caller ({@link Matrices#padded}).
 */
public final class VectorKernel implements Kernel {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** Width of a vector. */
    static int bits() {
        return SPECIES.vectorBitSize();
    }

    @Override
    public void margins(Block block, float[] coefficients, int stride, int from, int to, float[] margins) {
        DenseTiles.margins(block.dense(), coefficients, stride, from, to, margins);
        int c = from;
        for (; c + 8 * LANES <= to; c += 8 * LANES) {
            margins8(block, coefficients, stride, c, margins);
        }
        for (; c + 4 * LANES <= to; c += 4 * LANES) {
            margins4(block, coefficients, stride, c, margins);
        }
        for (; c + LANES <= to; c += LANES) {
            margins1(block, coefficients, stride, c, margins);
        }
    }

    private static void margins8(Block block, float[] coefficients, int stride, int column, float[] margins) {
        int[] features = block.features();
        int[] starts = block.starts();
        short[] rows = block.rows();
        float[] values = block.values();
        for (int f = 0; f < features.length; f++) {
            int source = features[f] * stride + column;
            FloatVector w0 = FloatVector.fromArray(SPECIES, coefficients, source);
            FloatVector w1 = FloatVector.fromArray(SPECIES, coefficients, source + LANES);
            FloatVector w2 = FloatVector.fromArray(SPECIES, coefficients, source + 2 * LANES);
            FloatVector w3 = FloatVector.fromArray(SPECIES, coefficients, source + 3 * LANES);
            FloatVector w4 = FloatVector.fromArray(SPECIES, coefficients, source + 4 * LANES);
            FloatVector w5 = FloatVector.fromArray(SPECIES, coefficients, source + 5 * LANES);
            FloatVector w6 = FloatVector.fromArray(SPECIES, coefficients, source + 6 * LANES);
            FloatVector w7 = FloatVector.fromArray(SPECIES, coefficients, source + 7 * LANES);
            for (int e = starts[f]; e < starts[f + 1]; e++) {
                int target = rows[e] * stride + column;
                FloatVector value = FloatVector.broadcast(SPECIES, values[e]);
                value.fma(w0, FloatVector.fromArray(SPECIES, margins, target)).intoArray(margins, target);
                value.fma(w1, FloatVector.fromArray(SPECIES, margins, target + LANES))
                        .intoArray(margins, target + LANES);
                value.fma(w2, FloatVector.fromArray(SPECIES, margins, target + 2 * LANES))
                        .intoArray(margins, target + 2 * LANES);
                value.fma(w3, FloatVector.fromArray(SPECIES, margins, target + 3 * LANES))
                        .intoArray(margins, target + 3 * LANES);
                value.fma(w4, FloatVector.fromArray(SPECIES, margins, target + 4 * LANES))
                        .intoArray(margins, target + 4 * LANES);
                value.fma(w5, FloatVector.fromArray(SPECIES, margins, target + 5 * LANES))
                        .intoArray(margins, target + 5 * LANES);
                value.fma(w6, FloatVector.fromArray(SPECIES, margins, target + 6 * LANES))
                        .intoArray(margins, target + 6 * LANES);
                value.fma(w7, FloatVector.fromArray(SPECIES, margins, target + 7 * LANES))
                        .intoArray(margins, target + 7 * LANES);
            }
        }
    }

    private static void margins4(Block block, float[] coefficients, int stride, int column, float[] margins) {
        int[] features = block.features();
        int[] starts = block.starts();
        short[] rows = block.rows();
        float[] values = block.values();
        for (int f = 0; f < features.length; f++) {
            int source = features[f] * stride + column;
            FloatVector w0 = FloatVector.fromArray(SPECIES, coefficients, source);
            FloatVector w1 = FloatVector.fromArray(SPECIES, coefficients, source + LANES);
            FloatVector w2 = FloatVector.fromArray(SPECIES, coefficients, source + 2 * LANES);
            FloatVector w3 = FloatVector.fromArray(SPECIES, coefficients, source + 3 * LANES);
            for (int e = starts[f]; e < starts[f + 1]; e++) {
                int target = rows[e] * stride + column;
                FloatVector value = FloatVector.broadcast(SPECIES, values[e]);
                value.fma(w0, FloatVector.fromArray(SPECIES, margins, target)).intoArray(margins, target);
                value.fma(w1, FloatVector.fromArray(SPECIES, margins, target + LANES))
                        .intoArray(margins, target + LANES);
                value.fma(w2, FloatVector.fromArray(SPECIES, margins, target + 2 * LANES))
                        .intoArray(margins, target + 2 * LANES);
                value.fma(w3, FloatVector.fromArray(SPECIES, margins, target + 3 * LANES))
                        .intoArray(margins, target + 3 * LANES);
            }
        }
    }

    private static void margins1(Block block, float[] coefficients, int stride, int column, float[] margins) {
        int[] features = block.features();
        int[] starts = block.starts();
        short[] rows = block.rows();
        float[] values = block.values();
        for (int f = 0; f < features.length; f++) {
            FloatVector w = FloatVector.fromArray(SPECIES, coefficients, features[f] * stride + column);
            for (int e = starts[f]; e < starts[f + 1]; e++) {
                int target = rows[e] * stride + column;
                FloatVector.broadcast(SPECIES, values[e])
                        .fma(w, FloatVector.fromArray(SPECIES, margins, target))
                        .intoArray(margins, target);
            }
        }
    }

    @Override
    public void gradient(Block block, float[] residuals, int stride, int from, int to, float[] gradient) {
        DenseTiles.gradient(block.dense(), residuals, stride, from, to, gradient);
        int c = from;
        for (; c + 8 * LANES <= to; c += 8 * LANES) {
            gradient8(block, residuals, stride, c, gradient);
        }
        for (; c + 4 * LANES <= to; c += 4 * LANES) {
            gradient4(block, residuals, stride, c, gradient);
        }
        for (; c + LANES <= to; c += LANES) {
            gradient1(block, residuals, stride, c, gradient);
        }
    }

    private static void gradient8(Block block, float[] residuals, int stride, int column, float[] gradient) {
        int[] features = block.features();
        int[] starts = block.starts();
        short[] rows = block.rows();
        float[] values = block.values();
        for (int f = 0; f < features.length; f++) {
            int target = features[f] * stride + column;
            FloatVector g0 = FloatVector.fromArray(SPECIES, gradient, target);
            FloatVector g1 = FloatVector.fromArray(SPECIES, gradient, target + LANES);
            FloatVector g2 = FloatVector.fromArray(SPECIES, gradient, target + 2 * LANES);
            FloatVector g3 = FloatVector.fromArray(SPECIES, gradient, target + 3 * LANES);
            FloatVector g4 = FloatVector.fromArray(SPECIES, gradient, target + 4 * LANES);
            FloatVector g5 = FloatVector.fromArray(SPECIES, gradient, target + 5 * LANES);
            FloatVector g6 = FloatVector.fromArray(SPECIES, gradient, target + 6 * LANES);
            FloatVector g7 = FloatVector.fromArray(SPECIES, gradient, target + 7 * LANES);
            for (int e = starts[f]; e < starts[f + 1]; e++) {
                int source = rows[e] * stride + column;
                FloatVector value = FloatVector.broadcast(SPECIES, values[e]);
                g0 = value.fma(FloatVector.fromArray(SPECIES, residuals, source), g0);
                g1 = value.fma(FloatVector.fromArray(SPECIES, residuals, source + LANES), g1);
                g2 = value.fma(FloatVector.fromArray(SPECIES, residuals, source + 2 * LANES), g2);
                g3 = value.fma(FloatVector.fromArray(SPECIES, residuals, source + 3 * LANES), g3);
                g4 = value.fma(FloatVector.fromArray(SPECIES, residuals, source + 4 * LANES), g4);
                g5 = value.fma(FloatVector.fromArray(SPECIES, residuals, source + 5 * LANES), g5);
                g6 = value.fma(FloatVector.fromArray(SPECIES, residuals, source + 6 * LANES), g6);
                g7 = value.fma(FloatVector.fromArray(SPECIES, residuals, source + 7 * LANES), g7);
            }
            g0.intoArray(gradient, target);
            g1.intoArray(gradient, target + LANES);
            g2.intoArray(gradient, target + 2 * LANES);
            g3.intoArray(gradient, target + 3 * LANES);
            g4.intoArray(gradient, target + 4 * LANES);
            g5.intoArray(gradient, target + 5 * LANES);
            g6.intoArray(gradient, target + 6 * LANES);
            g7.intoArray(gradient, target + 7 * LANES);
        }
    }

    private static void gradient4(Block block, float[] residuals, int stride, int column, float[] gradient) {
        int[] features = block.features();
        int[] starts = block.starts();
        short[] rows = block.rows();
        float[] values = block.values();
        for (int f = 0; f < features.length; f++) {
            int target = features[f] * stride + column;
            FloatVector g0 = FloatVector.fromArray(SPECIES, gradient, target);
            FloatVector g1 = FloatVector.fromArray(SPECIES, gradient, target + LANES);
            FloatVector g2 = FloatVector.fromArray(SPECIES, gradient, target + 2 * LANES);
            FloatVector g3 = FloatVector.fromArray(SPECIES, gradient, target + 3 * LANES);
            for (int e = starts[f]; e < starts[f + 1]; e++) {
                int source = rows[e] * stride + column;
                FloatVector value = FloatVector.broadcast(SPECIES, values[e]);
                g0 = value.fma(FloatVector.fromArray(SPECIES, residuals, source), g0);
                g1 = value.fma(FloatVector.fromArray(SPECIES, residuals, source + LANES), g1);
                g2 = value.fma(FloatVector.fromArray(SPECIES, residuals, source + 2 * LANES), g2);
                g3 = value.fma(FloatVector.fromArray(SPECIES, residuals, source + 3 * LANES), g3);
            }
            g0.intoArray(gradient, target);
            g1.intoArray(gradient, target + LANES);
            g2.intoArray(gradient, target + 2 * LANES);
            g3.intoArray(gradient, target + 3 * LANES);
        }
    }

    private static void gradient1(Block block, float[] residuals, int stride, int column, float[] gradient) {
        int[] features = block.features();
        int[] starts = block.starts();
        short[] rows = block.rows();
        float[] values = block.values();
        for (int f = 0; f < features.length; f++) {
            int target = features[f] * stride + column;
            FloatVector g = FloatVector.fromArray(SPECIES, gradient, target);
            for (int e = starts[f]; e < starts[f + 1]; e++) {
                g = FloatVector.broadcast(SPECIES, values[e])
                        .fma(FloatVector.fromArray(SPECIES, residuals, rows[e] * stride + column), g);
            }
            g.intoArray(gradient, target);
        }
    }

    @Override
    public void margins(Rows rows, int row, float[] coefficients, int stride, int from, int to, float[] margins) {
        int c = from;
        for (; c + 4 * LANES <= to; c += 4 * LANES) {
            margins4(rows, row, coefficients, stride, c, margins);
        }
        for (; c + LANES <= to; c += LANES) {
            margins1(rows, row, coefficients, stride, c, margins);
        }
    }

    private static void margins4(Rows rows, int row, float[] coefficients, int stride, int column, float[] margins) {
        int[] features = rows.features();
        float[] values = rows.values();
        int end = rows.starts()[row + 1];
        FloatVector m0 = FloatVector.fromArray(SPECIES, margins, column);
        FloatVector m1 = FloatVector.fromArray(SPECIES, margins, column + LANES);
        FloatVector m2 = FloatVector.fromArray(SPECIES, margins, column + 2 * LANES);
        FloatVector m3 = FloatVector.fromArray(SPECIES, margins, column + 3 * LANES);
        for (int e = rows.starts()[row]; e < end; e++) {
            int source = features[e] * stride + column;
            FloatVector value = FloatVector.broadcast(SPECIES, values[e]);
            m0 = value.fma(FloatVector.fromArray(SPECIES, coefficients, source), m0);
            m1 = value.fma(FloatVector.fromArray(SPECIES, coefficients, source + LANES), m1);
            m2 = value.fma(FloatVector.fromArray(SPECIES, coefficients, source + 2 * LANES), m2);
            m3 = value.fma(FloatVector.fromArray(SPECIES, coefficients, source + 3 * LANES), m3);
        }
        m0.intoArray(margins, column);
        m1.intoArray(margins, column + LANES);
        m2.intoArray(margins, column + 2 * LANES);
        m3.intoArray(margins, column + 3 * LANES);
    }

    private static void margins1(Rows rows, int row, float[] coefficients, int stride, int column, float[] margins) {
        int end = rows.starts()[row + 1];
        FloatVector m = FloatVector.fromArray(SPECIES, margins, column);
        for (int e = rows.starts()[row]; e < end; e++) {
            m = FloatVector.broadcast(SPECIES, rows.values()[e])
                    .fma(FloatVector.fromArray(SPECIES, coefficients, rows.features()[e] * stride + column), m);
        }
        m.intoArray(margins, column);
    }

    @Override
    public void update(Rows rows, int row, float[] changes, int stride, int from, int to, float[] coefficients) {
        int c = from;
        for (; c + 4 * LANES <= to; c += 4 * LANES) {
            update4(rows, row, changes, stride, c, coefficients);
        }
        for (; c + LANES <= to; c += LANES) {
            update1(rows, row, changes, stride, c, coefficients);
        }
    }

    private static void update4(Rows rows, int row, float[] changes, int stride, int column, float[] coefficients) {
        int[] features = rows.features();
        float[] values = rows.values();
        int end = rows.starts()[row + 1];
        FloatVector c0 = FloatVector.fromArray(SPECIES, changes, column);
        FloatVector c1 = FloatVector.fromArray(SPECIES, changes, column + LANES);
        FloatVector c2 = FloatVector.fromArray(SPECIES, changes, column + 2 * LANES);
        FloatVector c3 = FloatVector.fromArray(SPECIES, changes, column + 3 * LANES);
        for (int e = rows.starts()[row]; e < end; e++) {
            int target = features[e] * stride + column;
            FloatVector value = FloatVector.broadcast(SPECIES, values[e]);
            value.fma(c0, FloatVector.fromArray(SPECIES, coefficients, target)).intoArray(coefficients, target);
            value.fma(c1, FloatVector.fromArray(SPECIES, coefficients, target + LANES))
                    .intoArray(coefficients, target + LANES);
            value.fma(c2, FloatVector.fromArray(SPECIES, coefficients, target + 2 * LANES))
                    .intoArray(coefficients, target + 2 * LANES);
            value.fma(c3, FloatVector.fromArray(SPECIES, coefficients, target + 3 * LANES))
                    .intoArray(coefficients, target + 3 * LANES);
        }
    }

    private static void update1(Rows rows, int row, float[] changes, int stride, int column, float[] coefficients) {
        int end = rows.starts()[row + 1];
        FloatVector change = FloatVector.fromArray(SPECIES, changes, column);
        for (int e = rows.starts()[row]; e < end; e++) {
            int target = rows.features()[e] * stride + column;
            FloatVector.broadcast(SPECIES, rows.values()[e])
                    .fma(change, FloatVector.fromArray(SPECIES, coefficients, target))
                    .intoArray(coefficients, target);
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
        for (int c = 0; c < margins.length; c += LANES) {
            FloatVector margin = FloatVector.fromArray(SPECIES, margins, c);
            FloatVector weight = FloatVector.fromArray(SPECIES, weights, c);
            FloatVector e = exp(margin.abs().neg());
            FloatVector loss = log1p(e).add(margin.max(0f)).mul(weight);
            loss.add(FloatVector.fromArray(SPECIES, losses, c)).intoArray(losses, c);
            FloatVector numerator = e.blend(1f, margin.compare(VectorOperators.GE, 0f));
            FloatVector sum = e.add(1f);
            FloatVector curvature = e.div(sum.mul(sum)).mul(weight);
            FloatVector dual = FloatVector.fromArray(SPECIES, duals, offset + c);
            FloatVector distance = numerator.div(sum).mul(weight).neg().sub(dual);
            distance.mul(distance)
                    .div(curvature.max(LEAST_CURVATURE))
                    .min(dual.fma(margin, loss))
                    .add(FloatVector.fromArray(SPECIES, gaps, c))
                    .intoArray(gaps, c);
            distance.div(curvature.fma(FloatVector.fromArray(SPECIES, damping, c), broadcast(1f)))
                    .intoArray(margins, c);
        }
    }

    @Override
    public void exp(float[] values, int from, int to) {
        int i = from;
        for (; i + LANES <= to; i += LANES) {
            exp(FloatVector.fromArray(SPECIES, values, i)).intoArray(values, i);
        }
        for (; i < to; i++) {
            values[i] = FastMath.exp(values[i]);
        }
    }

    private static FloatVector exp(FloatVector x) {
        FloatVector clamped = x.max(FastMath.EXP_MINIMUM);
        FloatVector shifted = clamped.fma(FastMath.LOG2_E, FastMath.ROUND);
        FloatVector n = shifted.sub(FastMath.ROUND);
        FloatVector r = n.fma(broadcast(-FastMath.LN2_LOW), n.fma(broadcast(-FastMath.LN2_HIGH), clamped));
        FloatVector p = r.fma(FastMath.E7, FastMath.E6);
        p = p.fma(r, broadcast(FastMath.E5));
        p = p.fma(r, broadcast(FastMath.E4));
        p = p.fma(r, broadcast(FastMath.E3));
        p = p.fma(r, broadcast(FastMath.E2));
        p = p.fma(r, broadcast(1f));
        p = p.fma(r, broadcast(1f));
        // the low bits of the shifted number are n already: a conversion to integers would be no single instruction
        // here
        IntVector exponent = shifted.reinterpretAsInts().add(127);
        return p.mul(exponent.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
    }

    private static FloatVector log1p(FloatVector e) {
        FloatVector s = e.div(e.add(2f));
        FloatVector q = s.mul(s);
        FloatVector p = q.fma(FastMath.L13, FastMath.L11);
        p = p.fma(q, broadcast(FastMath.L9));
        p = p.fma(q, broadcast(FastMath.L7));
        p = p.fma(q, broadcast(FastMath.L5));
        p = p.fma(q, broadcast(FastMath.L3));
        p = p.fma(q, broadcast(2f));
        return p.mul(s);
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    @Override
    public void logistic(float[] margins, int from, int to, float weight, float[] loss) {
        for (int i = from; i < to; i += LANES) {
            FloatVector margin = FloatVector.fromArray(SPECIES, margins, i);
            FloatVector e = exp(margin.abs().neg());
            FloatVector softplus = log1p(e).add(margin.max(0f));
            broadcast(weight)
                    .fma(softplus, FloatVector.fromArray(SPECIES, loss, i - from))
                    .intoArray(loss, i - from);
            VectorMask<Float> positive = margin.compare(VectorOperators.GE, 0f);
            FloatVector numerator = e.blend(1f, positive);
            numerator.div(e.add(1f)).mul(weight).intoArray(margins, i);
        }
    }

    @Override
    public void multiplyAdd(float[] sums, float[] a, float[] b, int offset) {
        for (int c = 0; c < sums.length; c += LANES) {
            FloatVector.fromArray(SPECIES, a, offset + c)
                    .fma(FloatVector.fromArray(SPECIES, b, offset + c), FloatVector.fromArray(SPECIES, sums, c))
                    .intoArray(sums, c);
        }
    }

    @Override
    public void addCombination(float[] target, float[] f, float[] a, float[] g, float[] b, int offset) {
        for (int c = 0; c < f.length; c += LANES) {
            FloatVector inner = FloatVector.fromArray(SPECIES, g, c)
                    .fma(
                            FloatVector.fromArray(SPECIES, b, offset + c),
                            FloatVector.fromArray(SPECIES, target, offset + c));
            FloatVector.fromArray(SPECIES, f, c)
                    .fma(FloatVector.fromArray(SPECIES, a, offset + c), inner)
                    .intoArray(target, offset + c);
        }
    }
}
