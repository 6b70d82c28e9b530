package io.pigeonhole.training.nearest;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.broadcast.Broadcast;

/**
 * Finds the nearest training rows of queries. Scores in single precision select candidates; their similarities in double
 * precision decide, so that the neighbours are those of double precision.
 *
 * <p>The nearest rows are those of the training. Rows of classes that were added later are neighbours where they are at
 * least as similar as the last of these, so that they change no neighbour of the training.
 *
 * @param neighbours number of rows
 */
record Search(Metric metric, int neighbours, List<Broadcast<Shard>> shards) implements Serializable {

    /** Queries that meet a block of rows together: their panels stay in a second-level cache. */
    private static final int TOGETHER = 256;

    Search {
        shards = List.copyOf(shards);
    }

    /** The neighbours of each query: first those of the training, then those added, the nearest first. */
    List<List<Neighbour>> of(List<FeatureVector> queries) {
        TreeMap<Integer, List<List<Neighbour>>> byGeneration = new TreeMap<>();
        for (Broadcast<Shard> broadcast : shards) {
            Shard shard = broadcast.value();
            List<List<Neighbour>> found = byGeneration.computeIfAbsent(
                    shard.generation(), g -> new ArrayList<>(Collections.nCopies(queries.size(), List.of())));
            for (int from = 0; from < queries.size(); from += TOGETHER) {
                int to = Math.min(from + TOGETHER, queries.size());
                search(shard, queries.subList(from, to), found.subList(from, to));
            }
        }
        List<List<Neighbour>> all = new ArrayList<>();
        for (int q = 0; q < queries.size(); q++) {
            all.add(joined(byGeneration, q));
        }
        return all;
    }

    private List<Neighbour> joined(TreeMap<Integer, List<List<Neighbour>>> byGeneration, int query) {
        List<Neighbour> joined = new ArrayList<>();
        double least = Double.NEGATIVE_INFINITY;
        for (List<List<Neighbour>> found : byGeneration.values()) {
            double nearby = least;
            found.get(query).stream()
                    .filter(neighbour -> neighbour.similarity() >= nearby)
                    .forEach(joined::add);
            if (found == byGeneration.firstEntry().getValue() && joined.size() == neighbours) {
                least = joined.get(neighbours - 1).similarity();
            }
        }
        return joined;
    }

    /** @param found the nearest rows of earlier shards, replaced by those of these shards and this one */
    private void search(Shard shard, List<FeatureVector> queries, List<List<Neighbour>> found) {
        List<Candidates> candidates = new ArrayList<>();
        double largest = shard.rows().largestSquares();
        for (int q = 0; q < queries.size(); q++) {
            Candidates some = new Candidates(neighbours);
            some.clear(error(queries.get(q), largest), least(queries.get(q), found.get(q)));
            candidates.add(some);
        }
        shard.rows().search(metric, queries, candidates);
        for (int q = 0; q < queries.size(); q++) {
            found.set(q, nearest(shard, queries.get(q), candidates.get(q).rows(), found.get(q)));
        }
    }

    private List<Neighbour> nearest(Shard shard, FeatureVector query, int[] rows, List<Neighbour> earlier) {
        double[] similarities = shard.rows().similarities(metric, query, rows);
        List<Neighbour> all = new ArrayList<>(earlier);
        for (int i = 0; i < rows.length; i++) {
            all.add(shard.neighbour(rows[i], similarities[i]));
        }
        Collections.sort(all);
        return List.copyOf(all.subList(0, Math.min(neighbours, all.size())));
    }

    /** The score of the last neighbour of earlier shards. */
    private double least(FeatureVector query, List<Neighbour> earlier) {
        if (earlier.size() < neighbours) {
            return Double.NEGATIVE_INFINITY;
        }
        double similarity = earlier.get(neighbours - 1).similarity();
        return metric == Metric.COSINE ? similarity : (similarity + query.squares()) / 2;
    }

    /**
     * A bound on the rounding error of a score: that of a sum of n products in single precision is at most n / (1 - n u)
     * units u = 2^-24 of the sum of magnitudes, which Cauchy and Schwarz bound (Higham 2002, section 3.1).
     */
    private double error(FeatureVector query, double largestSquares) {
        double units = (query.features().length + 4) * 0x1p-24;
        double magnitudes =
                Math.sqrt(query.squares() * largestSquares) + (metric == Metric.COSINE ? 0 : largestSquares / 2);
        return 1.01 * units / (1 - units) * magnitudes + Float.MIN_NORMAL;
    }
}
