package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.configuration.Secrets;
import io.pigeonhole.jobs.store.LocalDisk;
import io.pigeonhole.jobs.store.delta.LogStores;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * The Spark session of a command: that of {@code spark-submit}, or else embedded on all cores. It starts on first use;
 * a command that only reads small tables never starts it.
 */
final class SparkSessions implements Supplier<SparkSession>, AutoCloseable {

    /** Settings for a single machine, where Spark's or Delta's default suits a cluster. */
    private static final Map<String, String> SINGLE_MACHINE = Map.of(
            "spark.sql.shuffle.partitions", "4",
            "spark.databricks.delta.snapshotPartitions", "2",
            "spark.ui.enabled", "false",
            "spark.driver.bindAddress", "127.0.0.1",
            "spark.driver.host", "127.0.0.1");

    private static final Map<String, String> ALWAYS = Map.of(
            "spark.sql.extensions",
            "io.delta.sql.DeltaSparkSessionExtension",
            "spark.sql.catalog.spark_catalog",
            "org.apache.spark.sql.delta.catalog.DeltaCatalog",
            // tables have times in UTC at millisecond precision
            "spark.sql.session.timeZone",
            "UTC",
            "spark.sql.parquet.outputTimestampType",
            "TIMESTAMP_MILLIS",
            // long enough for a run id, so that statistics identify files of a single run
            "spark.databricks.io.skipping.stringPrefixLength",
            "128",
            // versions that runs refer to stay readable at any age: maintain keeps their files
            "spark.databricks.delta.vacuum.enforceTimeTravelWithinDeletedFileRetentionDuration",
            "false",
            // the retention given to maintain applies, and no other process writes at the same time
            "spark.databricks.delta.vacuum.retentionWindowIgnore.enabled",
            "false",
            "spark.databricks.delta.retentionDurationCheck.enabled",
            "false",
            "spark.ui.showConsoleProgress",
            "false");

    /** Prefix of settings for Hadoop. */
    private static final String HADOOP = "spark.hadoop.";

    private final Map<String, String> settings;
    private final Map<String, String> submitted = new HashMap<>();
    /** Whether the session existed before this command; it then outlives the command. */
    private final boolean isShared;

    private Optional<SparkSession> session = Optional.empty();

    /** @param configured settings of the configuration, which override all others */
    SparkSessions(String name, Map<String, String> configured) {
        for (Tuple2<String, String> setting : new SparkConf().getAll()) {
            submitted.put(setting._1, setting._2);
        }
        String master = configured.getOrDefault("spark.master", submitted.getOrDefault("spark.master", "local[*]"));
        settings = new HashMap<>(master.startsWith("local") ? SINGLE_MACHINE : Map.of());
        settings.putAll(master.matches("local(\\[.*)?") ? LocalDisk.SETTINGS : Map.of());
        settings.keySet().removeAll(submitted.keySet());
        settings.putAll(ALWAYS);
        settings.put("spark.app.name", "pigeonhole " + name);
        settings.put("spark.master", master);
        settings.putAll(configured);
        Secrets.learn(submitted);
        isShared = !SparkSession.getDefaultSession().isEmpty();
    }

    @Override
    public synchronized SparkSession get() {
        if (session.isEmpty()) {
            session = Optional.of(start());
        }
        return session.get();
    }

    private SparkSession start() {
        SparkSession.Builder builder = SparkSession.builder();
        settings.forEach(builder::config);
        SparkSession spark = builder.getOrCreate();
        for (Tuple2<String, String> setting : spark.sparkContext().getConf().getAll()) {
            Secrets.learn(Map.of(setting._1, setting._2));
        }
        spark.sparkContext().setLogLevel("WARN");
        LogFile.apply();
        return spark;
    }

    /** The session's configuration of file systems and of table logs, without starting the session. */
    Configuration hadoop() {
        if (isShared) {
            return LogStores.of(get());
        }
        Map<String, String> all = new HashMap<>(submitted);
        all.putAll(settings);
        Configuration hadoop = new Configuration();
        all.forEach((key, value) -> {
            if (key.startsWith(HADOOP)) {
                hadoop.set(key.substring(HADOOP.length()), value);
            }
        });
        return LogStores.carried(hadoop, all);
    }

    /** Stops the session if this command has started it. */
    @Override
    public synchronized void close() {
        if (!isShared) {
            session.ifPresent(SparkSession::stop);
        }
    }
}
