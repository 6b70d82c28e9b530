package io.pigeonhole.training.nearest;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The scores of classes from the neighbours of a row: the logarithm of the sum of their votes, minus infinity without one.
 * Large classes have more rows, so that they outvote small ones; offsets balance that.
 * The score of a class depends only on its own neighbours.
 *
 * @param labels the classes in order
 * @param neighbours number of neighbours of the training that vote
 * @param temperature similarity that changes a vote by the factor e
 * @param offsets added to the score of each class, as {@link Classes#offsets} has them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Votes(
        List<String> labels, Metric metric, int neighbours, VoteWeights weights, double temperature, double[] offsets)
        implements Serializable {

    /** What the nearness of neighbours adds to equal votes: too little to change any others. */
    private static final double TIE = 0x1p-20;

    /** @param found those of the training first, the nearest first; then those of classes that were added */
    double[] scores(List<Neighbour> found) {
        double[] scores = new double[labels.size()];
        Arrays.fill(scores, Double.NEGATIVE_INFINITY);
        double[] largest = new double[scores.length];
        double[] sums = new double[scores.length];
        for (Neighbour neighbour : found) {
            int label = Collections.binarySearch(labels, neighbour.label());
            if (sums[label] == 0) {
                largest[label] = neighbour.similarity();
            }
            sums[label] += neighbour.weight() * vote(neighbour.similarity(), largest[label]);
        }
        for (int c = 0; c < scores.length; c++) {
            if (sums[c] > 0) {
                double nearest = weights == VoteWeights.DISTANCE ? largest[c] / temperature : 0;
                scores[c] = nearest + StrictMath.log(sums[c]) + offsets[c];
            }
        }
        return scores;
    }

    private double vote(double similarity, double largest) {
        return weights == VoteWeights.DISTANCE
                ? StrictMath.exp((similarity - largest) / temperature)
                : 1 + TIE / (1 + metric.distance(similarity));
    }

    /** The same votes at another temperature. */
    Votes at(double other) {
        return new Votes(labels, metric, neighbours, weights, other, offsets);
    }

    /** The first of these neighbours, as many as vote. */
    List<Neighbour> voting(List<Neighbour> found) {
        return found.subList(0, Math.min(neighbours, found.size()));
    }
}
