package io.pigeonhole.training.solver;

import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.jspecify.annotations.Nullable;

/** One process: tasks read the driver's coefficients and leave their sums in memory that both see. */
final class SharedExchange implements LocalVectors.Evaluator {

    private static final AtomicLong NEXT = new AtomicLong();
    private static final Map<Long, Desk> DESKS = new ConcurrentHashMap<>();

    private final JavaRDD<Block> lanes;
    private final long id = NEXT.incrementAndGet();
    private final int laneCount;

    SharedExchange(JavaRDD<Block> lanes) {
        this.lanes = lanes;
        this.laneCount = lanes.getNumPartitions();
    }

    /** Where driver and tasks meet; the lanes' buffers are kept from one pass to the next. */
    private static final class Desk {
        private final Pass pass;
        private final @Nullable Pass.Sums[] sums;

        Desk(Pass pass, @Nullable Pass.Sums[] sums) {
            this.pass = pass;
            this.sums = sums;
        }
    }

    /** Sums over all lanes, added in the order of the lanes, so that the result does not depend on who ran what when. */
    @Override
    public Pass.Sums evaluate(Pass pass) {
        Desk last = DESKS.get(id);
        Desk desk = new Desk(pass, last == null ? new Pass.Sums[laneCount] : last.sums);
        DESKS.put(id, desk);
        lanes.mapPartitionsWithIndex(new LaneTask(id), true).count();
        Pass.Sums total = Objects.requireNonNull(desk.sums[0]);
        for (int lane = 1; lane < laneCount; lane++) {
            Pass.Sums next = Objects.requireNonNull(desk.sums[lane]);
            Matrices.add(total.gradient(), next.gradient());
            for (int p = 0; p < total.loss().length; p++) {
                total.loss()[p] += next.loss()[p];
            }
        }
        return total;
    }

    @Override
    public void close() {
        DESKS.remove(id);
    }

    /** Evaluates one lane. */
    private record LaneTask(long desk) implements Function2<Integer, Iterator<Block>, Iterator<Integer>> {

        @Override
        public Iterator<Integer> call(Integer lane, Iterator<Block> blocks) {
            Desk meeting = Objects.requireNonNull(DESKS.get(desk), "the driver has gone");
            Pass.Sums sums = meeting.sums[lane];
            if (sums == null || !sums.fits(meeting.pass)) {
                sums = new Pass.Sums(meeting.pass);
            } else {
                sums.clear();
            }
            meeting.pass.addTo(sums, blocks);
            meeting.sums[lane] = sums;
            return Collections.emptyIterator();
        }
    }
}
