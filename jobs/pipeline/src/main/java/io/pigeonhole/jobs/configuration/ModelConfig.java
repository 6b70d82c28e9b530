package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One model. Those of loss, penalty, solver and the like are a linear model's alone.
 *
 * @param name names the model in the tables
 * @param trainer how classes become problems
 * @param loss what a row costs whose margins are not right
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
 * @param branching most children of a node of a tree that is learnt
 * @param beamWidth nodes of each level of a tree that is learnt which a prediction follows; 0 for all
 * @param warmStart the earlier model version that training starts from; from nothing when absent
 * @param selection how one of several settings is picked
 * @param deep what a deep model is and how it learns; of other trainers none
 * @param calibration how its probabilities are calibrated on validation, after the training
 */
public record ModelConfig(
        String name,
        Trainer trainer,
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
        int branching,
        int beamWidth,
        Optional<WarmStart> warmStart,
        SelectionConfig selection,
        Optional<DeepConfig> deep,
        Calibration calibration) {

    /** How classes become problems. */
    public enum Trainer {
        SOFTMAX,
        ONE_VS_REST,
        HIERARCHICAL,
        /** A hierarchy over a balanced tree of classes that is learnt from the training rows. */
        LABEL_TREE,
        /** A network. */
        DEEP;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

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

    /** What a row costs whose margins are not right. */
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

    /** How rows are weighted by class. */
    public enum ClassWeight {
        NONE,
        BALANCED,
        GIVEN;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How probabilities are calibrated. */
    public enum Calibration {
        NONE,
        TEMPERATURE,
        VECTOR,
        ISOTONIC,
        /** The simplest of them that is not clearly worse than the best. */
        AUTO
    }

    public ModelConfig {
        classWeights = new TreeMap<>(classWeights);
        if (!name.matches("[A-Za-z0-9_.-]+") || name.matches("\\.+")) {
            throw PipelineException.configuration("the model name '" + name
                    + "' may hold letters, digits, '_', '.' and '-' only, and not dots alone");
        }
        if (!regParam.all(value -> value >= 0) || !(tol > 0) || maxIter < 1) {
            throw PipelineException.configuration(
                    "model '" + name + "' needs reg_param >= 0, tol > 0 and max_iter >= 1, not " + regParam + ", " + tol
                            + " and " + maxIter);
        }
        if (!elasticNet.all(value -> value >= 0 && value <= 1)
                || !(labelSmoothing >= 0 && labelSmoothing < 1)
                || !(logitAdjustment >= 0)) {
            throw PipelineException.configuration("model '" + name
                    + "' needs elastic_net in [0, 1], label_smoothing in [0, 1) and logit_adjustment >= 0, not "
                    + elasticNet + ", " + labelSmoothing + " and " + logitAdjustment);
        }
        if (!(pruneBelow >= 0) || branching < 2 || beamWidth < 0) {
            throw PipelineException.configuration(
                    "model '" + name + "' needs prune_below >= 0, branching >= 2 and beam_width >= 0, not " + pruneBelow
                            + ", " + branching + " and " + beamWidth);
        }
        if ((trainer == Trainer.DEEP) != deep.isPresent()) {
            throw PipelineException.configuration("model '" + name
                    + "' must have the section deep exactly when trainer = deep; give it, at least with"
                    + " a network, or leave it out");
        }
        if (trainer == Trainer.DEEP
                && (warmStart.isPresent()
                        || logitAdjustment > 0
                        || classWeight.values().size() > 1
                        || regParam.values().size() > 1
                        || elasticNet.values().size() > 1
                        || selection.on() == SelectionConfig.On.FOLDS)) {
            throw PipelineException.configuration("model '" + name + "' is deep, and deep models have one setting each:"
                    + " no warm_start, logit_adjustment, lists of settings or selection by folds. Leave them out.");
        }
        checkCombinations(name, trainer, loss, labelSmoothing, logitAdjustment, regParam, elasticNet, classWeight);
        if (classWeights.values().stream().anyMatch(weight -> !(weight > 0))) {
            throw PipelineException.configuration("the class weights of model '" + name + "' must be above 0");
        }
        if (classWeight.values().contains(ClassWeight.GIVEN) == classWeights.isEmpty()) {
            throw PipelineException.configuration(
                    "model '" + name + "' must have class_weights exactly when class_weight is given, or may be");
        }
    }

    private static void checkCombinations(
            String name,
            Trainer trainer,
            Loss loss,
            double labelSmoothing,
            double logitAdjustment,
            OneOrMore<Double> regParam,
            OneOrMore<Double> elasticNet,
            OneOrMore<ClassWeight> classWeight) {
        String problem = null;
        if (loss == Loss.SQUARED_HINGE && trainer != Trainer.ONE_VS_REST) {
            problem = "loss = squared_hinge is for trainer = one_vs_rest alone; leave it at log";
        } else if (trainer == Trainer.ONE_VS_REST && (labelSmoothing > 0 || logitAdjustment > 0)) {
            problem =
                    "label_smoothing and logit_adjustment are for softmax, hierarchical and label_tree, where classes compete; for"
                            + " one_vs_rest use class_weight, or another trainer";
        } else if (logitAdjustment > 0 && classWeight.values().contains(ClassWeight.BALANCED)) {
            problem = "class_weight = balanced leaves all classes with the same share, so that logit_adjustment does"
                    + " nothing; use one of them";
        } else if (!elasticNet.all(value -> value == 0) && regParam.values().contains(0.0)) {
            problem = "elastic_net divides the penalty, and reg_param = 0 leaves none; set reg_param above 0";
        }
        if (problem != null) {
            throw PipelineException.configuration("model '" + name + "': " + problem);
        }
    }

    /** Whether settings are tried and judged before the model is there. */
    public boolean isSearched() {
        return regParam.values().size() > 1
                || elasticNet.values().size() > 1
                || classWeight.values().size() > 1
                || selection.on() == SelectionConfig.On.FOLDS;
    }

    /** What the training depends on: a change of calibration alone trains nothing anew. */
    public ModelConfig asTrained() {
        return new ModelConfig(
                name,
                trainer,
                loss,
                labelSmoothing,
                logitAdjustment,
                regParam,
                elasticNet,
                classWeight,
                classWeights,
                fitIntercept,
                maxIter,
                tol,
                solver,
                pruneBelow,
                branching,
                beamWidth,
                warmStart,
                selection,
                deep,
                Calibration.NONE);
    }
}
