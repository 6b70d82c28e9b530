package io.pigeonhole.jobs.runs;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.store.Store;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * The services that every job uses.
 *
 * @param sparks supplies the Spark session, which starts on first use
 * @param store the tables
 * @param config the whole configuration
 * @param runs the runs so far
 * @param progress receives progress reports of long work
 */
public record Session(
        Supplier<SparkSession> sparks, Store store, PipelineConfig config, RunLog runs, Progress progress) {

    /** The Spark session. */
    public SparkSession spark() {
        return sparks.get();
    }

    /** The same session with another receiver of progress reports. */
    Session reportingTo(Progress other) {
        return new Session(sparks, store, config, runs, other);
    }
}
