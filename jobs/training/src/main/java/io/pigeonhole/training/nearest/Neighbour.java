package io.pigeonhole.training.nearest;

import java.io.Serializable;

/** A training row near a query. Nearest first; of equal similarities the smaller id. */
record Neighbour(String id, String label, double weight, double similarity)
        implements Comparable<Neighbour>, Serializable {

    @Override
    public int compareTo(Neighbour other) {
        int order = Double.compare(other.similarity, similarity);
        return order != 0 ? order : id.compareTo(other.id);
    }
}
