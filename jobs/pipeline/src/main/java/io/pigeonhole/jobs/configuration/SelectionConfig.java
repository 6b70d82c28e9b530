package io.pigeonhole.jobs.configuration;

import java.util.Locale;

/**
 * The rule that selects one of several settings.
 *
 * @param on the rows that judge the settings
 * @param metric metric that judges them
 * @param rule rule that selects one of them
 * @param outOfFold whether to keep the prediction of each training row by the model that did not see its fold
 * @param refit whether the picked setting, or the only one, is trained again on train and validation together
 */
public record SelectionConfig(On on, Metric metric, Rule rule, boolean outOfFold, boolean refit) {

    /** The split name of these predictions. */
    public static final String OUT_OF_FOLD = "out_of_fold";

    public SelectionConfig {
        if (outOfFold && on != On.FOLDS) {
            throw ModelErrors.outOfFoldWithoutFolds();
        }
    }

    /** The rows that judge settings. */
    public enum On {
        VALIDATION,
        /** Each fold of train, predicted by models that did not see it. */
        FOLDS;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The metric that judges settings. */
    public enum Metric {
        ACCURACY,
        MACRO_F1,
        LOG_LOSS;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        public boolean moreIsBetter() {
            return this != LOG_LOSS;
        }
    }

    /** The rule that selects a setting. */
    public enum Rule {
        BEST,
        /** The simplest within one standard error of the best: the largest penalty, then the most of L1. */
        ONE_STANDARD_ERROR
    }
}
