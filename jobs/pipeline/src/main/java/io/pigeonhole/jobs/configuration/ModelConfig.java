package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;

/**
 * One model.
 *
 * @param name names the model in the tables
 * @param trainer what trains it, with its settings
 * @param calibration how its probabilities are calibrated on validation, after the training
 */
public record ModelConfig(String name, @Inline TrainerConfig trainer, Calibration calibration) {

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
        if (!name.matches("[A-Za-z0-9_.-]+") || name.matches("\\.+")) {
            throw PipelineException.configuration("the model name '" + name
                    + "' may hold letters, digits, '_', '.' and '-' only, and not dots alone");
        }
    }
}
