package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One linear model.
 *
 * @param name names the model in the tables
 * @param trainer how classes become problems
 * @param regParam L2 penalty on the mean loss; 1 / (C * rows) in LIBLINEAR's and scikit-learn's terms
 * @param classWeight how rows are weighted by class
 * @param classWeights the weights of {@code given}, by label; 1 where a class has none
 * @param fitIntercept whether to fit intercepts
 * @param maxIter most passes over the data
 * @param tol relative gain below which a problem is closed
 * @param calibration how its probabilities are calibrated on validation, after the training
 */
public record ModelConfig(
        String name,
        Trainer trainer,
        double regParam,
        ClassWeight classWeight,
        Map<String, Double> classWeights,
        boolean fitIntercept,
        int maxIter,
        double tol,
        Calibration calibration) {

    /** How classes become problems. */
    public enum Trainer {
        SOFTMAX,
        ONE_VS_REST,
        HIERARCHICAL
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
        if (!name.matches("[A-Za-z0-9_.-]+")) {
            throw PipelineException.configuration(
                    "the model name '" + name + "' may hold letters, digits, '_', '.' and '-' only");
        }
        if (!(regParam >= 0) || !(tol > 0) || maxIter < 1) {
            throw PipelineException.configuration(
                    "model '" + name + "' needs reg_param >= 0, tol > 0 and max_iter >= 1, not " + regParam + ", " + tol
                            + " and " + maxIter);
        }
        if (classWeights.values().stream().anyMatch(weight -> !(weight > 0))) {
            throw PipelineException.configuration("the class weights of model '" + name + "' must be above 0");
        }
        if ((classWeight == ClassWeight.GIVEN) == classWeights.isEmpty()) {
            throw PipelineException.configuration(
                    "model '" + name + "' must have class_weights exactly when class_weight = given");
        }
    }

    /** What the training depends on: a change of calibration alone trains nothing anew. */
    public ModelConfig asTrained() {
        return new ModelConfig(
                name, trainer, regParam, classWeight, classWeights, fitIntercept, maxIter, tol, Calibration.NONE);
    }
}
