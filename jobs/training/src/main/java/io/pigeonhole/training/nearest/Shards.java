package io.pigeonhole.training.nearest;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * Divides training rows into shards. Each is broadcast by itself: Spark moves those that do not fit into the memory of a
 * process to its disk, so that a model may be larger than the memory.
 */
final class Shards {

    /** Elements of a shard: about 128 MB. */
    static final long ELEMENTS = 32L << 20;

    private Shards() {}

    static List<Broadcast<Shard>> of(SparkSession spark, Iterator<Reference> references, int generation) {
        return of(spark, references, generation, ELEMENTS);
    }

    static List<Broadcast<Shard>> of(
            SparkSession spark, Iterator<Reference> references, int generation, long elements) {
        List<Broadcast<Shard>> shards = new ArrayList<>();
        List<Reference> some = new ArrayList<>();
        long size = 0;
        while (references.hasNext()) {
            Reference reference = references.next();
            some.add(reference);
            size += reference.vector().features().length;
            if (size >= elements || !references.hasNext()) {
                shards.add(share(spark, new Shard(generation, some)));
                some.clear();
                size = 0;
            }
        }
        return shards;
    }

    static Broadcast<Shard> share(SparkSession spark, Shard shard) {
        return JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(shard);
    }
}
