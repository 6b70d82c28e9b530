package io.pigeonhole.training.solver.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pigeonhole.training.solver.rows.Block;
import io.pigeonhole.training.solver.rows.Rows;
import io.pigeonhole.training.solver.rows.TrainingRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KernelTest {

    private static final int STRIDE = 96;
    private static final int FEATURES = 50;

    /** Rows of seven features, and of the first nine most of which are in any row. */
    private static List<TrainingRow> examples(Random random) {
        List<TrainingRow> examples = new ArrayList<>();
        for (int row = 0; row < 100; row++) {
            int[] indices = IntStream.concat(
                            IntStream.range(0, 9).filter(feature -> random.nextInt(10) > 0),
                            random.ints(9, FEATURES).distinct().limit(7).sorted())
                    .toArray();
            float[] values = new float[indices.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextFloat();
            }
            examples.add(new TrainingRow(indices, values, 0, 1f, 0));
        }
        return examples;
    }

    private static float[] noise(Random random, int size, float scale) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = scale * (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] filled(float value) {
        float[] values = new float[STRIDE];
        Arrays.fill(values, value);
        return values;
    }

    @Test
    void vectorAndPlainKernelGiveTheSameBits() {
        assumeTrue(MultiplyAdd.FUSED, "without fused multiply-add, vectors are never chosen");
        Random random = new Random(3);
        Block block = Block.of(examples(random));
        assertThat(block.dense().features()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
        float[] coefficients = noise(random, FEATURES * STRIDE, 1);
        List<float[]> results = new ArrayList<>();
        for (Kernel kernel : List.of(new PlainKernel(), new VectorKernel())) {
            float[] margins = new float[block.size() * STRIDE];
            float[] gradient = new float[FEATURES * STRIDE];
            float[] loss = new float[STRIDE];
            kernel.margins(block, coefficients, STRIDE, 0, STRIDE, margins);
            results.add(margins.clone());
            kernel.logistic(margins, STRIDE, 2 * STRIDE, 0.7f, loss);
            for (int i = 2 * STRIDE; i < 3 * STRIDE; i++) {
                margins[i] = -Math.abs(margins[i]);
            }
            kernel.exp(margins, 2 * STRIDE + 3, 3 * STRIDE - 1);
            kernel.gradient(block, margins, STRIDE, 16, STRIDE, gradient);
            results.add(margins);
            results.add(gradient);
            results.add(loss);
            float[] sums = new float[STRIDE];
            kernel.multiplyAdd(sums, coefficients, gradient, 3 * STRIDE);
            kernel.addCombination(gradient, loss, coefficients, sums, margins, 2 * STRIDE);
            results.add(sums);
            results.add(gradient.clone());
            Rows rows = Rows.of(List.of(block));
            float[] ofRow = noise(new Random(4), STRIDE, 1);
            kernel.margins(rows, 7, coefficients, STRIDE, 16, STRIDE, ofRow);
            results.add(ofRow.clone());
            float[] gaps = new float[STRIDE];
            kernel.logisticStep(ofRow, margins, 5 * STRIDE, filled(0.7f), filled(4f), loss, gaps);
            kernel.update(rows, 7, ofRow, STRIDE, 16, STRIDE, gradient);
            results.addAll(List.of(ofRow, gaps, loss.clone(), gradient));
        }
        int half = results.size() / 2;
        for (int i = 0; i < half; i++) {
            assertThat(results.get(half + i)).isEqualTo(results.get(i));
        }
    }

    /** Beside sums in double precision. */
    @Test
    void theProductsAreThoseOfTheRows() {
        Random random = new Random(5);
        List<TrainingRow> examples = examples(random);
        float[] factors = noise(random, FEATURES, 1);
        Block block = Block.of(examples).scaled(factors);
        float[] coefficients = noise(random, FEATURES * STRIDE, 1);
        float[] residuals = noise(random, block.size() * STRIDE, 1);
        double[] wantedMargins = new double[block.size() * STRIDE];
        double[] wantedGradient = new double[FEATURES * STRIDE];
        for (int row = 0; row < examples.size(); row++) {
            int[] indices = examples.get(row).indices();
            for (int i = 0; i < indices.length; i++) {
                double value = (double) examples.get(row).values()[i] * factors[indices[i]];
                for (int c = 0; c < STRIDE; c++) {
                    wantedMargins[row * STRIDE + c] += value * coefficients[indices[i] * STRIDE + c];
                    wantedGradient[indices[i] * STRIDE + c] += value * residuals[row * STRIDE + c];
                }
            }
        }
        float[] margins = new float[wantedMargins.length];
        new VectorKernel().margins(block, coefficients, STRIDE, 0, STRIDE, margins);
        float[] gradient = new float[wantedGradient.length];
        new VectorKernel().gradient(block, residuals, STRIDE, 0, STRIDE, gradient);
        for (int i = 0; i < margins.length; i++) {
            assertThat((double) margins[i]).isCloseTo(wantedMargins[i], within(1e-4));
        }
        for (int i = 0; i < gradient.length; i++) {
            assertThat((double) gradient[i]).isCloseTo(wantedGradient[i], within(1e-4));
        }
    }

    @Test
    void exponentialAndLogarithmAreGoodToSinglePrecision() {
        for (float x = 0; x > -86; x -= 0.0371f) {
            assertThat(FastMath.exp(x) / Math.exp(x)).isCloseTo(1, within(3e-7));
        }
        for (float e = 0; e <= 1; e += 0.00071f) {
            assertThat((double) FastMath.log1p(e)).isCloseTo(Math.log1p(e), within(2e-7));
        }
        assertThat(FastMath.exp(-1e9f)).isBetween(0f, 1e-37f);
    }

    @Test
    void logisticGivesProbabilityAndLoss() {
        for (Kernel kernel : List.of(new PlainKernel(), new VectorKernel())) {
            float[] margins = new float[16];
            for (int i = 0; i < 16; i++) {
                margins[i] = 3 * i - 24f;
            }
            float[] given = margins.clone();
            float[] loss = new float[16];
            kernel.logistic(margins, 0, 16, 2f, loss);
            for (int i = 0; i < 16; i++) {
                assertThat((double) margins[i]).isCloseTo(2 / (1 + Math.exp(-given[i])), within(1e-6));
                assertThat((double) loss[i]).isCloseTo(2 * Math.log1p(Math.exp(given[i])), within(1e-5));
            }
        }
    }
}
