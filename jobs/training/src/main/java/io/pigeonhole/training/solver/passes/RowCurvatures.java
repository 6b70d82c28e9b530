package io.pigeonhole.training.solver.passes;

import io.pigeonhole.training.solver.kernels.Softmax;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Loss;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.rows.Block;
import java.util.Arrays;

/** Turns a block's margins into curvatures: the second derivatives of each row's loss by each of its margins. */
final class RowCurvatures {

    private final Objective objective;
    private final Layout layout;
    private final int[] problemOfColumn;
    private final int stride;
    private final Curvature curvature;

    RowCurvatures(Curvature curvature) {
        this.curvature = curvature;
        this.objective = curvature.pass().objective();
        this.layout = objective.layout();
        this.problemOfColumn = layout.problemOfColumn();
        this.stride = curvature.pass().stride();
    }

    /**
     * @param margins matrix of the pass' columns, a row for each of the block's; then what is above the floor of the
     *     curvatures, times the row's weight, and 0 where a row takes no part
     */
    void of(Block block, float[] margins) {
        for (int row = 0; row < block.size(); row++) {
            int offset = row * stride;
            int label = block.labels()[row];
            if (layout.isBinary()) {
                for (int c = 0; c < problemOfColumn.length; c++) {
                    margins[offset + c] = curvature(margins[offset + c], isTarget(label, c), weight(block, row, c));
                }
            } else {
                ofSoftmax(block, row, margins);
            }
        }
    }

    private double weight(Block block, int row, int problem) {
        return block.weights()[row] * objective.problems().get(problem).weight(block.labels()[row], block.folds()[row]);
    }

    private boolean isTarget(int label, int column) {
        return Arrays.binarySearch(layout.targets(label), column) >= 0;
    }

    private float curvature(double margin, boolean isTarget, double weight) {
        if (objective.loss() instanceof Loss.SquaredHinge) {
            double signed = isTarget ? margin : -margin;
            return weighted(signed < 1 ? 2 : 0, weight);
        }
        double probability = 1 / (1 + Math.exp(-margin));
        return weighted(probability * (1 - probability), weight);
    }

    private float weighted(double own, double weight) {
        return (float) (weight * (curvature.isEven() ? 1 : Math.max(0, own - curvature.floor())));
    }

    private void ofSoftmax(Block block, int row, float[] margins) {
        int offset = row * stride;
        int done = 0;
        for (int target : layout.targets(block.labels()[row])) {
            int p = problemOfColumn[target];
            int from = offset + layout.start(p);
            int to = offset + layout.end(p);
            Arrays.fill(margins, offset + done, from, 0f);
            Softmax.residuals(margins, from, to, offset + target, 1f);
            margins[offset + target] += 1f;
            double weight = weight(block, row, p);
            for (int i = from; i < to; i++) {
                margins[i] = weighted((double) margins[i] * (1 - (double) margins[i]), weight);
            }
            done = layout.end(p);
        }
        Arrays.fill(margins, offset + done, offset + stride, 0f);
    }
}
