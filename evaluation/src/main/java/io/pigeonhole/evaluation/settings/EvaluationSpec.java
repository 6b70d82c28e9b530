package io.pigeonhole.evaluation.settings;

import java.io.Serializable;
import java.util.List;

/**
 * How predictions are evaluated.
 *
 * @param topK for each k, the share of rows whose label is among the k most probable classes; may be empty
 * @param bins bins of probability for the calibration table and the calibration errors
 * @param bootstrapReplicates replicates behind each bootstrap interval
 * @param confidenceLevel of every interval, such as 0.95
 * @param seed of the bootstrap
 * @param minimumSupport number of labelled rows below which a class is marked as having insufficient support
 * @param curvePoints largest number of points of the curves of a class; 0 for no curves
 * @param slices parts of the split that are also evaluated separately
 * @param thresholds criteria by which the threshold of each class is chosen on validation; may be empty
 * @param clusterRate smallest share of confused rows of two classes, on average over the pairs of a cluster
 */
public record EvaluationSpec(
        List<Integer> topK,
        int bins,
        int bootstrapReplicates,
        double confidenceLevel,
        long seed,
        int minimumSupport,
        int curvePoints,
        List<SliceSpec> slices,
        List<ThresholdSpec> thresholds,
        double clusterRate)
        implements Serializable {

    private static final int MOST_BINS = 1_000;
    private static final int MOST_REPLICATES = 100_000;
    private static final int MOST_POINTS = 10_000;

    public EvaluationSpec {
        // a serialisable copy without repeats, in ascending order: the rows have this order
        topK = List.copyOf(topK).stream().distinct().sorted().toList();
        if (!topK.isEmpty() && topK.get(0) < 1) {
            throw EvaluationErrors.badSetting("top-k", topK, "k counts classes", "Give whole numbers from 1 on");
        }
        if (bins < 1 || bins > MOST_BINS) {
            throw EvaluationErrors.badSetting(
                    "bins", bins, "confidence is cut into 1 to " + MOST_BINS + " bins", "10 to 20 are usual");
        }
        if (!(confidenceLevel > 0 && confidenceLevel < 1)) {
            throw EvaluationErrors.badSetting(
                    "confidence level", confidenceLevel, "it lies between 0 and 1", "0.95 is usual");
        }
        long fewest = (long) Math.ceil(2 / (1 - confidenceLevel) - 1e-9);
        if (bootstrapReplicates < fewest || bootstrapReplicates > MOST_REPLICATES) {
            throw EvaluationErrors.badSetting(
                    "bootstrap replicates",
                    bootstrapReplicates,
                    "the tails of a " + confidenceLevel + " interval need at least " + fewest + ", and more than "
                            + MOST_REPLICATES + " gain nothing",
                    "1000 are usual");
        }
        if (minimumSupport < 0) {
            throw EvaluationErrors.badSetting("minimum support", minimumSupport, "it counts rows", "Give 0 or more");
        }
        if (curvePoints < 0 || curvePoints > MOST_POINTS) {
            throw EvaluationErrors.badSetting(
                    "curve points", curvePoints, "a class has 0 to " + MOST_POINTS + " of them", "50 are usual");
        }
        slices = List.copyOf(slices);
        SliceSpec.check(slices);
        thresholds = List.copyOf(thresholds);
        ThresholdSpec.check(thresholds);
        if (!(clusterRate > 0 && clusterRate <= 1)) {
            throw EvaluationErrors.badSetting(
                    "cluster rate", clusterRate, "it is a share above 0 and at most 1", "0.05 is a start");
        }
    }
}
