package io.pigeonhole.training.solver.passes;

import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.rows.Block;
import io.pigeonhole.training.solver.rows.Lanes;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;

/**
 * Second derivatives by the coefficients of each column alone: the sum over rows of {@code c x x'}, where {@code x} is the
 * row with the intercept's value at its end, and {@code c} the weighted curvature of the row's loss by the column's margin.
 * How the columns of one softmax hang together is left out.
 *
 * @param pass where it is taken
 * @param isEven whether all rows that take part are taken to have a curvature of 1
 * @param floor otherwise, what is subtracted from each row's curvature; rows below it are left out
 */
public record Curvature(Pass pass, boolean isEven, double floor) implements Serializable {

    /** As if each row had a curvature of 1. */
    public static Curvature even(Pass pass) {
        return new Curvature(pass, true, 0);
    }

    /** By how much the rows' curvatures exceed a floor; near the optimum few do. */
    public static Curvature above(double floor, Pass pass) {
        return new Curvature(pass, false, floor);
    }

    /** Elements of the lower triangle, row by row, of a matrix of so many rows. */
    public static int triangle(int rows) {
        return rows * (rows + 1) / 2;
    }

    /** Where a row of a lower triangle begins. */
    public static int start(int row) {
        return row * (row + 1) / 2;
    }

    /** Lower triangles by column, summed over the lanes in their order; columns that share one share the array. */
    public double[][] of(Lanes lanes) {
        Broadcast<Curvature> shared =
                JavaSparkContext.fromSparkContext(lanes.blocks().context()).broadcast(this);
        List<double[][]> byLane =
                lanes.blocks().mapPartitionsWithIndex(new OfLane(shared), true).collect();
        shared.destroy();
        double[][] total = byLane.get(0);
        for (double[][] next : byLane.subList(1, byLane.size())) {
            for (int c = 0; c < total.length; c++) {
                for (int i = 0; i < total[c].length; i++) {
                    total[c][i] += next[c][i];
                }
            }
        }
        return spread(total);
    }

    private record OfLane(Broadcast<Curvature> curvature)
            implements Function2<Integer, Iterator<Block>, Iterator<double[][]>> {

        @Override
        public Iterator<double[][]> call(Integer lane, Iterator<Block> blocks) {
            return Collections.singletonList(curvature.value().sums(blocks)).iterator();
        }
    }

    /** Where all rows have the same curvature, the columns of a problem have the same sums: the first stands for all. */
    private boolean isOneForAll() {
        return isEven
                && pass.objective().layout().isBinary()
                && pass.objective().oneWeighting();
    }

    private double[][] spread(double[][] sums) {
        if (isEven) {
            Layout layout = pass.objective().layout();
            for (int p = 0; p < layout.problems(); p++) {
                Arrays.fill(sums, layout.start(p), layout.end(p), sums[isOneForAll() ? 0 : layout.start(p)]);
            }
        }
        return sums;
    }

    private double[][] sums(Iterator<Block> blocks) {
        Layout layout = pass.objective().layout();
        int rows = pass.dimension() + 1;
        double[][] sums = new double[layout.columns()][];
        for (int p = 0; p < layout.problems(); p++) {
            for (int c = layout.start(p); c < layout.end(p); c++) {
                boolean isTaken = !isEven || c == (isOneForAll() ? 0 : layout.start(p));
                sums[c] = new double[isTaken ? triangle(rows) : 0];
            }
        }
        float[] margins = new float[Block.ROWS * pass.stride()];
        double[] dense = new double[Block.ROWS * rows];
        RowCurvatures curvatures = new RowCurvatures(this);
        while (blocks.hasNext()) {
            Block block = blocks.next();
            spread(block, rows, dense);
            if (!isEven) {
                pass.margins(block, margins);
            }
            curvatures.of(block, margins);
            for (int c = 0; c < sums.length; c++) {
                if (sums[c].length > 0) {
                    add(margins, c, block.size(), dense, sums[c]);
                }
            }
        }
        return sums;
    }

    /** A block's rows, one after the other, with the intercept's value at the end of each. */
    private void spread(Block block, int rows, double[] dense) {
        Arrays.fill(dense, 0, block.size() * rows, 0);
        for (int row = 0; row < block.size(); row++) {
            dense[row * rows + rows - 1] = pass.interceptValue();
        }
        block.forEach((row, feature, value) -> dense[row * rows + feature] = value);
    }

    private void add(float[] curvatures, int column, int size, double[] dense, double[] sums) {
        int rows = pass.dimension() + 1;
        for (int row = 0; row < size; row++) {
            double curvature = curvatures[row * pass.stride() + column];
            if (curvature > 0) {
                int from = row * rows;
                for (int a = 0; a < rows; a++) {
                    double factor = curvature * dense[from + a];
                    if (factor != 0) {
                        int target = start(a);
                        for (int b = 0; b <= a; b++) {
                            sums[target + b] += factor * dense[from + b];
                        }
                    }
                }
            }
        }
    }
}
