package io.pigeonhole.training.solver.passes;

import io.pigeonhole.training.solver.kernels.Kernel;
import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.rows.Block;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;

/**
 * What a pass evaluates: loss and gradient of every problem at given coefficients.
 *
 * @param objective the problems
 * @param coefficients matrix of {@code dimension + 1} rows (the last one the intercepts) and {@code stride} columns
 * @param stride columns of the matrix: those of the layout, padded
 * @param dimension number of features
 * @param interceptValue value of the feature whose coefficients the intercepts are; 0 for no intercepts
 */
@SuppressWarnings("ArrayRecordComponent") // large buffers, never compared
public record Pass(Objective objective, float[] coefficients, int stride, int dimension, float interceptValue)
        implements Serializable {

    /**
     * Sums over one lane.
     *
     * @param gradient same shape as the coefficients; columns of the padding hold nothing of meaning
     * @param loss weighted sum of losses by problem
     */
    @SuppressWarnings("ArrayRecordComponent") // large buffers, never compared
    public record Sums(float[] gradient, double[] loss) implements Serializable {

        public Sums(Pass pass) {
            this(
                    new float[pass.coefficients.length],
                    new double[pass.objective.layout().problems()]);
        }

        public boolean fits(Pass pass) {
            return gradient.length == pass.coefficients.length
                    && loss.length == pass.objective.layout().problems();
        }

        /** Adds the sums of another lane. */
        public void add(Sums other) {
            Matrices.add(gradient, other.gradient);
            for (int p = 0; p < loss.length; p++) {
                loss[p] += other.loss[p];
            }
        }

        public void clear() {
            Arrays.fill(gradient, 0f);
            Arrays.fill(loss, 0);
        }
    }

    /** Adds the blocks' losses and gradients, one block after the other. */
    public void addTo(Sums sums, Iterator<Block> blocks) {
        Kernel kernel = Kernel.best();
        Residuals residuals = new Residuals(objective, stride);
        float[] margins = new float[Block.ROWS * stride];
        double[] intercepts = new double[stride];
        while (blocks.hasNext()) {
            Block block = blocks.next();
            int[][] ranges = margins(block, margins);
            residuals.of(block, margins, sums.loss);
            addColumnSums(block.size(), margins, intercepts);
            for (int[] range : ranges) {
                kernel.gradient(block, margins, stride, range[0], range[1], sums.gradient);
            }
        }
        for (int c = 0; c < stride; c++) {
            sums.gradient[dimension * stride + c] += (float) (interceptValue * intercepts[c]);
        }
    }

    /**
     * Margins of a block's rows.
     *
     * @param margins matrix of {@code stride} columns, a row for each of the block's
     * @return the columns for which they are right, as runs of whole vectors: all in which some row takes part
     */
    int[][] margins(Block block, float[] margins) {
        int[][] ranges = activeRanges(block);
        startAtIntercepts(block.size(), margins);
        for (int[] range : ranges) {
            Kernel.best().margins(block, coefficients, stride, range[0], range[1], margins);
        }
        return ranges;
    }

    /** Runs of whole vectors of columns that hold all problems in which some row of the block takes part. */
    private int[][] activeRanges(Block block) {
        Layout layout = objective.layout();
        boolean[] active = new boolean[stride / Matrices.PADDING];
        if (layout.isBinary()) {
            Arrays.fill(active, true);
        } else {
            int[] problemOfColumn = layout.problemOfColumn();
            Arrays.stream(block.labels()).distinct().forEach(label -> {
                for (int target : layout.targets(label)) {
                    int problem = problemOfColumn[target];
                    int last = (layout.end(problem) - 1) / Matrices.PADDING;
                    Arrays.fill(active, layout.start(problem) / Matrices.PADDING, last + 1, true);
                }
            });
        }
        int[][] ranges = new int[active.length][];
        int count = 0;
        for (int i = 0; i < active.length; i++) {
            if (active[i]) {
                int from = i;
                while (i < active.length && active[i]) {
                    i++;
                }
                ranges[count++] = new int[] {from * Matrices.PADDING, i * Matrices.PADDING};
            }
        }
        return Arrays.copyOf(ranges, count);
    }

    private void startAtIntercepts(int rows, float[] margins) {
        for (int c = 0; c < stride; c++) {
            margins[c] = interceptValue * coefficients[dimension * stride + c];
        }
        float[] offsets = objective.offsets();
        for (int c = 0; c < offsets.length; c++) {
            margins[c] += offsets[c];
        }
        for (int row = 1; row < rows; row++) {
            System.arraycopy(margins, 0, margins, row * stride, stride);
        }
    }

    private void addColumnSums(int rows, float[] residuals, double[] sums) {
        for (int row = 0; row < rows; row++) {
            int offset = row * stride;
            for (int c = 0; c < stride; c++) {
                sums[c] += residuals[offset + c];
            }
        }
    }
}
