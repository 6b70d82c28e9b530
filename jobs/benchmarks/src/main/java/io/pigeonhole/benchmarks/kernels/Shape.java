package io.pigeonhole.benchmarks.kernels;

import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Loss;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.problems.Problem;
import io.pigeonhole.training.solver.rows.Block;
import io.pigeonhole.training.solver.rows.TrainingRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Generated rows of the measures of a data set, and a matrix for its coefficients.
 *
 * @param rows number of rows
 * @param features number of features
 * @param nonZeros of each row; as many as features where rows are dense
 * @param columns of the coefficients; those in use, padding left out
 */
record Shape(int rows, int features, int nonZeros, int columns) {

    /** Penalty of the objectives. */
    private static final double L2 = 1e-5;

    /** By the name of the data set: CLINC150's text, or rows of KDD Cup 1999, fewer than there are. */
    static Shape of(String name) {
        return switch (name) {
            case "clinc150" -> new Shape(15_000, 84_744, 87, 150);
            case "kdd99" -> new Shape(40 * Block.ROWS, 118, 118, 23);
            default -> throw new IllegalArgumentException("there is no shape " + name);
        };
    }

    int stride() {
        return Matrices.padded(columns);
    }

    private TrainingRow row(int number) {
        SplittableRandom random = new SplittableRandom(number);
        boolean[] seen = new boolean[features];
        int[] indices = new int[nonZeros];
        for (int i = 0; i < nonZeros; i++) {
            // as in texts, a few features are in many rows and most in few
            int feature = nonZeros == features ? i : (int) (features * Math.pow(random.nextDouble(), 3));
            while (seen[feature]) {
                feature = (feature + 1) % features;
            }
            seen[feature] = true;
            indices[i] = feature;
        }
        Arrays.sort(indices);
        float[] values = new float[nonZeros];
        Arrays.fill(values, (float) (1 / Math.sqrt(nonZeros)));
        return new TrainingRow(indices, values, (int) ((long) number * columns / rows), 1f, 0);
    }

    /** The rows, sorted by class as in a lane. */
    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        for (int first = 0; first < rows; first += Block.ROWS) {
            List<TrainingRow> examples = new ArrayList<>();
            for (int row = first; row < Math.min(rows, first + Block.ROWS); row++) {
                examples.add(row(row));
            }
            blocks.add(Block.of(examples));
        }
        return blocks;
    }

    /** What the rows take. */
    static long bytes(List<Block> blocks) {
        return blocks.stream()
                .mapToLong(block -> (long) Float.BYTES * block.dense().values().length
                        + (long) (Float.BYTES + Short.BYTES) * block.values().length)
                .sum();
    }

    /** Rows of a matrix of all features that a product over all blocks reads. */
    static long matrixRows(List<Block> blocks) {
        return blocks.stream()
                .mapToLong(block -> block.dense().features().length + block.features().length)
                .sum();
    }

    /** Small numbers, of so many rows of {@link #stride} columns. */
    float[] matrix(int matrixRows) {
        SplittableRandom random = new SplittableRandom(7);
        float[] matrix = new float[matrixRows * stride()];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = random.nextFloat() - 0.5f;
        }
        return matrix;
    }

    /** One problem for each column, or one of all. */
    Objective objective(boolean oneVsRest) {
        Layout layout = oneVsRest ? Layout.oneVsRest(columns) : Layout.softmax(columns);
        double[] weights = new double[columns];
        Arrays.fill(weights, 1);
        List<Problem> problems = new ArrayList<>();
        for (int p = 0; p < layout.problems(); p++) {
            problems.add(new Problem(L2, 0, weights, Problem.NO_FOLD));
        }
        Loss loss = oneVsRest ? new Loss.Logistic() : new Loss.CrossEntropy(0, 0);
        return Objective.of(layout, loss, problems, new float[columns]);
    }

    /** Multiply-adds of the rows by a matrix; the padding is not counted. */
    long product() {
        return (long) rows * nonZeros * columns;
    }
}
