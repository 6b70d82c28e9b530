package io.pigeonhole.evaluation.statistics;

import java.util.Locale;

/** The method that an interval comes from. */
public enum IntervalMethod {
    /** The score interval of a proportion, see {@link Wilson}. */
    WILSON,
    /** Percentiles of Poisson bootstrap replicates, widened to include the figure itself. */
    BOOTSTRAP,
    /** The same less the bias that the replicates show, see {@link Bootstrap#ofError}. */
    BIAS_CORRECTED,
    /** A count of rows, known without error: low = value = high. */
    EXACT;

    /** The method's name in the tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
