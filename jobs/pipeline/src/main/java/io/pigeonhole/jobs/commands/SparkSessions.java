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
import scala.jdk.javaapi.CollectionConverters;

/**
 * The Spark session of a command: where {@code spark-submit} says, else embedded on all cores. It starts when something asks
 * for it first; a command that only reads small tables never does.
 */
final class SparkSessions implements Supplier<SparkSession>, AutoCloseable {

    /** What suits a single machine, where a default of Spark or Delta is made for a cluster. */
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
            // tables promise UTC at millisecond precision
            "spark.sql.session.timeZone",
            "UTC",
            "spark.sql.parquet.outputTimestampType",
            "TIMESTAMP_MILLIS",
            // a run's id fits, so that files of one run alone are known by their statistics
            "spark.databricks.io.skipping.stringPrefixLength",
            "128",
            // versions that runs name stay readable, however old: maintain keeps their files
            "spark.databricks.delta.vacuum.enforceTimeTravelWithinDeletedFileRetentionDuration",
            "false",
            // the retention given to maintain counts, and no other process writes meanwhile
            "spark.databricks.delta.vacuum.retentionWindowIgnore.enabled",
            "false",
            "spark.databricks.delta.retentionDurationCheck.enabled",
            "false",
            "spark.ui.showConsoleProgress",
            "false");

    /** Settings for Hadoop begin so. */
    private static final String HADOOP = "spark.hadoop.";

    private final Map<String, String> settings;
    private final Map<String, String> submitted = new HashMap<>();
    /** Whether a session was there before this command, which then outlives it. */
    private final boolean isShared;

    private Optional<SparkSession> session = Optional.empty();

    /** @param configured settings of the configuration, which have the last word */
    SparkSessions(String name, Map<String, String> configured) {
        for (Tuple2<String, String> setting : new SparkConf().getAll()) {
            submitted.put(setting._1, setting._2);
        }
        String master =
                configured.getOrDefault("spark.master", submitted.getOrDefault("spark.master", "local[*]"));
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

    /** How to reach file systems and write the logs of tables, as the session would; it does not start for that. */
    Configuration hadoop() {
        if (isShared) {
            SparkSession spark = get();
            return LogStores.carried(
                    spark.sparkContext().hadoopConfiguration(),
                    CollectionConverters.asJava(spark.conf().getAll()));
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

    /** Stops the session that this command has started. */
    @Override
    public synchronized void close() {
        if (!isShared) {
            session.ifPresent(SparkSession::stop);
        }
    }
}
