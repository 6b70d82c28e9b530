package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.runs.Session;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * What opens sources.
 *
 * @param sparks supplies the Spark session, which starts on first use; listing files does not need it
 * @param hadoop configuration of the file systems
 */
public record Access(Supplier<SparkSession> sparks, Configuration hadoop) {

    public static Access of(Session session) {
        return new Access(session.sparks(), session.store().hadoop());
    }

    SparkSession spark() {
        return sparks.get();
    }
}
