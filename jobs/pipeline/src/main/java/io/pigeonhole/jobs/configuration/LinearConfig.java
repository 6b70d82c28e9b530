package io.pigeonhole.jobs.configuration;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The settings of all linear trainers.
 *
 * @param loss the loss function of a row's margins
 * @param labelSmoothing share of each row's weight that is spread evenly over all classes of a decision
 * @param logitAdjustment multiple of the log class shares that is subtracted from the predictions
 * @param regParam penalty on the mean loss, or several to choose from; with L2 alone, 1 / (C * rows) for the C of
 *     LIBLINEAR and scikit-learn
 * @param elasticNet share of L1 in the penalty, or several to choose from; the rest is L2
 * @param classWeight weighting of rows by class, or several weightings to choose from
 * @param classWeights the weights of {@code given}, by label; 1 where a class has none
 * @param fitIntercept whether to fit intercepts
 * @param maxIter maximum passes over the data
 * @param tol relative duality gap (with L-BFGS, relative gain) below which a problem counts as solved
 * @param solver optimization algorithm
 * @param pruneBelow magnitude below which coefficients are dropped after training; 0 for none
 * @param warmStart model version that training starts from; from zero when absent
 * @param selection rule that selects one of several settings
 */
public record LinearConfig(
        Loss loss,
        double labelSmoothing,
        double logitAdjustment,
        OneOrMore<Double> regParam,
        OneOrMore<Double> elasticNet,
        OneOrMore<ClassWeight> classWeight,
        Map<String, Double> classWeights,
        boolean fitIntercept,
        int maxIter,
        double tol,
        Solver solver,
        double pruneBelow,
        Optional<WarmStart> warmStart,
        SelectionConfig selection) {

    /**
     * A model version to start from.
     *
     * @param model name of the model; the model itself when absent
     */
    public record WarmStart(Optional<String> model, int version) {
        public WarmStart {
            if (version < 1) {
                throw ModelErrors.warmStartVersion(version);
            }
        }
    }

    /** The loss function of a row's margins. */
    public enum Loss {
        /**
         * The negative log of the probability: logistic for one class against the rest, cross-entropy for competing
         * classes.
         */
        LOG,
        SQUARED_HINGE;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The optimization algorithm. */
    public enum Solver {
        /** Dual coordinate ascent if rows are few relative to features; otherwise L-BFGS. */
        AUTO,
        /** Dual coordinate ascent whenever penalties and memory allow it. */
        DUAL,
        L_BFGS;

        /** The name that the trainers use. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public LinearConfig {
        classWeights = Collections.unmodifiableMap(new TreeMap<>(classWeights));
        if (!(regParam.all(value -> value >= 0) && tol > 0 && maxIter >= 1)) {
            throw ModelErrors.penaltyAndStop(regParam, tol, maxIter);
        }
        if (!(elasticNet.all(value -> value >= 0 && value <= 1)
                && labelSmoothing >= 0
                && labelSmoothing < 1
                && logitAdjustment >= 0)) {
            throw ModelErrors.shares(elasticNet, labelSmoothing, logitAdjustment);
        }
        if (!(pruneBelow >= 0)) {
            throw ModelErrors.pruneBelow(pruneBelow);
        }
        if (logitAdjustment != 0 && classWeight.values().contains(ClassWeight.BALANCED)) {
            throw ModelErrors.adjustmentOfBalanced();
        }
        if (!elasticNet.all(value -> value == 0) && regParam.values().contains(0.0)) {
            throw ModelErrors.elasticNetWithoutPenalty();
        }
        if (selection.refit() && warmStart.isPresent()) {
            throw ModelErrors.refitOfWarmStart();
        }
        ClassWeight.check(classWeight.values(), classWeights);
    }

    /** Checks the settings of a trainer whose classes compete. */
    void requireCompetition() {
        if (loss != Loss.LOG) {
            throw ModelErrors.hingeOfCompetingClasses();
        }
    }

    /** Checks the settings of a trainer that separates each class from the rest. */
    void requireNoCompetition() {
        if (labelSmoothing != 0 || logitAdjustment != 0) {
            throw ModelErrors.adjustmentWithoutCompetition();
        }
    }

    /** Whether training compares several settings, or judges settings on folds. */
    public boolean isSearched() {
        return regParam.values().size() > 1
                || elasticNet.values().size() > 1
                || classWeight.values().size() > 1
                || selectsOnFolds();
    }

    /** Whether settings are judged on folds of train, each by models that did not see that fold. */
    public boolean selectsOnFolds() {
        return selection.on() == SelectionConfig.On.FOLDS;
    }
}
