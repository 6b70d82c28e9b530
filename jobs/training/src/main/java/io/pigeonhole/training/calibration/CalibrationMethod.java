package io.pigeonhole.training.calibration;

import java.util.Locale;

/** How probabilities are calibrated, the simpler way first. */
public enum CalibrationMethod {
    /** As the model gives them. */
    NONE,
    /** One factor on all log-probabilities. C. Guo et al., "On calibration of modern neural networks", ICML 2017, 4.2. */
    TEMPERATURE,
    /** A factor and a bias on the log-probability of each class. Guo et al. 2017, 4.2: vector scaling. */
    VECTOR,
    /**
     * A monotone function of the probability of each class, then scaled to sum to one. B. Zadrozny and C. Elkan,
     * "Transforming classifier scores into accurate multiclass probability estimates", KDD 2002.
     */
    ISOTONIC;

    /** The name as the configuration and the tables write it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
