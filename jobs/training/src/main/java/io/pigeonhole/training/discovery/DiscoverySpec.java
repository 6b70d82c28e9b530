package io.pigeonhole.training.discovery;

/**
 * How rows are grouped.
 *
 * @param leastClusters smallest number of clusters that is tried, at least 2
 * @param mostClusters largest number that is tried
 * @param resamples number of Poisson resamples that judge the stability of clusters
 * @param stability least stability of a cluster that is proposed as a class, from 0 to 1
 * @param minimumRows least number of rows of a cluster that is proposed
 * @param seed of the first centres and of the resamples
 */
public record DiscoverySpec(
        int leastClusters, int mostClusters, int resamples, double stability, int minimumRows, long seed) {}
