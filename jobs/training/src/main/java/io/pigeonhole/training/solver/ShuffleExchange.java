package io.pigeonhole.training.solver;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * Many processes: coefficients go out by broadcast; every lane cuts its sums into slices, each slice is added in the
 * order of the lanes by one task, and the driver receives each slice once.
 */
final class ShuffleExchange implements Exchange {

    /** Elements of a slice: 4 MB of gradient. */
    private static final int SLICE = 1 << 20;

    private final JavaRDD<Block> lanes;
    private final JavaSparkContext context;

    ShuffleExchange(JavaRDD<Block> lanes) {
        this.lanes = lanes;
        this.context = JavaSparkContext.fromSparkContext(lanes.context());
    }

    /** Part of a lane's sums; the losses travel with the first slice. */
    @SuppressWarnings("ArrayRecordComponent") // large buffers, never compared
    private record Part(int lane, float[] gradient, double[] loss) implements Serializable {}

    @Override
    public Pass.Sums evaluate(Pass pass) {
        Broadcast<Pass> broadcast = context.broadcast(pass);
        try {
            int slices = (pass.coefficients().length + SLICE - 1) / SLICE;
            JavaPairRDD<Integer, Part> parts =
                    JavaPairRDD.fromJavaRDD(lanes.mapPartitionsWithIndex(new LaneTask(broadcast), true));
            Pass.Sums total = new Pass.Sums(pass);
            for (Tuple2<Integer, Part> slice : parts.groupByKey(slices)
                    .mapValues(ShuffleExchange::inLaneOrder)
                    .collect()) {
                float[] gradient = slice._2().gradient();
                System.arraycopy(gradient, 0, total.gradient(), slice._1() * SLICE, gradient.length);
                System.arraycopy(
                        slice._2().loss(), 0, total.loss(), 0, slice._2().loss().length);
            }
            return total;
        } finally {
            broadcast.destroy();
        }
    }

    private static Part inLaneOrder(Iterable<Part> parts) {
        List<Part> sorted = new ArrayList<>();
        parts.forEach(sorted::add);
        sorted.sort(Comparator.comparingInt(Part::lane));
        Part total = sorted.get(0);
        for (Part next : sorted.subList(1, sorted.size())) {
            Matrices.add(total.gradient(), next.gradient());
            for (int p = 0; p < total.loss().length; p++) {
                total.loss()[p] += next.loss()[p];
            }
        }
        return total;
    }

    @Override
    public void close() {}

    /** Evaluates one lane and cuts its sums into slices. */
    private record LaneTask(Broadcast<Pass> broadcast)
            implements Function2<Integer, Iterator<Block>, Iterator<Tuple2<Integer, Part>>> {

        @Override
        public Iterator<Tuple2<Integer, Part>> call(Integer lane, Iterator<Block> blocks) {
            Pass pass = broadcast.value();
            Pass.Sums sums = new Pass.Sums(pass);
            pass.addTo(sums, blocks);
            List<Tuple2<Integer, Part>> parts = new ArrayList<>();
            for (int from = 0; from < sums.gradient().length; from += SLICE) {
                int to = Math.min(from + SLICE, sums.gradient().length);
                double[] loss = from == 0 ? sums.loss() : new double[0];
                parts.add(new Tuple2<>(
                        from / SLICE, new Part(lane, Arrays.copyOfRange(sums.gradient(), from, to), loss)));
            }
            return parts.iterator();
        }
    }
}
