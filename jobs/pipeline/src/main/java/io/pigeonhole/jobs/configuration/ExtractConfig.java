package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
import java.util.Locale;

/**
 * The data contract.
 *
 * @param conflicts what becomes of equal features with different labels: keep, drop or majority
 * @param rejectLimit largest share of rejected rows, overall, before the job stops
 * @param rejectLimitPerClass the same for the rows of any one class
 * @param labelsRequired whether a row without a label is rejected
 */
public record ExtractConfig(
        Conflicts conflicts, double rejectLimit, double rejectLimitPerClass, boolean labelsRequired) {

    /** What becomes of rows with equal features and different labels. */
    public enum Conflicts {
        KEEP,
        DROP,
        MAJORITY;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public ExtractConfig {
        if (!(rejectLimit >= 0 && rejectLimit <= 1 && rejectLimitPerClass >= 0 && rejectLimitPerClass <= 1)) {
            throw PipelineException.configuration("the reject limits are shares between 0 and 1, not " + rejectLimit
                    + " and " + rejectLimitPerClass);
        }
    }
}
