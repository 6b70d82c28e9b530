package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
import java.util.Locale;

/**
 * How one of several settings is picked.
 *
 * @param on the rows that judge the settings
 * @param metric what they are judged by
 * @param rule which of them it then is
 * @param outOfFold whether each training row's prediction by the model that did not see its fold is kept
 */
public record SelectionConfig(On on, Metric metric, Rule rule, boolean outOfFold) {

    /** The split under which these predictions stand. */
    public static final String OUT_OF_FOLD = "out_of_fold";

    public SelectionConfig {
        if (outOfFold && on != On.FOLDS) {
            throw PipelineException.configuration(
                    "out_of_fold = true needs models that did not see each fold; set on =" + " folds beside it");
        }
    }

    /** The rows that judge. */
    public enum On {
        VALIDATION,
        /** Each fold of train, by models that did not see it. */
        FOLDS;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What settings are judged by. */
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

    /** Which one is picked. */
    public enum Rule {
        BEST,
        /** The simplest within one standard error of the best: the largest penalty, then the most of L1. */
        ONE_STANDARD_ERROR
    }
}
