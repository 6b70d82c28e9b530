package io.pigeonhole.training.nearest;

/** The memory that models need in one process, in bytes, estimated before rows are read. */
public final class VectorMemory {

    /** A shard is made from its rows, and Spark keeps its serialised form: three times the same numbers. */
    private static final int COPIES = 3;

    private VectorMemory() {}

    /** What the largest shard takes while it is made. */
    public static long ofShard(long rows, long features) {
        double elements = Math.min((double) rows * features, Shards.ELEMENTS);
        return (long) (COPIES * Float.BYTES * elements);
    }

    /** What the sums of the classes, the matrix of a covariance and the centroids of all settings take. */
    public static long ofCentroids(long classes, long features, int settings) {
        double sums = (double) Double.BYTES * classes * features;
        double matrix = features > Scatter.MOST_FEATURES ? 0 : (double) Double.BYTES * features * features;
        double centroids = 2.0 * Float.BYTES * classes * features * settings;
        return (long) Math.min(Long.MAX_VALUE, sums + matrix * (1 + settings) / 2 + centroids);
    }
}
