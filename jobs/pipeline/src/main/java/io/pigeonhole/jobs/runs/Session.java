package io.pigeonhole.jobs.runs;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.store.Store;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * What every job works with.
 *
 * @param sparks gives the Spark session, which starts when something asks for it first
 * @param store the tables
 * @param config the whole configuration
 * @param runs the runs so far
 * @param progress where long work reports how far it is
 */
public record Session(
        Supplier<SparkSession> sparks, Store store, PipelineConfig config, RunLog runs, Progress progress) {

    /** The Spark session. */
    public SparkSession spark() {
        return sparks.get();
    }

    /** The same, reporting elsewhere how far long work is. */
    Session reportingTo(Progress other) {
        return new Session(sparks, store, config, runs, other);
    }
}
