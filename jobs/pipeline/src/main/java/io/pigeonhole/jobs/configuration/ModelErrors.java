package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
import java.util.Map;
import java.util.Optional;

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
                "loss = squared_hinge is for trainer = one_vs_rest alone; leave it at log, with a reg_param of a tenth"
                        + " or less of what suits squared_hinge");
    }

    static PipelineException adjustmentWithoutCompetition() {
        return PipelineException.configuration(
                "label_smoothing and logit_adjustment are for softmax, hierarchical and label_tree, where classes"
                        + " compete; for one_vs_rest use class_weight, or another trainer");
    }

    static PipelineException neighbours(OneOrMore<Integer> neighbours, int most) {
        return PipelineException.configuration("needs neighbours from 1 to " + most + ", not " + neighbours);
    }

    static PipelineException balance(OneOrMore<Double> balance, double ofAdded) {
        return PipelineException.configuration(
                "needs balance and added_balance from 0 (classes with more rows have more"
                        + " votes) to 1 (each class has as many votes as one of average size), not " + balance + " and "
                        + ofAdded);
    }

    static PipelineException shrinkageAndTemperature(
            OneOrMore<Double> shrinkage, Optional<Double> temperature, Optional<Double> smoothing) {
        return PipelineException.configuration(
                "needs shrinkage above 0 and at most 1, temperature above 0 and smoothing" + " between 0 and 1, not "
                        + shrinkage + ", " + shown(temperature) + " and " + shown(smoothing));
    }

    private static String shown(Optional<Double> value) {
        return value.map(String::valueOf).orElse("none");
    }

    static PipelineException addClassesTo(String version) {
        return PipelineException.configuration(
                "add_classes_to must be a version, from 1 on, or latest, not '" + version + "'");
    }

    static PipelineException selectionOfNearest() {
        return PipelineException.configuration("trainer = nearest selects on validation and is not refitted; set"
                + " selection { on = validation, refit = false }");
    }

    static PipelineException warmStartVersion(int version) {
        return PipelineException.configuration("the version of warm_start must be at least 1, not " + version);
    }

    static PipelineException labelTree(int branching, int beamWidth) {
        return PipelineException.configuration(
                "needs branching >= 2 and beam_width >= 0, not " + branching + " and " + beamWidth);
    }

    static PipelineException flatTree() {
        return PipelineException.configuration("has shape = flat, for which elastic_net, label_smoothing and"
                + " logit_adjustment must be 0, reg_param above 0, and warm_start left out; or set shape = levels");
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
                + " validation, on which calibration, prediction sets and the rule for unknown rows would be fitted; set refit"
                + " = false, or calibration = none and score.conformal = false, without score.unknown");
    }

    static PipelineException smoteWithoutCalibration(String model) {
        return PipelineException.configuration("model '" + model + "' has resampling.over = smote, which changes"
                + " probabilities in no way that could be undone; set calibration = auto, or over = repeat");
    }

    static PipelineException notResamplable(String trainer) {
        return PipelineException.configuration("trainer = " + trainer
                + " does not train on resampled rows; remove resampling, or use another trainer");
    }

    static PipelineException featuresNotUsed(TrainerConfig trainer) {
        return PipelineException.configuration("trainer = " + trainer.code() + " has no features of its own"
                + (trainer.members().isEmpty()
                        ? ""
                        : ": those of " + String.join(" and ", trainer.members()) + " count")
                + "; remove features, or use another trainer");
    }

    static PipelineException featuresMissing(String model) {
        return PipelineException.configuration("model '" + model + "' has no features, and there are none for all"
                + " models; give it its own, or add the key 'features' to the file");
    }

    static PipelineException resampledAndWeighted() {
        return PipelineException.configuration("resampling and class_weight both change the shares of the classes, so"
                + " that the probabilities could not be corrected for either; use one of them");
    }

    static PipelineException calibrationFolds(int folds) {
        return PipelineException.configuration("folds must be at least 2, not " + folds
                + ": a calibration is judged by rows that it was not fitted on");
    }

    static PipelineException calibrationRows(int minimumRows) {
        return PipelineException.configuration("minimum_rows must be at least 1, not " + minimumRows);
    }

    static PipelineException cascadeOfOne(String model) {
        return PipelineException.configuration("a cascade needs two models, and first and second are both '" + model
                + "'; name a cheap model and a dear one");
    }

    static PipelineException cascadeVersion(int version) {
        return PipelineException.configuration("first_version and second_version must be at least 1, not " + version);
    }

    static PipelineException cascadeConfidence(double level) {
        return PipelineException.configuration(
                "the confidence_level of a cascade must lie between 0 and 1, not be " + level);
    }

    static PipelineException cascadeShare(double share) {
        return PipelineException.configuration("the share of rows at_most must lie between 0 and 1, not be " + share);
    }

    static PipelineException cascadeCost(double cost) {
        return PipelineException.configuration("the cost of a row at_most must be above 0, not " + cost);
    }

    static PipelineException cascadeCosts(double first, double second) {
        return PipelineException.configuration(
                "costs of a cascade need first >= 0 and second > 0, not " + first + " and " + second);
    }

    static PipelineException cascadeBudgetTooSmall(double budget, double first) {
        return PipelineException.configuration("the first model alone costs " + first + " a row, and the budget is "
                + budget + "; raise budget.at_most, or take a cheaper first model");
    }

    static PipelineException noRules() {
        return PipelineException.configuration("trainer = rules needs rules; add some to rules, or name a rule_table");
    }

    static PipelineException ruleTwice(String id) {
        return PipelineException.configuration(
                "two rules have the id '" + id + "'; give each its own, and count the texts of one by version");
    }

    static PipelineException baseVersion(int version) {
        return PipelineException.configuration("base_version must be at least 1, not " + version);
    }

    static PipelineException rulesConfidence(double level) {
        return PipelineException.configuration(
                "the confidence_level of rules must lie between 0 and 1, not be " + level);
    }

    static PipelineException baseMissing(String model, String base) {
        return PipelineException.configuration("the rules '" + model + "' refer to model '" + base
                + "', which does not stand before them in models; put that model before the rules, or mend the name");
    }

    static PipelineException rulesAboveRules(String model, String base) {
        return PipelineException.configuration("the rules '" + model + "' refer to '" + base
                + "', which has rules itself; write all rules into one model");
    }

    static PipelineException rulesAboveRefitted(String model, String base) {
        return PipelineException.configuration(
                "the rules '" + model + "' refer to '" + base
                        + "', which has selection.refit = true, so that it leaves no split to judge the whole on; set refit = false");
    }

    static PipelineException calibrationOfRules(String model) {
        return PipelineException.configuration(
                "model '" + model + "' has trainer = rules, and a calibration by class could"
                        + " overrule them; set calibration = none or temperature, or calibrate the base and name its base_version");
    }

    static PipelineException cascadeMemberMissing(String cascade, String member) {
        return PipelineException.configuration("cascade '" + cascade + "' refers to model '" + member
                + "', which does not stand before it in models; put that model before the cascade, or mend the name");
    }

    static PipelineException cascadeOfCascades(String cascade, String member) {
        return PipelineException.configuration("cascade '" + cascade + "' refers to '" + member
                + "', which is a cascade itself; name two models that are none");
    }

    static PipelineException cascadeOfRefitted(String cascade, String member) {
        return PipelineException.configuration("cascade '" + cascade + "' refers to '" + member
                + "', which has selection.refit = true, so it is trained on validation, on which the cascade would be"
                + " fitted and certified; set refit = false");
    }
}
