package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
import java.util.List;
import java.util.Optional;

/**
 * What is scored.
 *
 * @param splits splits of the store's own examples
 * @param topK classes kept with their probabilities, whatever these are
 * @param probabilityThreshold least probability with which any class is kept
 * @param probabilityCount most classes kept so; 0 for none
 * @param version model version; the latest when absent
 * @param examples another table of examples to score instead, of the shape of {@code examples}
 * @param examplesSplit name under which those rows stand in {@code predictions}
 * @param decide what a decision is made by
 * @param decideAt whether a decision is always for a class, or for an inner node of the taxonomy where no class is sure enough
 * @param nodeThreshold probability that a node must reach to be decided for instead of its parent
 * @param conformal whether each row gets its prediction set
 */
public record ScoreConfig(
        List<String> splits,
        int topK,
        double probabilityThreshold,
        int probabilityCount,
        Optional<Integer> version,
        Optional<Reading> examples,
        String examplesSplit,
        Criterion decide,
        DecideAt decideAt,
        double nodeThreshold,
        boolean conformal) {

    /** What a decision is made by. */
    public enum Criterion {
        /** The most probable class. */
        PROBABILITY,
        /** The class of least expected cost. */
        COST
    }

    /** What a decision is for. */
    public enum DecideAt {
        /** Always a class. */
        LEAF,
        /** The deepest node of the taxonomy that is probable enough. */
        NODE
    }

    public ScoreConfig {
        if (!(nodeThreshold > 0 && nodeThreshold <= 1)) {
            throw PipelineException.configuration("node_threshold must be above 0 and at most 1, not " + nodeThreshold);
        }
        if (decideAt == DecideAt.NODE && decide == Criterion.COST) {
            throw PipelineException.configuration(
                    "decide_at = node goes down the taxonomy by probability, so it does not"
                            + " go together with decide = cost; leave one of them out");
        }
        if (topK < 1) {
            throw PipelineException.configuration("top_k must be at least 1, not " + topK);
        }
        if (!(probabilityThreshold >= 0 && probabilityThreshold <= 1) || probabilityCount < 0) {
            throw PipelineException.configuration(
                    "probability_threshold lies between 0 and 1 and probability_count is 0 or more, not "
                            + probabilityThreshold + " and " + probabilityCount);
        }
    }
}
