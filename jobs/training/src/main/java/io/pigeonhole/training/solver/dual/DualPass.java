package io.pigeonhole.training.solver.dual;

import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.passes.EveryPartition;
import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.training.solver.problems.Marks;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.problems.SolverOptions;
import io.pigeonhole.training.solver.rows.Block;
import io.pigeonhole.training.solver.rows.Rows;
import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * Dual coordinate ascent as one job: a task for each group of problems, which reads all lanes. The rows are put together
 * once in each process and shared by its tasks.
 */
final class DualPass extends RDD<DualPass.Result> {

    private static final long serialVersionUID = 1L;

    /** Rows in use by the tasks of this process. */
    private static final Map<String, WeakReference<Rows>> ROWS = new ConcurrentHashMap<>();
    /** Where tasks in the driver's process report epochs and leave their coefficients. */
    private static final Map<String, Desk> DESKS = new ConcurrentHashMap<>();

    private final RDD<Block> lanes;
    private final Broadcast<Shared> shared;

    /**
     * What all tasks need.
     *
     * @param key names the job, in all processes
     * @param objective all problems
     * @param groups numbers of the problems of each group
     * @param dimension number of features
     * @param totals as in {@link DualAscent}, by problem
     * @param intercepts by column
     * @param start coefficients to start from, of the layout's columns
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Shared(
            String key,
            Objective objective,
            List<int[]> groups,
            int dimension,
            double[] totals,
            float[] intercepts,
            float @Nullable [] start,
            SolverOptions options)
            implements Serializable {}

    /**
     * Where a group ended.
     *
     * @param coefficients as {@link Matrices#toBytes} makes them; empty if they are on the desk
     */
    @SuppressWarnings("ArrayRecordComponent") // large buffers, never compared
    record Result(
            int group,
            byte[] coefficients,
            double[] objectives,
            DualAscent.State[] states,
            boolean[] isUsable,
            int epochs)
            implements Serializable {

        Result withoutCoefficients() {
            return new Result(group, new byte[0], objectives, states, isUsable, epochs);
        }
    }

    /** Hears of the epochs of each group that is worked on in this process. */
    interface EpochListener {
        void passed(int group, int epoch, double objective, int open);
    }

    /** What the driver shares with tasks in its own process. */
    private record Desk(EpochListener listener, Map<Integer, float[]> coefficients) {}

    private DualPass(RDD<Block> lanes, Broadcast<Shared> shared) {
        super(
                lanes.context(),
                CollectionConverters.asScala(
                                List.<Dependency<?>>of(new EveryPartition<>(lanes, lanes.getNumPartitions())))
                        .toSeq(),
                ClassTag$.MODULE$.apply(Result.class));
        this.lanes = lanes;
        this.shared = shared;
    }

    /** Takes the coefficients of a group where it ended. */
    interface Taker {
        void take(Result result, float[] coefficients);
    }

    /** The job's results with their coefficients, which stay where the tasks were. */
    static JavaRDD<Result> there(RDD<Block> lanes, Broadcast<Shared> shared) {
        return new DualPass(lanes, shared).toJavaRDD().persist(StorageLevel.MEMORY_AND_DISK());
    }

    /** Runs the job, and brings the coefficients to this process. */
    static void run(RDD<Block> lanes, Broadcast<Shared> shared, EpochListener listener, Taker taker) {
        String key = shared.value().key();
        Desk desk = new Desk(listener, new ConcurrentHashMap<>());
        DESKS.put(key, desk);
        try {
            for (Result result : new DualPass(lanes, shared).toJavaRDD().collect()) {
                float[] coefficients = desk.coefficients().remove(result.group());
                if (coefficients == null) {
                    coefficients = new float[result.coefficients().length / Float.BYTES];
                    Matrices.fromBytes(result.coefficients(), coefficients, 0);
                }
                taker.take(result, coefficients);
            }
        } finally {
            DESKS.remove(key);
        }
    }

    @Override
    public Partition[] getPartitions() {
        List<Partition> partitions = new ArrayList<>();
        for (int group = 0; group < shared.value().groups().size(); group++) {
            partitions.add(new Group(group));
        }
        return partitions.toArray(Partition[]::new);
    }

    private record Group(int index) implements Partition {

        @Override
        public int hashCode() {
            return index;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Group group && group.index == index;
        }
    }

    @Override
    public scala.collection.Iterator<Result> compute(Partition split, TaskContext context) {
        int group = split.index();
        Shared all = shared.value();
        Layout layout = all.objective().layout();
        boolean[] marked = new boolean[layout.problems()];
        for (int p : all.groups().get(group)) {
            marked[p] = true;
        }
        int[] columns = layout.columns(marked);
        float[] intercepts = new float[columns.length];
        for (int c = 0; c < columns.length; c++) {
            intercepts[c] = all.intercepts()[columns[c]];
        }
        DualAscent ascent = new DualAscent(
                rows(context),
                all.objective().select(marked),
                all.dimension(),
                Marks.kept(all.totals(), marked),
                intercepts,
                all.options().fitIntercept());
        Desk desk = DESKS.get(all.key());
        DualAscent.Outcome outcome = ascent.run(
                Optional.ofNullable(all.start())
                        .map(start -> Matrices.select(start, layout.columns(), columns, columns.length))
                        .orElse(null),
                all.options().tol(),
                all.options().maxIter(),
                (epoch, objective, open) -> {
                    context.killTaskIfInterrupted();
                    if (desk != null) {
                        desk.listener().passed(group, epoch, objective, open);
                    }
                });
        byte[] bytes = new byte[0];
        if (desk == null) {
            bytes = Matrices.toBytes(outcome.coefficients(), 0, outcome.coefficients().length);
        } else {
            desk.coefficients().put(group, outcome.coefficients());
        }
        return CollectionConverters.asScala(List.of(new Result(
                        group, bytes, outcome.objectives(), outcome.states(), outcome.isUsable(), outcome.epochs()))
                .iterator());
    }

    private Rows rows(TaskContext context) {
        synchronized (ROWS) {
            String key = shared.value().key();
            WeakReference<Rows> known = ROWS.get(key);
            Rows rows = known == null ? null : known.get();
            if (rows == null) {
                List<Block> blocks = new ArrayList<>();
                for (Partition lane : lanes.partitions()) {
                    CollectionConverters.asJava(lanes.iterator(lane, context)).forEachRemaining(blocks::add);
                }
                rows = Rows.of(blocks);
                ROWS.values().removeIf(reference -> reference.get() == null);
                ROWS.put(key, new WeakReference<>(rows));
            }
            return rows;
        }
    }
}
