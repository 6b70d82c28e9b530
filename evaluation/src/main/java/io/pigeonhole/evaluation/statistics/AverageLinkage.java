package io.pigeonhole.evaluation.statistics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Clusters by average linkage (R. R. Sokal and C. D. Michener, "A statistical method for evaluating systematic
 * relationships", 1958): the two clusters with the highest average similarity of their pairs are merged repeatedly, as
 * long as this average reaches a minimum. Pairs that are not given have similarity 0, so time and memory depend only on
 * the given ones. Ties are broken by the first names of the clusters.
 */
public final class AverageLinkage {

    /** The similarity of two different names, the first of which sorts before the second. */
    public record Pair(String first, String second, double similarity) {}

    private final double minimum;
    private final TreeMap<Integer, Cluster> clusters = new TreeMap<>();
    private final PriorityQueue<Merge> candidates =
            new PriorityQueue<>(Comparator.comparingDouble((Merge merge) -> -merge.linkage())
                    .thenComparing(merge -> merge.left().first())
                    .thenComparing(merge -> merge.right().first()));

    private static final class Cluster {

        final int id;
        final TreeSet<String> names = new TreeSet<>();
        /** Sum of the similarities to each other cluster, by its id. */
        final Map<Integer, Double> sums = new HashMap<>();

        Cluster(int id) {
            this.id = id;
        }

        String first() {
            return names.first();
        }
    }

    private record Merge(Cluster left, Cluster right, double linkage) {}

    private AverageLinkage(Collection<Pair> pairs, double minimum) {
        this.minimum = minimum;
        Map<String, Cluster> byName = new HashMap<>();
        TreeSet<String> names = new TreeSet<>();
        pairs.forEach(pair -> names.addAll(List.of(pair.first(), pair.second())));
        for (String name : names) {
            Cluster cluster = new Cluster(clusters.size());
            cluster.names.add(name);
            clusters.put(cluster.id, cluster);
            byName.put(name, cluster);
        }
        for (Pair pair : pairs) {
            link(byName.get(pair.first()), byName.get(pair.second()), pair.similarity());
        }
    }

    /** The clusters of more than one name, each sorted, in the order of their first names. */
    public static List<List<String>> clusters(Collection<Pair> pairs, double minimum) {
        AverageLinkage linkage = new AverageLinkage(pairs, minimum);
        linkage.run();
        List<List<String>> clusters = new ArrayList<>();
        for (Cluster cluster : linkage.clusters.values()) {
            if (cluster.names.size() > 1) {
                clusters.add(List.copyOf(cluster.names));
            }
        }
        clusters.sort(Comparator.comparing(cluster -> cluster.get(0)));
        return clusters;
    }

    private void link(@Nullable Cluster left, @Nullable Cluster right, double sum) {
        if (left == null || right == null) {
            throw new IllegalArgumentException("a pair of an unknown name");
        }
        left.sums.put(right.id, sum);
        right.sums.put(left.id, sum);
        double linkage = sum / ((double) left.names.size() * right.names.size());
        if (linkage >= minimum) {
            boolean inOrder = left.first().compareTo(right.first()) < 0;
            candidates.add(new Merge(inOrder ? left : right, inOrder ? right : left, linkage));
        }
    }

    private void run() {
        int next = clusters.size();
        while (!candidates.isEmpty()) {
            Merge merge = candidates.remove();
            if (clusters.containsKey(merge.left().id) && clusters.containsKey(merge.right().id)) {
                merge(merge.left(), merge.right(), next++);
            }
        }
    }

    private void merge(Cluster left, Cluster right, int id) {
        clusters.remove(left.id);
        clusters.remove(right.id);
        Cluster merged = new Cluster(id);
        merged.names.addAll(left.names);
        merged.names.addAll(right.names);
        TreeMap<Integer, Double> sums = new TreeMap<>(left.sums);
        right.sums.forEach((other, sum) -> sums.merge(other, sum, Double::sum));
        clusters.put(id, merged);
        sums.forEach((other, sum) -> {
            Cluster neighbour = clusters.get(other);
            if (neighbour != null) {
                neighbour.sums.remove(left.id);
                neighbour.sums.remove(right.id);
                link(merged, neighbour, sum);
            }
        });
    }
}
