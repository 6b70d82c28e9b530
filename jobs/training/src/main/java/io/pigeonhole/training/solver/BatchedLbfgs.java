package io.pigeonhole.training.solver;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * L-BFGS on many problems at once: all vectors are columns of matrices, every scalar is an array over problems. The
 * caller evaluates {@link #trial} and hands the sums to {@link #step}; a problem whose step was too long tries a shorter
 * one in the next pass while the others go on.
 */
final class BatchedLbfgs {

    /** Pairs of steps and gradient changes that are remembered. */
    private static final int MEMORY = 6;
    /** Sufficient decrease (Armijo). */
    private static final double SUFFICIENT = 1e-4;
    /** What single-precision sums cannot tell from no change, relative to the objective. */
    private static final double NOISE = 2e-7;

    private static final int MOST_SHRINKS = 25;

    private final Layout layout;
    private final int stride;
    private final SolverOptions options;
    private final int[] problemOfColumn;

    private final float[] point;
    private final float[] gradient;
    private final float[] direction;
    private final float[] trial;
    private final Deque<Pair> pairs = new ArrayDeque<>();

    private final double[] objective;
    private final double[] slope;
    private final double[] stepSize;
    private final int[] shrinks;
    private final int[] quiet;
    private final boolean[] open;
    private boolean started;

    /** A remembered step and gradient change; {@code rho} is 0 for problems that did not move in that pass. */
    private record Pair(float[] step, float[] change, double[] rho, double[] scale) {}

    BatchedLbfgs(Layout layout, float[] start, double[] firstSteps, SolverOptions options) {
        this(layout, start, new float[start.length], new float[start.length], options);
        System.arraycopy(firstSteps, 0, stepSize, 0, firstSteps.length);
        Arrays.fill(objective, Double.POSITIVE_INFINITY);
        Arrays.fill(open, true);
        System.arraycopy(point, 0, trial, 0, point.length);
    }

    private BatchedLbfgs(Layout layout, float[] point, float[] gradient, float[] direction, SolverOptions options) {
        this.layout = layout;
        this.stride = Pass.padded(layout.columns());
        this.options = options;
        this.problemOfColumn = layout.problemOfColumn();
        this.point = point;
        this.gradient = gradient;
        this.direction = direction;
        this.trial = new float[point.length];
        int problems = layout.problems();
        this.objective = new double[problems];
        this.slope = new double[problems];
        this.stepSize = new double[problems];
        this.shrinks = new int[problems];
        this.quiet = new int[problems];
        this.open = new boolean[problems];
    }

    Layout layout() {
        return layout;
    }

    int stride() {
        return stride;
    }

    /** Where the next pass evaluates. */
    float[] trial() {
        return trial;
    }

    float[] coefficients() {
        return point;
    }

    double objective(int problem) {
        return objective[problem];
    }

    double totalObjective() {
        return Arrays.stream(objective).sum();
    }

    int openColumns() {
        int columns = 0;
        for (int p = 0; p < open.length; p++) {
            columns += open[p] ? layout.end(p) - layout.start(p) : 0;
        }
        return columns;
    }

    /**
     * Takes the mean loss and gradient at the trial point and moves the trial point on.
     *
     * @return which problems are still open
     */
    boolean[] step(Pass.Sums sums) {
        double[] trialObjective = addPenalty(sums);
        boolean[] accepted = new boolean[open.length];
        double[] decrease = new double[open.length];
        for (int p = 0; p < open.length; p++) {
            accepted[p] = open[p] && (!started || isSufficient(p, trialObjective[p]));
            if (accepted[p]) {
                decrease[p] = objective[p] - trialObjective[p];
            }
        }
        if (started) {
            remember(accepted, sums.gradient());
        }
        move(accepted, sums.gradient());
        for (int p = 0; p < open.length; p++) {
            if (accepted[p]) {
                objective[p] = trialObjective[p];
                shrinks[p] = 0;
            } else if (open[p]) {
                shrink(p, trialObjective[p]);
            }
        }
        double[] newSlope = direct(accepted);
        for (int p = 0; p < open.length; p++) {
            if (accepted[p]) {
                slope[p] = newSlope[p];
                stepSize[p] = started ? 1 : stepSize[p];
                close(p, decrease[p]);
            }
        }
        started = true;
        moveTrial();
        return open.clone();
    }

    private boolean isSufficient(int p, double value) {
        return value <= objective[p] + SUFFICIENT * stepSize[p] * slope[p] + NOISE * Math.abs(objective[p]);
    }

    /** Adds the penalty's share to the gradient in place; returns the penalised objectives. */
    private double[] addPenalty(Pass.Sums sums) {
        float regParam = (float) options.regParam();
        float[] at = trial;
        float[] sum = sums.gradient();
        int rows = at.length / stride - 1;
        double[] squares = Matrices.columnSums(rows, stride, (offset, total) -> {
            for (int c = 0; c < stride; c++) {
                float x = at[offset + c];
                sum[offset + c] += regParam * x;
                total[c] += x * x;
            }
        });
        double[] byProblem = byProblem(squares);
        double[] result = new double[open.length];
        Arrays.setAll(result, p -> sums.loss()[p] + options.regParam() / 2 * byProblem[p]);
        return result;
    }

    private double[] byProblem(double[] byColumn) {
        double[] sums = new double[layout.problems()];
        for (int c = 0; c < problemOfColumn.length; c++) {
            sums[problemOfColumn[c]] += byColumn[c];
        }
        return sums;
    }

    private float[] byColumn(double[] byProblem) {
        float[] values = new float[stride];
        for (int c = 0; c < problemOfColumn.length; c++) {
            values[c] = (float) byProblem[problemOfColumn[c]];
        }
        return values;
    }

    private float[] mask(boolean[] problems) {
        float[] mask = new float[stride];
        for (int c = 0; c < problemOfColumn.length; c++) {
            mask[c] = problems[problemOfColumn[c]] ? 1f : 0f;
        }
        return mask;
    }

    /** Stores step and gradient change of the problems that moved. */
    private void remember(boolean[] accepted, float[] newGradient) {
        Pair oldest = pairs.size() == MEMORY ? pairs.removeLast() : null;
        float[] step = oldest == null ? new float[point.length] : oldest.step();
        float[] change = oldest == null ? new float[point.length] : oldest.change();
        float[] moved = mask(accepted);
        double[] curvature = byProblem(Matrices.columnSums(point.length / stride, stride, (offset, sums) -> {
            for (int c = 0; c < stride; c++) {
                float s = moved[c] * (trial[offset + c] - point[offset + c]);
                float y = moved[c] * (newGradient[offset + c] - gradient[offset + c]);
                step[offset + c] = s;
                change[offset + c] = y;
                sums[c] += s * y;
            }
        }));
        double[] changeSquared = byProblem(Matrices.dot(change, change, stride));
        double[] rho = new double[open.length];
        double[] scale = new double[open.length];
        for (int p = 0; p < rho.length; p++) {
            boolean usable = curvature[p] > 1e-12 * changeSquared[p] && changeSquared[p] > 0;
            rho[p] = usable ? 1 / curvature[p] : 0;
            scale[p] = usable ? curvature[p] / changeSquared[p] : lastScale(p);
        }
        pairs.addFirst(new Pair(step, change, rho, scale));
    }

    private double lastScale(int p) {
        return pairs.isEmpty() ? stepSize[p] : pairs.getFirst().scale()[p];
    }

    private void move(boolean[] accepted, float[] newGradient) {
        float[] moved = mask(accepted);
        Matrices.chunks(point.length / stride, (chunk, from, to) -> {
            for (int row = from; row < to; row++) {
                for (int i = row * stride, c = 0; c < stride; i++, c++) {
                    if (moved[c] != 0f) {
                        point[i] = trial[i];
                        gradient[i] = newGradient[i];
                    }
                }
            }
        });
    }

    /** A shorter step by the quadratic through objective, slope and the value that was too high. */
    private void shrink(int p, double value) {
        double step = stepSize[p];
        double curvature = 2 * (value - objective[p] - step * slope[p]);
        double best = Double.isFinite(value) && curvature > 0 ? -slope[p] * step * step / curvature : 0;
        stepSize[p] = Math.min(Math.max(best, 0.1 * step), 0.5 * step);
        shrinks[p]++;
        if (shrinks[p] > MOST_SHRINKS) {
            open[p] = false;
        }
    }

    /** New directions of the problems that moved, by the two-loop recursion; returns their slopes. */
    private double[] direct(boolean[] accepted) {
        float[] moved = mask(accepted);
        Matrices.chunks(point.length / stride, (chunk, from, to) -> {
            for (int row = from; row < to; row++) {
                for (int i = row * stride, c = 0; c < stride; i++, c++) {
                    if (moved[c] != 0f) {
                        direction[i] = -gradient[i];
                    }
                }
            }
        });
        if (!pairs.isEmpty()) {
            recurse(accepted);
        }
        return byProblem(Matrices.dot(direction, gradient, stride));
    }

    private void recurse(boolean[] accepted) {
        List<Pair> newestFirst = List.copyOf(pairs);
        double[][] alpha = new double[newestFirst.size()][];
        float[] factor = new float[stride];
        float[] addend = newestFirst.get(0).change();
        for (int i = 0; i < alpha.length; i++) {
            Pair pair = newestFirst.get(i);
            alpha[i] = weighted(
                    byProblem(Matrices.addThenDot(direction, factor, addend, pair.step(), stride)), pair, accepted);
            factor = byColumn(negative(alpha[i]));
            addend = pair.change();
        }
        scale(factor, addend, newestFirst.get(0).scale(), accepted);
        factor = new float[stride];
        for (int i = alpha.length - 1; i >= 0; i--) {
            Pair pair = newestFirst.get(i);
            double[] beta = weighted(
                    byProblem(Matrices.addThenDot(direction, factor, addend, pair.change(), stride)), pair, accepted);
            double[] difference = alpha[i].clone();
            for (int p = 0; p < beta.length; p++) {
                difference[p] -= beta[p];
            }
            factor = byColumn(difference);
            addend = pair.step();
        }
        Matrices.addThenDot(direction, factor, addend, addend, stride);
    }

    private static double[] weighted(double[] products, Pair pair, boolean[] accepted) {
        for (int p = 0; p < products.length; p++) {
            products[p] = accepted[p] ? products[p] * pair.rho()[p] : 0;
        }
        return products;
    }

    private static double[] negative(double[] values) {
        return Arrays.stream(values).map(value -> -value).toArray();
    }

    /** {@code direction = scale * (direction + factor * addend)} for the problems that moved. */
    private void scale(float[] factor, float[] addend, double[] scale, boolean[] accepted) {
        double[] scales = new double[scale.length];
        Arrays.setAll(scales, p -> accepted[p] ? scale[p] : 1);
        float[] byColumn = byColumn(scales);
        Matrices.chunks(point.length / stride, (chunk, from, to) -> {
            for (int row = from; row < to; row++) {
                for (int i = row * stride, c = 0; c < stride; i++, c++) {
                    direction[i] = byColumn[c] * (direction[i] + factor[c] * addend[i]);
                }
            }
        });
    }

    /** Closes the problem when, twice in a row, neither the model nor the last step promises a gain worth a pass. */
    private void close(int p, double decrease) {
        double worth = options.tol() * Math.max(Math.abs(objective[p]), Double.MIN_NORMAL);
        quiet[p] = started && -slope[p] / 2 <= worth && decrease <= worth ? quiet[p] + 1 : 0;
        if (quiet[p] >= 2 || slope[p] >= 0) {
            open[p] = false;
        }
    }

    private void moveTrial() {
        double[] steps = new double[open.length];
        Arrays.setAll(steps, p -> open[p] ? stepSize[p] : 0);
        float[] step = byColumn(steps);
        Matrices.chunks(point.length / stride, (chunk, from, to) -> {
            for (int row = from; row < to; row++) {
                for (int i = row * stride, c = 0; c < stride; i++, c++) {
                    trial[i] = point[i] + step[c] * direction[i];
                }
            }
        });
    }

    /** The same state for the open problems alone, their columns moved together. */
    BatchedLbfgs select(boolean[] staying) {
        Layout smaller = layout.select(staying);
        int[] columns = new int[smaller.columns()];
        int next = 0;
        for (int c = 0; c < problemOfColumn.length; c++) {
            if (staying[problemOfColumn[c]]) {
                columns[next++] = c;
            }
        }
        BatchedLbfgs selected = new BatchedLbfgs(
                smaller, columns(point, columns), columns(gradient, columns), columns(direction, columns), options);
        int kept = 0;
        for (int p = 0; p < staying.length; p++) {
            if (staying[p]) {
                selected.objective[kept] = objective[p];
                selected.slope[kept] = slope[p];
                selected.stepSize[kept] = stepSize[p];
                selected.shrinks[kept] = shrinks[p];
                selected.quiet[kept] = quiet[p];
                selected.open[kept] = open[p];
                kept++;
            }
        }
        for (Iterator<Pair> oldestFirst = pairs.descendingIterator(); oldestFirst.hasNext(); ) {
            Pair pair = oldestFirst.next();
            selected.pairs.addFirst(new Pair(
                    columns(pair.step(), columns),
                    columns(pair.change(), columns),
                    kept(pair.rho(), staying),
                    kept(pair.scale(), staying)));
        }
        selected.started = started;
        selected.moveTrial();
        return selected;
    }

    private float[] columns(float[] matrix, int[] columns) {
        return Matrices.selectColumns(matrix, stride, columns, Pass.padded(columns.length));
    }

    private static double[] kept(double[] values, boolean[] staying) {
        int count = 0;
        double[] kept = new double[values.length];
        for (int p = 0; p < values.length; p++) {
            if (staying[p]) {
                kept[count++] = values[p];
            }
        }
        return Arrays.copyOf(kept, count);
    }
}
