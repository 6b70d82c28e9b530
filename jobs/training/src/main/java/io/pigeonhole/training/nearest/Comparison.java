package io.pigeonhole.training.nearest;

import java.util.List;
import org.apache.spark.broadcast.Broadcast;

/** What a model compares rows with. */
sealed interface Comparison {

    /** Number of features. */
    int size();

    /**
     * The training rows, the rows of the training before those of added classes.
     *
     * @param shards none of them empty
     */
    record Rows(int size, List<Broadcast<Shard>> shards) implements Comparison {
        public Rows {
            shards = List.copyOf(shards);
        }
    }

    /**
     * One vector for each class.
     *
     * @param whitening that they were made with; empty arrays without one
     */
    record Means(Centroids centroids, Whitening whitening) implements Comparison {
        @Override
        public int size() {
            return centroids.size();
        }
    }
}
