package io.pigeonhole.training.solver.lbfgs;

import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.passes.EveryPartition;
import io.pigeonhole.training.solver.passes.Pass;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.rows.Block;
import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.Dependency;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * One pass where slices lie on the executors: each lane's sums, cut into slices. Every lane reads the trial point of all
 * slices, which is put together once in each process and shared by its tasks.
 */
final class RemotePass extends RDD<Tuple2<Integer, RemotePass.Part>> {

    private static final long serialVersionUID = 1L;

    /** Trial points in use by the tasks of this process. */
    private static final Map<String, WeakReference<float[]>> TRIALS = new ConcurrentHashMap<>();

    private final RDD<Block> lanes;
    private final RDD<RemoteVectors.Trial> trials;
    private final Broadcast<Objective> objective;
    private final Shape shape;
    private final String key;

    /**
     * @param trials one partition for each slice
     * @param key names the trial point, in all processes
     */
    RemotePass(
            RDD<Block> lanes,
            RDD<RemoteVectors.Trial> trials,
            Broadcast<Objective> objective,
            Shape shape,
            String key) {
        super(
                lanes.context(),
                CollectionConverters.asScala(List.<Dependency<?>>of(
                                new OneToOneDependency<>(lanes),
                                new EveryPartition<>(trials, trials.getNumPartitions())))
                        .toSeq(),
                ClassTag$.MODULE$.apply(Tuple2.class));
        this.lanes = lanes;
        this.trials = trials;
        this.objective = objective;
        this.shape = shape;
        this.key = key;
    }

    /**
     * @param rows rows of the matrices
     * @param sliceRows rows of each slice but the last
     * @param stride columns of the matrices
     * @param interceptValue as in {@link Pass}
     */
    record Shape(int rows, int sliceRows, int stride, float interceptValue) implements Serializable {

        int slices() {
            return (rows + sliceRows - 1) / sliceRows;
        }
    }

    /** A slice of a lane's sums; the losses travel with the first. */
    @SuppressWarnings("ArrayRecordComponent") // large buffers, never compared
    record Part(int lane, byte[] gradient, double[] loss) implements Serializable {}

    @Override
    public Partition[] getPartitions() {
        return lanes.partitions();
    }

    @Override
    public scala.collection.Iterator<Tuple2<Integer, Part>> compute(Partition split, TaskContext context) {
        Objective minimised = objective.value();
        Pass pass = new Pass(minimised, trial(context), shape.stride, shape.rows - 1, shape.interceptValue);
        Pass.Sums sums = new Pass.Sums(pass);
        pass.addTo(sums, CollectionConverters.asJava(lanes.iterator(split, context)));
        List<Tuple2<Integer, Part>> parts = new ArrayList<>();
        for (int slice = 0; slice < shape.slices(); slice++) {
            int from = slice * shape.sliceRows * shape.stride;
            int to = Math.min(shape.rows, (slice + 1) * shape.sliceRows) * shape.stride;
            double[] loss = slice == 0 ? sums.loss() : new double[0];
            parts.add(new Tuple2<>(slice, new Part(split.index(), Matrices.toBytes(sums.gradient(), from, to), loss)));
        }
        Iterator<Tuple2<Integer, Part>> iterator = parts.iterator();
        return CollectionConverters.asScala(iterator);
    }

    private float[] trial(TaskContext context) {
        synchronized (TRIALS) {
            WeakReference<float[]> known = TRIALS.get(key);
            float @Nullable [] trial = known == null ? null : known.get();
            if (trial == null) {
                trial = new float[shape.rows * shape.stride];
                for (Partition slice : trials.partitions()) {
                    scala.collection.Iterator<RemoteVectors.Trial> values = trials.iterator(slice, context);
                    while (values.hasNext()) {
                        int offset = slice.index() * shape.sliceRows * shape.stride;
                        Matrices.fromBytes(values.next().point(), trial, offset);
                    }
                }
                TRIALS.values().removeIf(reference -> reference.get() == null);
                TRIALS.put(key, new WeakReference<>(trial));
            }
            return trial;
        }
    }
}
