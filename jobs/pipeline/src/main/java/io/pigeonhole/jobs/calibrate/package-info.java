/**
 * The job {@code calibrate}: a trained model version and the validation split in; the same model with calibrated
 * probabilities, as a version of its own, and the figures by which its calibration was picked out.
 */
@NullMarked
package io.pigeonhole.jobs.calibrate;

import org.jspecify.annotations.NullMarked;
