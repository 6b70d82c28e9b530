package io.pigeonhole.training.solver.passes;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.NarrowDependency;
import org.apache.spark.rdd.RDD;
import scala.jdk.javaapi.CollectionConverters;

/** The dependency of an RDD each of whose partitions reads all partitions of its parent. */
public final class EveryPartition<T> extends NarrowDependency<T> {

    private static final long serialVersionUID = 1L;
    private final int partitions;

    public EveryPartition(RDD<T> parent, int partitions) {
        super(parent);
        this.partitions = partitions;
    }

    @Override
    public scala.collection.immutable.Seq<Object> getParents(int partition) {
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            all.add(i);
        }
        return CollectionConverters.asScala(all).toSeq();
    }
}
