package io.pigeonhole.training.solver.lbfgs;

import io.pigeonhole.training.solver.matrices.CoefficientRows;
import io.pigeonhole.training.solver.matrices.Matrices;
import io.pigeonhole.training.solver.problems.Objective;
import io.pigeonhole.training.solver.rows.Block;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * The slices on the executors, one a partition; the driver sees sums by problem. A pass is three jobs: the lanes' sums,
 * added for each slice in the order of the lanes; {@link Slice#advance}; {@link Slice#move}. Each leaves new slices in the
 * executors' memory, or on their disks where that is short, and makes the ones before superfluous. If an executor is lost
 * with its slices the training fails, and can be started again.
 */
final class RemoteVectors implements Vectors {

    private final JavaRDD<Block> lanes;
    private final JavaSparkContext context;
    private final int rows;
    private final int sliceRows;
    private final float interceptFactor;
    private final List<JavaRDD<CoefficientRows>> stored;
    private final String name = UUID.randomUUID().toString();
    private int version;
    private JavaRDD<Held> slices;
    private @Nullable JavaRDD<Trial> trials;
    private @Nullable JavaRDD<Total> gradients;

    /**
     * @param penalised as in {@link Slice}, by row
     * @param start where to start, in scaled coefficients
     * @param stored where columns are stored
     */
    RemoteVectors(
            JavaRDD<Block> lanes,
            float[] penalised,
            StartPoint start,
            int sliceRows,
            boolean hasL1,
            float interceptFactor,
            List<JavaRDD<CoefficientRows>> stored) {
        this.lanes = lanes;
        this.context = JavaSparkContext.fromSparkContext(lanes.context());
        this.rows = penalised.length;
        this.sliceRows = sliceRows;
        this.interceptFactor = interceptFactor;
        this.stored = stored;
        int count = (rows + sliceRows - 1) / sliceRows;
        List<StartPoint.Seed> seeds = IntStream.range(0, count)
                .map(i -> i * sliceRows)
                .mapToObj(from -> start.seed(from, Math.min(rows, from + sliceRows), penalised))
                .toList();
        this.slices = kept(context.parallelize(seeds, count).map(seed -> new Held(seed.slice(hasL1), new double[0][])));
    }

    /** A slice and the sums that its making gave. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Held(Slice slice, double[][] sums) implements Serializable {}

    /** A slice of the trial point, and the sums of its making. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Trial(byte[] point, double[][] sums) implements Serializable {}

    /** A slice of the sums over all lanes; the losses with the first. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Total(float[] gradient, double[] loss) implements Serializable {}

    /** Kept by the executors, without the history of its making. */
    private static <T> JavaRDD<T> kept(JavaRDD<T> rdd) {
        JavaRDD<T> persisted = rdd.persist(StorageLevel.MEMORY_AND_DISK());
        persisted.rdd().localCheckpoint();
        return persisted;
    }

    @Override
    public double[] evaluate(Objective objective, float interceptValue) {
        int stride = Matrices.padded(objective.layout().columns());
        RemotePass.Shape shape = new RemotePass.Shape(rows, sliceRows, stride, interceptValue);
        Broadcast<Objective> shared = context.broadcast(objective);
        JavaPairRDD<Integer, RemotePass.Part> parts = JavaPairRDD.fromJavaRDD(new RemotePass(
                                lanes.rdd(), Objects.requireNonNull(trials).rdd(), shared, shape, name + version)
                        .toJavaRDD())
                .partitionBy(new HashPartitioner(shape.slices()));
        gradients = parts.values().mapPartitions(RemoteVectors::inLaneOrder).persist(StorageLevel.MEMORY_AND_DISK());
        double[] losses = gradients.map(Total::loss).collect().get(0);
        parts.rdd().cleanShuffleDependencies(false);
        shared.unpersist();
        return losses;
    }

    private static Iterator<Total> inLaneOrder(Iterator<RemotePass.Part> parts) {
        List<RemotePass.Part> sorted = new ArrayList<>();
        parts.forEachRemaining(sorted::add);
        sorted.sort(Comparator.comparingInt(RemotePass.Part::lane));
        float[] total = new float[sorted.get(0).gradient().length / Float.BYTES];
        Matrices.fromBytes(sorted.get(0).gradient(), total, 0);
        double[] loss = sorted.get(0).loss().clone();
        float[] next = new float[total.length];
        for (RemotePass.Part part : sorted.subList(1, sorted.size())) {
            Matrices.fromBytes(part.gradient(), next, 0);
            for (int i = 0; i < total.length; i++) {
                total[i] += next[i];
            }
            for (int p = 0; p < loss.length; p++) {
                loss[p] += part.loss()[p];
            }
        }
        return List.of(new Total(total, loss)).iterator();
    }

    @Override
    public double[][] advance(Slice.Advance how) {
        JavaRDD<Total> totals = Objects.requireNonNull(gradients);
        Broadcast<Slice.Advance> shared = context.broadcast(how);
        JavaRDD<Held> advanced = kept(slices.zipPartitions(totals, (held, total) -> {
            Slice slice = held.next().slice().beforeAdvance(shared.value().newest());
            return List.of(new Held(
                            slice, slice.advance(shared.value(), total.next().gradient(), 0)))
                    .iterator();
        }));
        double[][] sums = sum(advanced.map(Held::sums));
        replace(advanced);
        totals.unpersist();
        Objects.requireNonNull(trials).unpersist();
        shared.unpersist();
        return sums;
    }

    @Override
    public double[][] move(Slice.Move how) {
        Broadcast<Slice.Move> shared = context.broadcast(how);
        JavaRDD<Trial> moved = place(new Mover(shared));
        double[][] sums = sum(moved.map(Trial::sums));
        shared.unpersist();
        return sums;
    }

    private record Mover(Broadcast<Slice.Move> how) implements Function<Held, Held> {

        @Override
        public Held call(Held held) {
            Slice slice = held.slice().beforeMove();
            float[] scratch = new float[slice.rows() * how.value().columns().stride()];
            return new Held(slice, slice.move(how.value(), scratch, 0));
        }
    }

    private JavaRDD<Trial> place(Mover mover) {
        Broadcast<Slice.Move> how = mover.how();
        JavaRDD<Held> moved = kept(slices.map(mover));
        return place(
                moved, held -> trial(held, how.value().columns(), how.value().trialSteps()));
    }

    /** Makes slices the current ones, and puts their trial point where the lanes find it. */
    private JavaRDD<Trial> place(JavaRDD<Held> next, Function<Held, Trial> trial) {
        JavaRDD<Trial> placed = next.map(trial).persist(StorageLevel.MEMORY_AND_DISK());
        placed.count();
        replace(next);
        trials = placed;
        version++;
        return placed;
    }

    private static Trial trial(Held held, ColumnPenalties columns, float[] trialSteps) {
        float[] point = new float[held.slice().rows() * columns.stride()];
        held.slice().trial(columns, trialSteps, point, 0);
        return new Trial(Matrices.toBytes(point, 0, point.length), held.sums());
    }

    private void replace(JavaRDD<Held> next) {
        slices.unpersist();
        slices = next;
    }

    private static double[][] sum(JavaRDD<double[][]> bySlice) {
        List<double[][]> all = bySlice.collect();
        for (double[][] next : all.subList(1, all.size())) {
            Vectors.add(all.get(0), next);
        }
        return all.get(0);
    }

    @Override
    public void select(ColumnPenalties columns, int[] kept, ColumnPenalties smaller, float[] trialSteps) {
        int stride = columns.stride();
        JavaRDD<Held> selected =
                kept(slices.map(held -> new Held(held.slice().select(stride, kept, smaller.hasL1()), new double[0][])));
        JavaRDD<Trial> before = Objects.requireNonNull(trials);
        place(selected, held -> trial(held, smaller, trialSteps));
        before.unpersist();
    }

    @Override
    public void store(ColumnPenalties columns, int[] sources, int[] targets) {
        int stride = columns.stride();
        float factor = interceptFactor;
        JavaRDD<CoefficientRows> leaving = kept(slices.map(held ->
                new CoefficientRows(held.slice().from(), targets, held.slice().unscaled(stride, sources, factor))));
        leaving.count();
        stored.add(leaving);
    }

    @Override
    public void close() {
        slices.unpersist();
        if (trials != null) {
            trials.unpersist();
        }
        if (gradients != null) {
            gradients.unpersist();
        }
    }
}
