/**
 * The job {@code calibrate}: it reads a trained model version and the validation split, and writes a new version of the
 * same model with calibrated probabilities, and the figures by which the calibration was picked.
 */
@NullMarked
package io.pigeonhole.jobs.calibrate;

import org.jspecify.annotations.NullMarked;
