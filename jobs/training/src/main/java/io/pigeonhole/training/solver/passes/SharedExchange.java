package io.pigeonhole.training.solver.passes;

import io.pigeonhole.training.solver.rows.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.jspecify.annotations.Nullable;

/**
 * One process: tasks read the driver's coefficients and leave their sums in memory that both see. Where Spark's cache has
 * all lanes in memory, they are worked on right there, on as many threads as Spark has cores; else each pass is a job.
 */
public final class SharedExchange implements PassEvaluator {

    private static final AtomicLong NEXT = new AtomicLong();
    private static final Map<Long, Desk> DESKS = new ConcurrentHashMap<>();

    private final JavaRDD<Block> lanes;
    private final long id = NEXT.incrementAndGet();
    private final Desk desk;
    private final ForkJoinPool threads;
    private final boolean isLent;

    public SharedExchange(JavaRDD<Block> lanes) {
        this.lanes = lanes;
        this.desk = new Desk(lanes.getNumPartitions());
        this.threads =
                new ForkJoinPool(Math.min(desk.sums.length, lanes.context().defaultParallelism()));
        DESKS.put(id, desk);
        this.isLent = isInMemory();
        if (isLent) {
            lanes.mapPartitionsWithIndex(new Lending(id), true).count();
        }
    }

    /** Where driver and tasks meet; the lanes' buffers are kept from one pass to the next. */
    private static final class Desk {
        private final @Nullable List<Block>[] blocks;
        private final @Nullable Pass.Sums[] sums;
        private volatile @Nullable Pass pass;

        @SuppressWarnings({"unchecked", "rawtypes"}) // an array of lists
        Desk(int lanes) {
            this.blocks = new List[lanes];
            this.sums = new Pass.Sums[lanes];
        }

        void evaluate(int lane, Iterator<Block> of) {
            Pass now = Objects.requireNonNull(pass);
            Pass.Sums sum = sums[lane];
            if (sum == null || !sum.fits(now)) {
                sum = new Pass.Sums(now);
                sums[lane] = sum;
            } else {
                sum.clear();
            }
            now.addTo(sum, of);
        }
    }

    private boolean isInMemory() {
        return Arrays.stream(lanes.context().getRDDStorageInfo())
                .anyMatch(info -> info.id() == lanes.id()
                        && info.numCachedPartitions() == desk.blocks.length
                        && info.diskSize() == 0);
    }

    /** Sums over all lanes, added in the order of the lanes, so that the result does not depend on the order of execution. */
    @Override
    public Pass.Sums evaluate(Pass pass) {
        desk.pass = pass;
        if (isLent) {
            threads.submit(() -> IntStream.range(0, desk.blocks.length)
                            .parallel()
                            .forEach(lane -> desk.evaluate(
                                    lane,
                                    Objects.requireNonNull(desk.blocks[lane]).iterator())))
                    .join();
        } else {
            lanes.mapPartitionsWithIndex(new LaneTask(id), true).count();
        }
        Pass.Sums total = Objects.requireNonNull(desk.sums[0]);
        for (int lane = 1; lane < desk.sums.length; lane++) {
            total.add(Objects.requireNonNull(desk.sums[lane]));
        }
        return total;
    }

    @Override
    public void close() {
        DESKS.remove(id);
        threads.shutdown();
    }

    private static Desk desk(long id) {
        return Objects.requireNonNull(DESKS.get(id), "the pass is closed");
    }

    /** Lends one lane: the very blocks that are in the cache. */
    private record Lending(long id) implements Function2<Integer, Iterator<Block>, Iterator<Integer>> {

        @Override
        public Iterator<Integer> call(Integer lane, Iterator<Block> blocks) {
            List<Block> lent = new ArrayList<>();
            blocks.forEachRemaining(lent::add);
            desk(id).blocks[lane] = lent;
            return Collections.emptyIterator();
        }
    }

    /** Evaluates one lane. */
    private record LaneTask(long id) implements Function2<Integer, Iterator<Block>, Iterator<Integer>> {

        @Override
        public Iterator<Integer> call(Integer lane, Iterator<Block> blocks) {
            desk(id).evaluate(lane, blocks);
            return Collections.emptyIterator();
        }
    }
}
