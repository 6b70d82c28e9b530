package io.pigeonhole.training.solver.kernels;

import io.pigeonhole.training.solver.rows.Block;
import io.pigeonhole.training.solver.rows.Block.Dense;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The products of the dense part of a block in the Vector API: tiles of six rows (or features) by two vectors of columns stay in
 * registers over all features (or rows), so that each coefficient that is loaded is multiplied six times.
 */
final class DenseTiles {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int TALL = 6;
    /** Rows whose residuals, by two vectors, stay in a first-level cache while all features go by. */
    private static final int CHUNK = 128;

    private DenseTiles() {}

    private static FloatVector load(float[] values, int from) {
        return FloatVector.fromArray(SPECIES, values, from);
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    /** As {@link Kernel#margins(Block, float[], int, int, int, float[])}. */
    static void margins(Dense dense, float[] coefficients, int stride, int from, int to, float[] margins) {
        int rows = dense.rows();
        for (int c = from; c < to; ) {
            boolean two = c + 2 * LANES <= to;
            int row = 0;
            for (; row + TALL <= rows; row += TALL) {
                if (two) {
                    margins6x2(dense, row, coefficients, stride, c, margins);
                } else {
                    margins6x1(dense, row, coefficients, stride, c, margins);
                }
            }
            for (; row < rows; row++) {
                margins1x1(dense, row, coefficients, stride, c, margins);
                if (two) {
                    margins1x1(dense, row, coefficients, stride, c + LANES, margins);
                }
            }
            c += two ? 2 * LANES : LANES;
        }
    }

    /** As {@link Kernel#gradient}. */
    static void gradient(Dense dense, float[] residuals, int stride, int from, int to, float[] gradient) {
        for (int c = from; c < to; ) {
            boolean two = c + 2 * LANES <= to;
            for (int row = 0; row < dense.rows(); row += CHUNK) {
                int end = Math.min(row + CHUNK, dense.rows());
                gradient(dense, row, end, residuals, stride, c, two, gradient);
            }
            c += two ? 2 * LANES : LANES;
        }
    }

    private static void gradient(
            Dense dense, int row, int end, float[] residuals, int stride, int column, boolean two, float[] gradient) {
        int width = dense.features().length;
        int feature = 0;
        for (; feature + TALL <= width; feature += TALL) {
            if (two) {
                gradient6x2(dense, row, end, feature, residuals, stride, column, gradient);
            } else {
                gradient6x1(dense, row, end, feature, residuals, stride, column, gradient);
            }
        }
        for (; feature < width; feature++) {
            gradient1x1(dense, row, end, feature, residuals, stride, column, gradient);
            if (two) {
                gradient1x1(dense, row, end, feature, residuals, stride, column + LANES, gradient);
            }
        }
    }

    private static void margins6x2(
            Dense dense, int row, float[] coefficients, int stride, int column, float[] margins) {
        int[] features = dense.features();
        float[] values = dense.values();
        int width = features.length;
        int target0 = row * stride + column;
        int target1 = (row + 1) * stride + column;
        int target2 = (row + 2) * stride + column;
        int target3 = (row + 3) * stride + column;
        int target4 = (row + 4) * stride + column;
        int target5 = (row + 5) * stride + column;
        FloatVector a00 = load(margins, target0);
        FloatVector a01 = load(margins, target0 + LANES);
        FloatVector a10 = load(margins, target1);
        FloatVector a11 = load(margins, target1 + LANES);
        FloatVector a20 = load(margins, target2);
        FloatVector a21 = load(margins, target2 + LANES);
        FloatVector a30 = load(margins, target3);
        FloatVector a31 = load(margins, target3 + LANES);
        FloatVector a40 = load(margins, target4);
        FloatVector a41 = load(margins, target4 + LANES);
        FloatVector a50 = load(margins, target5);
        FloatVector a51 = load(margins, target5 + LANES);
        int from = row * width;
        for (int f = 0; f < width; f++) {
            int source = features[f] * stride + column;
            FloatVector b0 = load(coefficients, source);
            FloatVector b1 = load(coefficients, source + LANES);
            FloatVector v0 = broadcast(values[from + f]);
            a00 = v0.fma(b0, a00);
            a01 = v0.fma(b1, a01);
            FloatVector v1 = broadcast(values[from + width + f]);
            a10 = v1.fma(b0, a10);
            a11 = v1.fma(b1, a11);
            FloatVector v2 = broadcast(values[from + 2 * width + f]);
            a20 = v2.fma(b0, a20);
            a21 = v2.fma(b1, a21);
            FloatVector v3 = broadcast(values[from + 3 * width + f]);
            a30 = v3.fma(b0, a30);
            a31 = v3.fma(b1, a31);
            FloatVector v4 = broadcast(values[from + 4 * width + f]);
            a40 = v4.fma(b0, a40);
            a41 = v4.fma(b1, a41);
            FloatVector v5 = broadcast(values[from + 5 * width + f]);
            a50 = v5.fma(b0, a50);
            a51 = v5.fma(b1, a51);
        }
        a00.intoArray(margins, target0);
        a01.intoArray(margins, target0 + LANES);
        a10.intoArray(margins, target1);
        a11.intoArray(margins, target1 + LANES);
        a20.intoArray(margins, target2);
        a21.intoArray(margins, target2 + LANES);
        a30.intoArray(margins, target3);
        a31.intoArray(margins, target3 + LANES);
        a40.intoArray(margins, target4);
        a41.intoArray(margins, target4 + LANES);
        a50.intoArray(margins, target5);
        a51.intoArray(margins, target5 + LANES);
    }

    private static void margins6x1(
            Dense dense, int row, float[] coefficients, int stride, int column, float[] margins) {
        int[] features = dense.features();
        float[] values = dense.values();
        int width = features.length;
        int target0 = row * stride + column;
        int target1 = (row + 1) * stride + column;
        int target2 = (row + 2) * stride + column;
        int target3 = (row + 3) * stride + column;
        int target4 = (row + 4) * stride + column;
        int target5 = (row + 5) * stride + column;
        FloatVector a00 = load(margins, target0);
        FloatVector a10 = load(margins, target1);
        FloatVector a20 = load(margins, target2);
        FloatVector a30 = load(margins, target3);
        FloatVector a40 = load(margins, target4);
        FloatVector a50 = load(margins, target5);
        int from = row * width;
        for (int f = 0; f < width; f++) {
            int source = features[f] * stride + column;
            FloatVector b0 = load(coefficients, source);
            FloatVector v0 = broadcast(values[from + f]);
            a00 = v0.fma(b0, a00);
            FloatVector v1 = broadcast(values[from + width + f]);
            a10 = v1.fma(b0, a10);
            FloatVector v2 = broadcast(values[from + 2 * width + f]);
            a20 = v2.fma(b0, a20);
            FloatVector v3 = broadcast(values[from + 3 * width + f]);
            a30 = v3.fma(b0, a30);
            FloatVector v4 = broadcast(values[from + 4 * width + f]);
            a40 = v4.fma(b0, a40);
            FloatVector v5 = broadcast(values[from + 5 * width + f]);
            a50 = v5.fma(b0, a50);
        }
        a00.intoArray(margins, target0);
        a10.intoArray(margins, target1);
        a20.intoArray(margins, target2);
        a30.intoArray(margins, target3);
        a40.intoArray(margins, target4);
        a50.intoArray(margins, target5);
    }

    private static void margins1x1(
            Dense dense, int row, float[] coefficients, int stride, int column, float[] margins) {
        int[] features = dense.features();
        float[] values = dense.values();
        int width = features.length;
        int target0 = row * stride + column;
        FloatVector a00 = load(margins, target0);
        int from = row * width;
        for (int f = 0; f < width; f++) {
            int source = features[f] * stride + column;
            FloatVector b0 = load(coefficients, source);
            FloatVector v0 = broadcast(values[from + f]);
            a00 = v0.fma(b0, a00);
        }
        a00.intoArray(margins, target0);
    }

    private static void gradient6x2(
            Dense dense, int begin, int end, int feature, float[] residuals, int stride, int column, float[] gradient) {
        int[] features = dense.features();
        float[] values = dense.values();
        int width = features.length;
        int target0 = features[feature] * stride + column;
        int target1 = features[feature + 1] * stride + column;
        int target2 = features[feature + 2] * stride + column;
        int target3 = features[feature + 3] * stride + column;
        int target4 = features[feature + 4] * stride + column;
        int target5 = features[feature + 5] * stride + column;
        FloatVector a00 = load(gradient, target0);
        FloatVector a01 = load(gradient, target0 + LANES);
        FloatVector a10 = load(gradient, target1);
        FloatVector a11 = load(gradient, target1 + LANES);
        FloatVector a20 = load(gradient, target2);
        FloatVector a21 = load(gradient, target2 + LANES);
        FloatVector a30 = load(gradient, target3);
        FloatVector a31 = load(gradient, target3 + LANES);
        FloatVector a40 = load(gradient, target4);
        FloatVector a41 = load(gradient, target4 + LANES);
        FloatVector a50 = load(gradient, target5);
        FloatVector a51 = load(gradient, target5 + LANES);
        for (int row = begin; row < end; row++) {
            int source = row * stride + column;
            int from = row * width + feature;
            FloatVector b0 = load(residuals, source);
            FloatVector b1 = load(residuals, source + LANES);
            FloatVector v0 = broadcast(values[from]);
            a00 = v0.fma(b0, a00);
            a01 = v0.fma(b1, a01);
            FloatVector v1 = broadcast(values[from + 1]);
            a10 = v1.fma(b0, a10);
            a11 = v1.fma(b1, a11);
            FloatVector v2 = broadcast(values[from + 2]);
            a20 = v2.fma(b0, a20);
            a21 = v2.fma(b1, a21);
            FloatVector v3 = broadcast(values[from + 3]);
            a30 = v3.fma(b0, a30);
            a31 = v3.fma(b1, a31);
            FloatVector v4 = broadcast(values[from + 4]);
            a40 = v4.fma(b0, a40);
            a41 = v4.fma(b1, a41);
            FloatVector v5 = broadcast(values[from + 5]);
            a50 = v5.fma(b0, a50);
            a51 = v5.fma(b1, a51);
        }
        a00.intoArray(gradient, target0);
        a01.intoArray(gradient, target0 + LANES);
        a10.intoArray(gradient, target1);
        a11.intoArray(gradient, target1 + LANES);
        a20.intoArray(gradient, target2);
        a21.intoArray(gradient, target2 + LANES);
        a30.intoArray(gradient, target3);
        a31.intoArray(gradient, target3 + LANES);
        a40.intoArray(gradient, target4);
        a41.intoArray(gradient, target4 + LANES);
        a50.intoArray(gradient, target5);
        a51.intoArray(gradient, target5 + LANES);
    }

    private static void gradient6x1(
            Dense dense, int begin, int end, int feature, float[] residuals, int stride, int column, float[] gradient) {
        int[] features = dense.features();
        float[] values = dense.values();
        int width = features.length;
        int target0 = features[feature] * stride + column;
        int target1 = features[feature + 1] * stride + column;
        int target2 = features[feature + 2] * stride + column;
        int target3 = features[feature + 3] * stride + column;
        int target4 = features[feature + 4] * stride + column;
        int target5 = features[feature + 5] * stride + column;
        FloatVector a00 = load(gradient, target0);
        FloatVector a10 = load(gradient, target1);
        FloatVector a20 = load(gradient, target2);
        FloatVector a30 = load(gradient, target3);
        FloatVector a40 = load(gradient, target4);
        FloatVector a50 = load(gradient, target5);
        for (int row = begin; row < end; row++) {
            int source = row * stride + column;
            int from = row * width + feature;
            FloatVector b0 = load(residuals, source);
            FloatVector v0 = broadcast(values[from]);
            a00 = v0.fma(b0, a00);
            FloatVector v1 = broadcast(values[from + 1]);
            a10 = v1.fma(b0, a10);
            FloatVector v2 = broadcast(values[from + 2]);
            a20 = v2.fma(b0, a20);
            FloatVector v3 = broadcast(values[from + 3]);
            a30 = v3.fma(b0, a30);
            FloatVector v4 = broadcast(values[from + 4]);
            a40 = v4.fma(b0, a40);
            FloatVector v5 = broadcast(values[from + 5]);
            a50 = v5.fma(b0, a50);
        }
        a00.intoArray(gradient, target0);
        a10.intoArray(gradient, target1);
        a20.intoArray(gradient, target2);
        a30.intoArray(gradient, target3);
        a40.intoArray(gradient, target4);
        a50.intoArray(gradient, target5);
    }

    private static void gradient1x1(
            Dense dense, int begin, int end, int feature, float[] residuals, int stride, int column, float[] gradient) {
        int[] features = dense.features();
        float[] values = dense.values();
        int width = features.length;
        int target0 = features[feature] * stride + column;
        FloatVector a00 = load(gradient, target0);
        for (int row = begin; row < end; row++) {
            int source = row * stride + column;
            int from = row * width + feature;
            FloatVector b0 = load(residuals, source);
            FloatVector v0 = broadcast(values[from]);
            a00 = v0.fma(b0, a00);
        }
        a00.intoArray(gradient, target0);
    }
}
