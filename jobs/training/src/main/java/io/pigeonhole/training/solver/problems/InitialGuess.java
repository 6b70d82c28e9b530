package io.pigeonhole.training.solver.problems;

import io.pigeonhole.training.solver.rows.Lanes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where the solver begins and how it scales: from the shares of the classes and the second moments of the features.
 *
 * <p>Shares are of weights, class weights and rows held out taken into account, and by column: of the rows that are
 * positive in it among those that take part in its problem.
 */
public final class InitialGuess {

    private final Lanes lanes;
    private final Layout layout;
    private final Loss loss;
    private final List<Problem> problems;
    private final double[] shares;
    private final double[] totalWeights;

    public InitialGuess(Lanes lanes, Layout layout, Loss loss, List<Problem> problems) {
        this.lanes = lanes;
        this.layout = layout;
        this.loss = loss;
        this.problems = problems;
        this.shares = new double[layout.columns()];
        this.totalWeights = new double[layout.problems()];
        takeShares();
    }

    private void takeShares() {
        int[] problemOfColumn = layout.problemOfColumn();
        double[] taking = new double[layout.problems()];
        for (int fold = 0; fold < lanes.weightByFold().length; fold++) {
            double[] weights = lanes.weightByFold()[fold];
            for (int label = 0; label < layout.classes(); label++) {
                for (int target : layout.targets(label)) {
                    int p = problemOfColumn[target];
                    double weight = weights[label] * problems.get(p).weight(label, fold);
                    shares[target] += weight;
                    taking[p] += weight;
                }
                for (int p = 0; p < totalWeights.length; p++) {
                    totalWeights[p] += weights[label] * problems.get(p).weight(label, fold);
                }
            }
        }
        for (int c = 0; c < shares.length; c++) {
            double all = (layout.isBinary() ? totalWeights : taking)[problemOfColumn[c]];
            shares[c] = all > 0 ? shares[c] / all : 0;
        }
    }

    /** Sum of the weights of the rows that are not held out of each problem, whether they take part in it or not. */
    public double[] totalWeights() {
        return totalWeights;
    }

    /** Share of a column, kept off 0 and 1. */
    private double share(int column) {
        double least = 0.5 / Math.max(1, lanes.rows());
        return Math.min(Math.max(shares[column], least), 1 - least);
    }

    /** What is added to the margins of each column. */
    public float[] offsets() {
        float[] offsets = new float[layout.columns()];
        for (int c = 0; c < offsets.length; c++) {
            offsets[c] = (float) loss.offset(share(c));
        }
        return offsets;
    }

    /** Mean over columns of the second derivative by a margin at the start. */
    public double typicalCurvature() {
        double curvature = 0;
        for (int c = 0; c < shares.length; c++) {
            curvature += loss.curvature(shares[c]) / layout.columns();
        }
        return Math.max(curvature, 1e-6);
    }

    /**
     * What each feature is multiplied by, the intercept's last: scales that give every coefficient about the same
     * curvature, that of the Hessian's diagonal, penalty included, at the start. L-BFGS then starts from a good guess,
     * and needs fewer passes.
     */
    public float[] factors() {
        double curvature = typicalCurvature();
        double penalty = typicalL2();
        float[] scales = new float[lanes.dimension() + 1];
        for (int j = 0; j < lanes.dimension(); j++) {
            double diagonal = curvature * lanes.secondMoments()[j] + penalty;
            scales[j] = diagonal > 0 ? (float) (1 / Math.sqrt(diagonal)) : 1f;
        }
        scales[lanes.dimension()] = (float) (1 / Math.sqrt(curvature));
        return scales;
    }

    /** Geometric mean of the problems' L2 penalties, 0 if one has none: no problem is far from its own best scales. */
    private double typicalL2() {
        double logs = 0;
        for (Problem problem : problems) {
            logs += Math.log(problem.l2());
        }
        return problems.isEmpty() ? 0 : Math.exp(logs / problems.size());
    }

    /** Intercepts at the optimum of a model without features, by column, not scaled. */
    public float[] intercepts() {
        float[] intercepts = new float[layout.columns()];
        for (int p = 0; p < layout.problems(); p++) {
            int from = layout.start(p);
            double[] values = loss.intercepts(IntStream.range(from, layout.end(p))
                    .mapToDouble(this::share)
                    .toArray());
            for (int i = 0; i < values.length; i++) {
                intercepts[from + i] = (float) values[i];
            }
        }
        return intercepts;
    }

    /** First step of each problem: one over a bound on the curvature at the start, the trace of the Hessian. */
    public double[] firstSteps(Lanes scaled, float interceptFactor) {
        double norm = Arrays.stream(scaled.secondMoments()).sum() + (double) interceptFactor * interceptFactor;
        double[] steps = new double[layout.problems()];
        for (int p = 0; p < steps.length; p++) {
            double curvature = 0;
            for (int c = layout.start(p); c < layout.end(p); c++) {
                curvature = Math.max(curvature, loss.curvature(shares[c]));
            }
            steps[p] = 1 / (Math.max(curvature, 1e-6) * norm + 1);
        }
        return steps;
    }
}
