package io.pigeonhole.training.discovery;

import java.util.List;

/**
 * A group of similar rows.
 *
 * @param members its rows, nearest to the centre first. The first one is the medoid, whose cosines to the rows have the
 *     largest sum: that sum is the product with the sum of the rows, which is the centre but for its length
 * @param stability mean over resamples of the largest Jaccard overlap with any of their clusters, from 0 to 1
 * @param verdict whether the group is proposed as a class
 */
public record Cluster(List<Member> members, double stability, Verdict verdict) {

    /** A row of a cluster and its cosine to the centre. */
    public record Member(String id, double similarity) {}

    /** Whether a cluster is proposed as a class. */
    public enum Verdict {
        /** It has enough rows and is stable. */
        PROPOSED,
        /** It has enough rows, but other samples of the rows give other clusters. */
        NOT_STABLE,
        /** It has too few rows. */
        TOO_FEW_ROWS
    }
}
