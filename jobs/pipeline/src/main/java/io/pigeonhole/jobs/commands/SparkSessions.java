package io.pigeonhole.jobs.commands;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Starts the Spark session: under {@code spark-submit} with its settings, else embedded on all cores. */
final class SparkSessions {

    private SparkSessions() {}

    static SparkSession start(String name, Map<String, String> settings) {
        SparkConf submitted = new SparkConf();
        boolean embedded = !submitted.contains("spark.master") && !settings.containsKey("spark.master");
        SparkSession.Builder builder = SparkSession.builder()
                .appName("pigeonhole " + name)
                .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                // tables promise UTC at millisecond precision
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MILLIS")
                .config("spark.ui.showConsoleProgress", "false");
        if (embedded) {
            builder = builder.master("local[*]")
                    .config("spark.ui.enabled", "false")
                    .config("spark.driver.bindAddress", "127.0.0.1")
                    .config("spark.driver.host", "127.0.0.1")
                    .config("spark.sql.shuffle.partitions", "4")
                    .config("spark.databricks.delta.snapshotPartitions", "2")
                    .config("spark.log.level", "WARN");
        }
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            builder = builder.config(setting.getKey(), setting.getValue());
        }
        return builder.getOrCreate();
    }
}
