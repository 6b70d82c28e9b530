package io.pigeonhole.training.nearest;

/**
 * What models that share their comparisons may differ in.
 *
 * @param neighbours number of nearest rows that vote; unused by centroids
 * @param weights how they vote; unused by centroids
 * @param balance power of the weight of its rows that the votes of a class are divided by; unused by centroids
 * @param metric what similar means
 * @param covariance whether centroids allow for the common covariance of the rows within their classes
 * @param shrinkage share of the unit matrix in that covariance, above 0 and at most 1
 */
public record NearestSetting(
        int neighbours, VoteWeights weights, double balance, Metric metric, Covariance covariance, double shrinkage) {}
