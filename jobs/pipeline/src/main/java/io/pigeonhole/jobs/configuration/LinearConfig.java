package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The settings that all linear trainers have.
 *
 * @param loss the cost of a row whose margins are not right
 * @param labelSmoothing share of each row's weight that is spread evenly over all classes of a decision
 * @param logitAdjustment how many times the log of the class shares is taken out of the predictions
 * @param regParam penalty on the mean loss, or several to choose from; with L2 alone 1 / (C * rows) in LIBLINEAR's and scikit-learn's terms
 * @param elasticNet share of L1 in the penalty, or several to choose from; the rest is L2
 * @param classWeight how rows are weighted by class, or several ways to choose from
 * @param classWeights the weights of {@code given}, by label; 1 where a class has none
 * @param fitIntercept whether to fit intercepts
 * @param maxIter most passes over the data
 * @param tol relative duality gap, or with L-BFGS relative gain, below which a problem is closed
 * @param solver how the optimum is sought
 * @param pruneBelow magnitude below which coefficients are dropped after training; 0 for none
 * @param warmStart the earlier model version that training starts from; from nothing when absent
 * @param selection how one of several settings is picked
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
     * @param model its name; that of the model itself when absent
     */
    public record WarmStart(Optional<String> model, int version) {
        public WarmStart {
            if (version < 1) {
                throw PipelineException.configuration("the version of warm_start must be at least 1, not " + version);
            }
        }
    }

    /** The cost of a row whose margins are not right. */
    public enum Loss {
        /** The negative log of the probability: logistic against the rest, cross-entropy where classes compete. */
        LOG,
        SQUARED_HINGE;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How the optimum is sought. */
    public enum Solver {
        /** Dual coordinate ascent where rows are few beside features; else L-BFGS. */
        AUTO,
        /** Coordinate ascent wherever penalties and memory allow it. */
        DUAL,
        L_BFGS;

        /** As the trainers call it. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public LinearConfig {
        classWeights = Collections.unmodifiableMap(new TreeMap<>(classWeights));
        require(
                regParam.all(value -> value >= 0) && tol > 0 && maxIter >= 1,
                "needs reg_param >= 0, tol > 0 and max_iter >= 1, not " + regParam + ", " + tol + " and " + maxIter);
        require(
                elasticNet.all(value -> value >= 0 && value <= 1)
                        && labelSmoothing >= 0
                        && labelSmoothing < 1
                        && logitAdjustment >= 0,
                "needs elastic_net in [0, 1], label_smoothing in [0, 1) and logit_adjustment >= 0, not " + elasticNet
                        + ", " + labelSmoothing + " and " + logitAdjustment);
        require(pruneBelow >= 0, "needs prune_below >= 0, not " + pruneBelow);
        require(
                logitAdjustment == 0 || !classWeight.values().contains(ClassWeight.BALANCED),
                "class_weight = balanced leaves all classes with the same share, so that logit_adjustment does nothing;"
                        + " use one of them");
        require(
                elasticNet.all(value -> value == 0) || !regParam.values().contains(0.0),
                "elastic_net divides the penalty, and reg_param = 0 leaves none; set reg_param above 0");
        ClassWeight.check(classWeight.values(), classWeights);
    }

    /** For trainers under which classes compete. */
    void requireCompetition() {
        require(loss == Loss.LOG, "loss = squared_hinge is for trainer = one_vs_rest alone; leave it at log");
    }

    /** For a trainer that tells each class from the rest. */
    void requireNoCompetition() {
        require(
                labelSmoothing == 0 && logitAdjustment == 0,
                "label_smoothing and logit_adjustment are for softmax, hierarchical and label_tree, where classes compete;"
                        + " for one_vs_rest use class_weight, or another trainer");
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw PipelineException.configuration(problem);
        }
    }

    /** Whether settings are tried and judged before the model is there. */
    public boolean isSearched() {
        return regParam.values().size() > 1
                || elasticNet.values().size() > 1
                || classWeight.values().size() > 1
                || selectsOnFolds();
    }

    /** Whether models that did not see a fold of train judge the settings. */
    public boolean selectsOnFolds() {
        return selection.on() == SelectionConfig.On.FOLDS;
    }
}
