package io.pigeonhole.training.solver;

import org.apache.spark.api.java.JavaRDD;

/** How coefficients reach the lanes and how their sums come back: one Spark job for each pass. */
interface Exchange extends AutoCloseable {

    /** Sums over all lanes, added in the order of the lanes, so that the result does not depend on who ran what when. */
    Pass.Sums evaluate(Pass pass);

    @Override
    void close();

    /** By reference where driver and executors are one process, else by broadcast and shuffle. */
    static Exchange over(JavaRDD<Block> lanes) {
        return lanes.context().isLocal() ? new SharedExchange(lanes) : new ShuffleExchange(lanes);
    }
}
