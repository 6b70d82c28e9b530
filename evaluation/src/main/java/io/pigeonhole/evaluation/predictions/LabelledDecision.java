package io.pigeonhole.evaluation.predictions;

import java.util.Arrays;
import java.util.List;

/**
 * One labelled example at one level, as a scan reads it: keys, classes and slices are numbers of {@link ScanNames}. The
 * object is used again for the next decision.
 */
public final class LabelledDecision {

    public int key;
    /** Hash of the unit that the bootstrap draws. */
    public long unit;

    public int slices;
    public int label;
    public int predicted;
    public boolean hasConfidence;
    public double confidence;
    /** Whether the label has a probability; a label that never occurred in training has none. */
    public boolean hasLabelProbability;

    public double labelProbability;
    /** Whether the probability of the label is known; it is also known, as 0, of a label that never occurred. */
    public boolean scored;
    /** Rank of the label, 1 is best; 0 when it has none. */
    public int rank;
    /** Number of ranks that are known: a label without a rank may have a larger one. */
    public int ranksKnown;
    /** Nodes that the paths of label and prediction share; 0 above the leaves. */
    public int sharedNodes;

    public int labelNodes;
    public int predictedNodes;
    /** Whether the row lists probabilities of classes. */
    public boolean listed;
    /** Largest probability that a class which is not listed may have. */
    public double unlisted;
    /** Number of classes listed. */
    public int entries;
    /** The first {@link #entries} are the classes listed; negative for a class without a name. */
    public int[] classes = {};
    /** Their probabilities, within 0 and 1. */
    public double[] probabilities = {};

    /** Makes room for this many entries. */
    void reserve(int count) {
        if (classes.length < count) {
            int length = Math.max(count, 2 * classes.length);
            classes = Arrays.copyOf(classes, length);
            probabilities = Arrays.copyOf(probabilities, length);
        }
    }

    /** Forgets all but the keys of the row: nothing is known of probabilities and ranks. */
    void clear() {
        hasConfidence = false;
        hasLabelProbability = false;
        scored = false;
        rank = 0;
        ranksKnown = 0;
        noPaths();
        listed = false;
        unlisted = 0;
        entries = 0;
    }

    /** Forgets the paths, which only the leaves have. */
    void noPaths() {
        sharedNodes = 0;
        labelNodes = 0;
        predictedNodes = 0;
    }

    /** Takes what only the leaves have from the paths of label and prediction. */
    void takePaths(List<Integer> ofLabel, List<Integer> ofPredicted) {
        sharedNodes = (int) ofLabel.stream().filter(ofPredicted::contains).count();
        labelNodes = ofLabel.size();
        predictedNodes = ofPredicted.size();
    }
}
