package io.pigeonhole.training.solver.lbfgs;

import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.passes.Pass;
import io.pigeonhole.training.solver.passes.PassEvaluator;
import io.pigeonhole.training.solver.problems.Objective;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** All slices in this process, worked on in parallel; trial point and gradient are one array each. */
final class LocalVectors implements Vectors {

    private final PassEvaluator evaluator;
    private final int rows;
    private final float interceptFactor;
    private final float[] solution;
    private final int solutionColumns;
    private Slice[] slices;
    private float[] trial;
    private float[] gradient = new float[0];

    /**
     * @param penalised as in {@link Slice}, by row
     * @param start where to start, in scaled coefficients
     * @param solution where columns are stored, a matrix of {@code solutionColumns}, not padded
     */
    LocalVectors(
            PassEvaluator evaluator,
            float[] penalised,
            StartPoint start,
            int sliceRows,
            boolean hasL1,
            float interceptFactor,
            float[] solution,
            int solutionColumns) {
        this.evaluator = evaluator;
        this.rows = penalised.length;
        this.interceptFactor = interceptFactor;
        this.solution = solution;
        this.solutionColumns = solutionColumns;
        this.trial = new float[rows * start.intercepts().length];
        List<Slice> cut = new ArrayList<>();
        for (int from = 0; from < rows; from += sliceRows) {
            cut.add(start.seed(from, Math.min(rows, from + sliceRows), penalised)
                    .slice(hasL1));
        }
        this.slices = cut.toArray(Slice[]::new);
    }

    /** Where the next pass evaluates. */
    float[] trial() {
        return trial;
    }

    /** Takes the gradient of a pass that was made elsewhere, summed over rows. */
    void take(float[] sums) {
        gradient = sums;
    }

    @Override
    public double[] evaluate(Objective objective, float interceptValue) {
        Pass.Sums sums = evaluator.evaluate(
                new Pass(objective, trial, Matrices.padded(objective.layout().columns()), rows - 1, interceptValue));
        gradient = sums.gradient();
        return sums.loss();
    }

    @Override
    public double[][] advance(Slice.Advance how) {
        return sums(slice ->
                slice.advance(how, gradient, slice.from() * how.columns().stride()));
    }

    @Override
    public double[][] move(Slice.Move how) {
        return sums(slice -> slice.move(how, trial, slice.from() * how.columns().stride()));
    }

    private interface Work {
        double[][] on(Slice slice);
    }

    private double[][] sums(Work work) {
        double[][][] bySlice = new double[slices.length][][];
        IntStream.range(0, slices.length).parallel().forEach(i -> bySlice[i] = work.on(slices[i]));
        for (int i = 1; i < bySlice.length; i++) {
            Vectors.add(bySlice[0], bySlice[i]);
        }
        return bySlice[0];
    }

    @Override
    public void select(ColumnPenalties columns, int[] kept, ColumnPenalties smaller, float[] trialSteps) {
        trial = new float[rows * smaller.stride()];
        UnaryOperator<Slice> selection = slice -> {
            Slice selected = slice.select(columns.stride(), kept, smaller.hasL1());
            selected.trial(smaller, trialSteps, trial, slice.from() * smaller.stride());
            return selected;
        };
        slices = Arrays.stream(slices).parallel().map(selection).toArray(Slice[]::new);
    }

    @Override
    public void store(ColumnPenalties columns, int[] sources, int[] targets) {
        Arrays.stream(slices).parallel().forEach(slice -> {
            float[] values = slice.unscaled(columns.stride(), sources, interceptFactor);
            for (int i = 0; i < values.length; i++) {
                int row = slice.from() + i / sources.length;
                solution[row * solutionColumns + targets[i % sources.length]] = values[i];
            }
        });
    }

    @Override
    public void close() {
        evaluator.close();
    }
}
