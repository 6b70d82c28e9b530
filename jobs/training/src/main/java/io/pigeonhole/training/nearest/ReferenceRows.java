package io.pigeonhole.training.nearest;

import java.io.Serializable;
import java.util.List;

/** The vectors of a shard. */
sealed interface ReferenceRows extends Serializable permits DenseRows, SparseRows {

    /** Sparse rows take two numbers for each element, by row and by feature. */
    int SPARSE_COST = 4;

    static ReferenceRows of(List<FeatureVector> vectors) {
        long elements =
                vectors.stream().mapToLong(vector -> vector.features().length).sum();
        long all = vectors.stream().mapToLong(FeatureVector::size).sum();
        return SPARSE_COST * elements >= all ? new DenseRows(vectors) : new SparseRows(vectors);
    }

    FeatureVector vector(int row);

    /** Numbers that are stored. */
    long elements();

    /** The exact similarities of rows to a query. */
    double[] similarities(Metric metric, FeatureVector query, int[] rows);

    /** The largest sum of squares of a row. */
    double largestSquares();

    /**
     * Adds the rows to the candidates of each query whose score reaches their threshold. The score is the dot product, for
     * Euclidean distances less half the row's sum of squares.
     */
    void search(Metric metric, List<FeatureVector> queries, List<Candidates> candidates);
}
