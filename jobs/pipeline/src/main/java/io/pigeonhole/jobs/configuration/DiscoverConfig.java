package io.pigeonhole.jobs.configuration;

import io.pigeonhole.training.discovery.DiscoverySpec;

/**
 * The search for new classes among rows that a model version knows no class for.
 *
 * @param split split of the predictions, such as {@code score.examples_split}
 * @param share without {@code score.unknown}: share of the rows that are taken, those least like any class
 * @param mostRows largest number of rows that are clustered; of more, a sample by the hash of their ids
 * @param leastClusters smallest number of clusters that is tried
 * @param mostClusters largest number of clusters that is tried
 * @param resamples number of resamples that judge the stability of clusters
 * @param stability least stability of a cluster that is proposed
 * @param minimumRows least number of rows of a cluster that is proposed
 * @param terms number of typical terms that are kept for each cluster
 */
public record DiscoverConfig(
        String split,
        double share,
        int mostRows,
        int leastClusters,
        int mostClusters,
        int resamples,
        double stability,
        int minimumRows,
        int terms) {

    public DiscoverConfig {
        if (!(share > 0 && share <= 1)) {
            throw ConfigurationErrors.discoverShare("share", share);
        }
        if (!(stability >= 0 && stability <= 1)) {
            throw ConfigurationErrors.discoverShare("stability", stability);
        }
        if (leastClusters < 2 || mostClusters < leastClusters) {
            throw ConfigurationErrors.discoverClusters(leastClusters, mostClusters);
        }
        requirePositive("most_rows", mostRows);
        requirePositive("resamples", resamples);
        requirePositive("minimum_rows", minimumRows);
        requirePositive("terms", terms);
    }

    private static void requirePositive(String key, int value) {
        if (value < 1) {
            throw ConfigurationErrors.discoverCount(key, value);
        }
    }

    public DiscoverySpec spec(long seed) {
        return new DiscoverySpec(leastClusters, mostClusters, resamples, stability, minimumRows, seed);
    }
}
