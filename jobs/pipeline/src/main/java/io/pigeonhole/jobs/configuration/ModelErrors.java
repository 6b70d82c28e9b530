package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
import java.util.Map;

/**
 * Errors that a user can cause and correct in the settings of models, of their selection and of their calibration; each
 * message states problem, cause and remedy. {@link RecordBinder} puts file, line and key before it.
 */
final class ModelErrors {

    private ModelErrors() {}

    static PipelineException modelName(String name) {
        return PipelineException.configuration(
                "the model name '" + name + "' may hold letters, digits, '_', '.' and '-' only, and not dots alone");
    }

    static PipelineException penaltyAndStop(OneOrMore<Double> regParam, double tol, int maxIter) {
        return PipelineException.configuration(
                "needs reg_param >= 0, tol > 0 and max_iter >= 1, not " + regParam + ", " + tol + " and " + maxIter);
    }

    static PipelineException shares(OneOrMore<Double> elasticNet, double labelSmoothing, double logitAdjustment) {
        return PipelineException.configuration(
                "needs elastic_net in [0, 1], label_smoothing in [0, 1) and logit_adjustment >= 0, not " + elasticNet
                        + ", " + labelSmoothing + " and " + logitAdjustment);
    }

    static PipelineException pruneBelow(double magnitude) {
        return PipelineException.configuration("needs prune_below >= 0, not " + magnitude);
    }

    static PipelineException adjustmentOfBalanced() {
        return PipelineException.configuration(
                "class_weight = balanced leaves all classes with the same share, so that logit_adjustment does nothing;"
                        + " use one of them");
    }

    static PipelineException elasticNetWithoutPenalty() {
        return PipelineException.configuration(
                "elastic_net divides the penalty, and reg_param = 0 leaves none; set reg_param above 0");
    }

    static PipelineException hingeOfCompetingClasses() {
        return PipelineException.configuration(
                "loss = squared_hinge is for trainer = one_vs_rest alone; leave it at log, with a reg_param of a tenth or"
                        + " less of what suits squared_hinge");
    }

    static PipelineException adjustmentWithoutCompetition() {
        return PipelineException.configuration(
                "label_smoothing and logit_adjustment are for softmax, hierarchical and label_tree, where classes compete;"
                        + " for one_vs_rest use class_weight, or another trainer");
    }

    static PipelineException warmStartVersion(int version) {
        return PipelineException.configuration("the version of warm_start must be at least 1, not " + version);
    }

    static PipelineException labelTree(int branching, int beamWidth) {
        return PipelineException.configuration(
                "needs branching >= 2 and beam_width >= 0, not " + branching + " and " + beamWidth);
    }

    static PipelineException classWeightsNotPositive(Map<String, Double> weights) {
        return PipelineException.configuration("the class_weights must be above 0, not " + weights);
    }

    /** Weights without {@code class_weight = given}, or the reverse. */
    static PipelineException classWeightsAgainstClassWeight() {
        return PipelineException.configuration("must have class_weights exactly when class_weight is given, or may be");
    }

    static PipelineException labelSmoothing(double share) {
        return PipelineException.configuration("needs label_smoothing in [0, 1), not " + share);
    }

    static PipelineException deepCounts() {
        return deep("epochs, batch_size, tasks and local_steps above 0");
    }

    static PipelineException deepPatienceAndInterval() {
        return deep("patience and checkpoint_interval of 0 or more");
    }

    static PipelineException deepLearningRates() {
        return deep("learning_rate and outer_learning_rate above 0");
    }

    static PipelineException deepShares() {
        return deep("warm_up, momentum and outer_momentum in [0, 1)");
    }

    static PipelineException deepDecayAndClipping() {
        return deep("weight_decay and clip_norm of 0 or more");
    }

    private static PipelineException deep(String need) {
        return PipelineException.configuration("a deep model needs " + need);
    }

    static PipelineException partitions(int partitions) {
        return PipelineException.configuration("needs partitions of 0 or more, not " + partitions);
    }

    static PipelineException selectionOfLinearAlone() {
        return PipelineException.configuration("selection.refit and selection.out_of_fold are for the linear trainers"
                + " (softmax, one_vs_rest, hierarchical, label_tree); remove them");
    }

    static PipelineException trees() {
        return PipelineException.configuration("needs trees, depth and learning_rate above 0");
    }

    static PipelineException learningRateOfAForest() {
        return PipelineException.configuration(
                "learning_rate is for boosted trees; remove it, or set ensemble = boosted");
    }

    static PipelineException notAFreeValue(Object value) {
        return PipelineException.configuration(
                "must be a number, a text, true, false or a list of these, not " + value);
    }

    static PipelineException outOfFoldWithoutFolds() {
        return PipelineException.configuration(
                "out_of_fold = true needs models that did not see each fold; set on =" + " folds beside it");
    }

    static PipelineException foldsMissing(String model, int folds) {
        return PipelineException.configuration("model '" + model + "' has selection.on = folds, but"
                + " stratify.folds is " + folds + "; deal train into 2 folds or more, or select on"
                + " validation");
    }

    static PipelineException refitOfWarmStart() {
        return PipelineException.configuration("selection.refit = true trains on other rows with other features, for"
                + " which warm_start has no coefficients; use one of them");
    }

    static PipelineException refitLeavesNothingToCalibrateOn(String model) {
        return PipelineException.configuration("model '" + model + "' has selection.refit = true, so it is trained on"
                + " validation, on which calibration and prediction sets would be fitted; set refit = false, or"
                + " calibration = none and score.conformal = false");
    }

    static PipelineException calibrationFolds(int folds) {
        return PipelineException.configuration("folds must be at least 2, not " + folds
                + ": a calibration is judged by rows that it was not fitted on");
    }

    static PipelineException calibrationRows(int minimumRows) {
        return PipelineException.configuration("minimum_rows must be at least 1, not " + minimumRows);
    }
}
