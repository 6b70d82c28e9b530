package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.configuration.Secrets;
import io.pigeonhole.jobs.store.LocalDisk;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** Starts the Spark session: where {@code spark-submit} says, else embedded on all cores. */
final class SparkSessions {

    private SparkSessions() {}

    /** What suits a single machine, where a default of Spark or Delta is made for a cluster. */
    private static final Map<String, String> SINGLE_MACHINE = Map.of(
            "spark.sql.shuffle.partitions", "4",
            "spark.databricks.delta.snapshotPartitions", "2",
            "spark.ui.enabled", "false",
            "spark.driver.bindAddress", "127.0.0.1",
            "spark.driver.host", "127.0.0.1");

    static SparkSession start(String name, Map<String, String> settings) {
        SparkConf submitted = new SparkConf();
        String master = settings.getOrDefault("spark.master", submitted.get("spark.master", "local[*]"));
        SparkSession.Builder builder = SparkSession.builder()
                .appName("pigeonhole " + name)
                .master(master)
                .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                // tables promise UTC at millisecond precision
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MILLIS")
                // a run's id fits, so that files of one run alone are known by their statistics
                .config("spark.databricks.io.skipping.stringPrefixLength", "128")
                // versions that runs name stay readable, however old: maintain keeps their files
                .config("spark.databricks.delta.vacuum.enforceTimeTravelWithinDeletedFileRetentionDuration", "false")
                // what maintain is told counts, and nobody writes meanwhile
                .config("spark.databricks.delta.vacuum.retentionWindowIgnore.enabled", "false")
                .config("spark.databricks.delta.retentionDurationCheck.enabled", "false")
                .config("spark.ui.showConsoleProgress", "false");
        Map<String, String> local = new HashMap<>(master.startsWith("local") ? SINGLE_MACHINE : Map.of());
        local.putAll(master.matches("local(\\[.*)?") ? LocalDisk.SETTINGS : Map.of());
        for (Map.Entry<String, String> setting : local.entrySet()) {
            builder = submitted.contains(setting.getKey())
                    ? builder
                    : builder.config(setting.getKey(), setting.getValue());
        }
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            builder = builder.config(setting.getKey(), setting.getValue());
        }
        SparkSession spark = builder.getOrCreate();
        for (Tuple2<String, String> setting : spark.sparkContext().getConf().getAll()) {
            Secrets.learn(Map.of(setting._1, setting._2));
        }
        spark.sparkContext().setLogLevel("WARN");
        LogFile.apply();
        return spark;
    }
}
