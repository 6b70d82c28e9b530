package io.pigeonhole.jobs.runs;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.store.Store;
import org.apache.spark.sql.SparkSession;

/**
 * What every job works with.
 *
 * @param spark the Spark session
 * @param store the tables
 * @param config the whole configuration
 * @param runs the runs so far
 * @param progress where long work reports how far it is
 */
public record Session(SparkSession spark, Store store, PipelineConfig config, RunLog runs, Progress progress) {

    /** The same, reporting elsewhere how far long work is. */
    Session reportingTo(Progress other) {
        return new Session(spark, store, config, runs, other);
    }
}
