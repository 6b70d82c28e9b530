package io.pigeonhole.training.solver.passes;

import io.pigeonhole.training.solver.rows.Block;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;

/**
 * A pass as one job of a cluster, whose sums the driver collects and adds in the order of the lanes: for matrices so small
 * that a copy for each lane costs little.
 */
public record JobExchange(JavaRDD<Block> lanes) implements PassEvaluator {

    @Override
    public Pass.Sums evaluate(Pass pass) {
        Broadcast<Pass> shared =
                JavaSparkContext.fromSparkContext(lanes.context()).broadcast(pass);
        List<Pass.Sums> byLane =
                lanes.mapPartitionsWithIndex(new OfLane(shared), true).collect();
        shared.destroy();
        Pass.Sums total = byLane.get(0);
        for (Pass.Sums next : byLane.subList(1, byLane.size())) {
            total.add(next);
        }
        return total;
    }

    private record OfLane(Broadcast<Pass> pass) implements Function2<Integer, Iterator<Block>, Iterator<Pass.Sums>> {

        @Override
        public Iterator<Pass.Sums> call(Integer lane, Iterator<Block> blocks) {
            Pass.Sums sums = new Pass.Sums(pass.value());
            pass.value().addTo(sums, blocks);
            return List.of(sums).iterator();
        }
    }
}
