package io.pigeonhole.training.solver;

import java.util.List;

/**
 * Penalties on scaled coefficients: that of a coefficient x of a row and a problem is {@code squares[row] * l2[problem] /
 * 2 * x^2 + magnitudes[row] * l1[problem] * |x|}.
 *
 * @param squares square of each row's scale, 0 for the intercepts
 * @param magnitudes each row's scale, 0 for the intercepts
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Penalties(float[] squares, float[] magnitudes, double[] l2, double[] l1) {

    /**
     * @param factors what each row's coefficients are multiplied by, the intercepts' last
     */
    static Penalties of(List<Problem> problems, float[] factors) {
        float[] squares = new float[factors.length];
        float[] magnitudes = new float[factors.length];
        for (int row = 0; row < factors.length - 1; row++) {
            squares[row] = factors[row] * factors[row];
            magnitudes[row] = factors[row];
        }
        return new Penalties(
                squares,
                magnitudes,
                problems.stream().mapToDouble(Problem::l2).toArray(),
                problems.stream().mapToDouble(Problem::l1).toArray());
    }

    boolean hasL1() {
        for (double weight : l1) {
            if (weight > 0) {
                return true;
            }
        }
        return false;
    }

    Penalties select(boolean[] staying) {
        return new Penalties(squares, magnitudes, History.kept(l2, staying), History.kept(l1, staying));
    }
}
