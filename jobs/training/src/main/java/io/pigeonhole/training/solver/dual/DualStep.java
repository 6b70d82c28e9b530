package io.pigeonhole.training.solver.dual;

import io.pigeonhole.training.solver.kernels.FastMath;
import io.pigeonhole.training.solver.kernels.Kernel;

/**
 * What one row changes in dual coordinate ascent (Shalev-Shwartz and Zhang, Stochastic dual coordinate ascent methods for
 * regularized loss minimization, 2013; for logistic losses Yu, Huang and Lin, Dual coordinate descent methods for
 * logistic regression and maximum entropy models, 2011).
 *
 * <p>The dual of a row is minus the derivative of its weighted loss at some margins; the coefficients are the sum of the
 * rows, each times its dual, over {@code l2} times the sum of weights. At the optimum each dual is that of the margins as
 * they are. A step goes towards it as far as the curvature there allows: {@code distance / (1 + damping * curvature)},
 * where damping is how much the row's own margin changes with its dual. The gap between primal and dual objective is, row
 * by row, a divergence between the distributions that the two stand for; it is bounded by {@code distance^2 / curvature},
 * the chi-squared distance.
 *
 * <p>In a column against the rest, margin and dual of the positive rows are taken with the sign turned, so that all rows
 * are alike: the loss rises with the margin, and the dual lies between minus the row's weight and 0.
 */
public final class DualStep {

    /** Change of a margin beyond which the curvature at its start is no longer a good approximation. */
    static final float FAR = 1f;

    private static final int MOST_NEWTON_STEPS = 30;

    private DualStep() {}

    /**
     * The exact step of one column of the logistic loss, for rows {@link #FAR} from their optimum. Solves {@code m = margin +
     * damping * change}, {@code change = -weight / (1 + exp(-m)) - dual} for m by Newton's method between bounds.
     */
    static float logistic(float margin, float dual, float weight, float damping) {
        double low = margin + (double) damping * (-weight - dual);
        double high = margin - (double) damping * dual;
        double m = margin;
        for (int i = 0; i < MOST_NEWTON_STEPS; i++) {
            double share = share(m);
            double excess = m - margin + damping * (weight * share + dual);
            if (excess > 0) {
                high = m;
            } else {
                low = m;
            }
            double next = m - excess / (1 + damping * weight * share * (1 - share));
            if (!(next > low && next < high)) {
                next = (low + high) / 2;
            }
            if (Math.abs(next - m) <= 1e-5 * Math.max(1, Math.abs(m))) {
                m = next;
                break;
            }
            m = next;
        }
        return (float) (-weight * share(m)) - dual;
    }

    private static double share(double margin) {
        float e = FastMath.exp((float) -Math.abs(margin));
        return (margin >= 0 ? 1.0 : e) / (1.0 + e);
    }

    /** As {@link Kernel#logisticStep}, for the squared hinge, whose steps have a closed form. */
    static void squaredHinge(
            float[] margins,
            float[] duals,
            int offset,
            float[] weights,
            float[] damping,
            float[] losses,
            float[] gaps) {
        for (int c = 0; c < margins.length; c++) {
            float weight = weights[c];
            float dual = duals[offset + c];
            if (weight == 0f) {
                margins[c] = 0f;
                continue;
            }
            float excess = 1f + margins[c];
            float hinge = Math.max(0f, excess);
            losses[c] += weight * hinge * hinge;
            float distance = hinge + dual / (2f * weight);
            gaps[c] += weight * distance * distance - dual * Math.max(0f, -excess);
            float step = (-2f * weight * excess - dual) / (1f + 2f * weight * damping[c]);
            margins[c] = Math.min(0f, dual + step) - dual;
        }
    }
}
