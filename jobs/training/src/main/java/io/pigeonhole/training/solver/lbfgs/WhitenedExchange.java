package io.pigeonhole.training.solver.lbfgs;

import io.pigeonhole.training.solver.passes.Pass;
import io.pigeonhole.training.solver.passes.PassEvaluator;

/**
 * Evaluates in the coordinates of a {@link Whitening} what another evaluates by the coefficients, and adds the L2 penalties,
 * which are not sums of squares in these coordinates.
 *
 * @param means what sums over rows are multiplied by to become means, by problem
 * @param l2 by problem
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WhitenedExchange(PassEvaluator evaluator, Whitening whitening, double[] means, double[] l2)
        implements PassEvaluator {

    @Override
    public Pass.Sums evaluate(Pass pass) {
        int stride = pass.stride();
        float[] coefficients = whitening.toCoefficients(pass.coefficients(), stride);
        Pass.Sums sums = evaluator.evaluate(
                new Pass(pass.objective(), coefficients, stride, pass.dimension(), pass.interceptValue()));
        float[] gradient = sums.gradient();
        double[] losses = sums.loss().clone();
        int[] problemOfColumn = pass.objective().layout().problemOfColumn();
        for (int c = 0; c < problemOfColumn.length; c++) {
            int p = problemOfColumn[c];
            double penalty = means[p] > 0 ? l2[p] / means[p] : 0;
            double squares = 0;
            for (int row = 0; row < pass.dimension(); row++) {
                double coefficient = coefficients[row * stride + c];
                squares += coefficient * coefficient;
                gradient[row * stride + c] += (float) (penalty * coefficient);
            }
            losses[p] += penalty / 2 * squares;
        }
        return new Pass.Sums(whitening.gradient(gradient, stride), losses);
    }
}
