package io.pigeonhole.jobs.configuration;

import io.pigeonhole.evaluation.means.ConformalSpec;

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
            throw ModelErrors.calibrationFolds(folds);
        }
        if (minimumRows < 1) {
            throw ModelErrors.calibrationRows(minimumRows);
        }
    }
}
