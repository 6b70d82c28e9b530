package io.pigeonhole.jobs.configuration;

import java.util.List;
import java.util.Optional;

/**
 * The rows to score, and decisions.
 *
 * @param splits splits of the store's own examples
 * @param topK number of most probable classes that are always kept with their probabilities
 * @param probabilityThreshold minimum probability of further classes that are kept
 * @param probabilityCount maximum number of these further classes; 0 for none
 * @param version model version; the latest when absent
 * @param examples other rows to score instead
 * @param examplesSplit split name of those rows in {@code predictions}
 * @param decide criterion of decisions
 * @param decideAt whether a decision is always for a class, or for an inner node of the taxonomy if no class is
 *     probable enough
 * @param nodeThreshold minimum probability of a node to decide for it instead of its parent
 * @param conformal whether each row gets a prediction set
 * @param unknown the rule that decides that a row is of none of the classes, if decisions obey one
 */
public record ScoreConfig(
        List<String> splits,
        int topK,
        double probabilityThreshold,
        int probabilityCount,
        Optional<Integer> version,
        Optional<ExamplesToScore> examples,
        String examplesSplit,
        Criterion decide,
        DecideAt decideAt,
        double nodeThreshold,
        boolean conformal,
        Optional<UnknownConfig> unknown) {

    /** The criterion of decisions. */
    public enum Criterion {
        /** The most probable class. */
        PROBABILITY,
        /** The class with the least expected cost. */
        COST
    }

    /** The nodes that a decision may be for. */
    public enum DecideAt {
        /** Only classes. */
        LEAF,
        /** The deepest node of the taxonomy that is probable enough. */
        NODE
    }

    public ScoreConfig {
        if (!(nodeThreshold > 0 && nodeThreshold <= 1)) {
            throw ConfigurationErrors.nodeThreshold(nodeThreshold);
        }
        if (decideAt == DecideAt.NODE && decide == Criterion.COST) {
            throw ConfigurationErrors.nodeByCost();
        }
        if (topK < 1) {
            throw ConfigurationErrors.topK(topK);
        }
        if (!(probabilityThreshold >= 0 && probabilityThreshold <= 1) || probabilityCount < 0) {
            throw ConfigurationErrors.furtherClasses(probabilityThreshold, probabilityCount);
        }
    }
}
