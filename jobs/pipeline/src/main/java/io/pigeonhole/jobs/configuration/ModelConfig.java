package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.features.FeatureSpec;
import io.pigeonhole.transforms.resampling.Resampling;
import java.util.List;

/**
 * One model.
 *
 * @param name names the model in the tables
 * @param trainer trainer with its settings
 * @param features conversion of columns to features, if it is not that of the pipeline; may be empty
 * @param calibration method that calibrates its probabilities on validation, after training
 * @param resampling how its training rows are resampled
 */
public record ModelConfig(
        String name,
        @Inline TrainerConfig trainer,
        List<FeatureSpec> features,
        Calibration calibration,
        Resampling resampling) {

    /** The method that calibrates probabilities. */
    public enum Calibration {
        NONE,
        TEMPERATURE,
        VECTOR,
        ISOTONIC,
        /** The simplest of them that is not clearly worse than the best. */
        AUTO
    }

    public ModelConfig {
        if (!name.matches("[A-Za-z0-9_.-]+") || name.matches("\\.+")) {
            throw ModelErrors.modelName(name);
        }
        features = List.copyOf(features);
        if (!features.isEmpty() && !trainer.usesFeatures()) {
            throw ModelErrors.featuresNotUsed(trainer);
        }
        if (resampling.isOn()) {
            trainer.requireResamplable();
            if (resampling.makesRows() && calibration == Calibration.NONE) {
                throw ModelErrors.smoteWithoutCalibration(name);
            }
        }
        if (trainer instanceof TrainerConfig.Rules
                && calibration != Calibration.NONE
                && calibration != Calibration.TEMPERATURE) {
            throw ModelErrors.calibrationOfRules(name);
        }
        if (isRefitted(trainer) && calibration != Calibration.NONE) {
            throw ModelErrors.refitLeavesNothingToCalibrateOn(name);
        }
    }

    /** Whether its versions are trained on validation as well, so that no figure on validation is held out. */
    public boolean isRefitted() {
        return isRefitted(trainer);
    }

    private static boolean isRefitted(TrainerConfig trainer) {
        return trainer instanceof TrainerConfig.Linear linear
                && linear.linear().selection().refit();
    }
}
