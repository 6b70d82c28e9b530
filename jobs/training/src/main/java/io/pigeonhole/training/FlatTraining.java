package io.pigeonhole.training;

import io.pigeonhole.training.nearby.ClassIndex;
import io.pigeonhole.training.nearby.FewRows;
import io.pigeonhole.training.nearby.NearbyLearner;
import io.pigeonhole.training.solver.problems.SolverListener;
import io.pigeonhole.transforms.Taxonomy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Trains label trees without levels: the margins of all classes under one root, learnt in this process. */
final class FlatTraining {

    /** The {@code regParam} at which the loss of each row of a class counts as much as the squared length of its vector. */
    private static final double USUAL_REG_PARAM = 1e-5;

    private static final double MOST_COST = 1e4;

    private final SolverListener listener;
    private final TrainingRows rows;
    private final Taxonomy tree;
    private final FewRows few;

    private FlatTraining(SolverListener listener, TrainingRows rows, Taxonomy tree) {
        this.listener = listener;
        this.rows = rows;
        this.tree = tree;
        this.few = FewRows.of(rows.examples(), rows.dimension(), tree.labels().size());
    }

    /** Trains all, in their order. */
    static List<Training.Trained> run(
            SolverListener listener, TrainingRows rows, Taxonomy tree, List<Training.Trial> trials) {
        FlatTraining training = new FlatTraining(listener, rows, tree);
        rows.close();
        listener.planned(String.format(
                Locale.ROOT,
                "a score for each of %,d classes, learnt from its rows and from those near to it, in this process",
                training.few.classes()));
        return IntStream.range(0, trials.size())
                .mapToObj(number -> training.run(number, trials.get(number)))
                .toList();
    }

    private Training.Trained run(int number, Training.Trial trial) {
        NearbyLearner.Learnt learnt = new NearbyLearner(few, costs(trial)).learn();
        listener.passed(number + 1, learnt.objective(), learnt.open(), few.classes());
        return new Training.Trained(
                new Coefficients(
                        Scheme.LABEL_TREE,
                        rows.taxonomy(),
                        tree,
                        rows.dimension(),
                        List.of(group(learnt.margins(), rows.dimension(), few.classes()))),
                new TrainingSummary(
                        few.rows(),
                        rows.dimension(),
                        few.classes(),
                        few.classes(),
                        learnt.sweeps(),
                        learnt.open(),
                        learnt.objective()));
    }

    /** How much the loss of each row counts: its weights over the penalty, and nothing in the fold held out. */
    private float[] costs(Training.Trial trial) {
        double[] weightByClass = new double[few.classes()];
        float[] costs = new float[few.rows()];
        for (int label = 0; label < weightByClass.length; label++) {
            for (int row = few.classStarts()[label]; row < few.classStarts()[label + 1]; row++) {
                costs[row] = few.folds()[row] == trial.heldOut() ? 0 : few.weights()[row];
                weightByClass[label] += costs[row];
            }
        }
        double[] factors = trial.setting().factors(tree.labels(), weightByClass);
        double cost = Math.min(MOST_COST, USUAL_REG_PARAM / trial.setting().regParam());
        for (int label = 0; label < factors.length; label++) {
            for (int row = few.classStarts()[label]; row < few.classStarts()[label + 1]; row++) {
                costs[row] *= (float) (cost * factors[label]);
            }
        }
        return costs;
    }

    /** The margins as coefficients, with intercepts of zero. */
    private static ColumnGroup group(ClassIndex margins, int dimension, int classes) {
        int[] from = margins.starts();
        int[] used = IntStream.range(0, dimension)
                .filter(feature -> from[feature + 1] > from[feature])
                .toArray();
        int[] features = Arrays.copyOf(used, used.length + 1);
        features[used.length] = dimension;
        int[] starts = new int[features.length + 1];
        for (int row = 0; row < used.length; row++) {
            starts[row + 1] = from[used[row] + 1];
        }
        starts[features.length] = starts[used.length];
        return new ColumnGroup.Sparse(features, starts, margins.classes(), margins.values(), classes);
    }
}
