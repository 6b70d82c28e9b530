package io.pigeonhole.jobs.configuration;

import io.pigeonhole.evaluation.means.ConformalSpec;
import io.pigeonhole.transforms.PipelineException;

/**
 * How calibrations are fitted on the validation split; level, replicates, seed and bins are those of {@code evaluate}.
 *
 * @param folds parts of the rows that are held out in turn, so that a calibration is judged by rows that it has not
 *     seen
 * @param minimumRows minimum rows of a decision between classes; with fewer rows, the decision is not calibrated
 * @param conformal how prediction sets are fitted
 */
public record CalibrateConfig(int folds, int minimumRows, ConformalSpec conformal) {

    public CalibrateConfig {
        if (folds < 2) {
            throw PipelineException.configuration("folds must be at least 2, not " + folds
                    + ": a calibration is judged by rows that it was not fitted on");
        }
        if (minimumRows < 1) {
            throw PipelineException.configuration("minimum_rows must be at least 1, not " + minimumRows);
        }
    }
}
