package io.pigeonhole.jobs;

import io.pigeonhole.jobs.sources.Access;
import io.pigeonhole.jobs.store.LocalDisk;
import java.util.HashMap;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The Spark session with Delta that the tests of a fork share; extend this class to use it. */
public abstract class DeltaTest {

    protected static final SparkSession spark = SparkSession.builder()
            .master("local[2]")
            .appName("pigeonhole-tests")
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MILLIS")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.warehouse.dir", "target/warehouse")
            .config("spark.databricks.delta.snapshotPartitions", "1")
            .config("spark.delta.logStore." + ChaosFileSystem.SCHEME + ".impl", "io.pigeonhole.jobs.ChaosLogStore")
            // hundreds of different small queries: compiling each takes longer than it saves
            .config("spark.sql.codegen.wholeStage", "false")
            .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
            // what is compiled nevertheless is kept
            .config("spark.sql.codegen.cache.maxEntries", "1000")
            .config("spark.sql.adaptive.enabled", "false")
            // with dozens of stores and thousands of queries, keep only what is in use; otherwise the heap fills up
            .config("spark.databricks.delta.delta.log.cacheSize", "32")
            .config("spark.ui.retainedJobs", "10")
            .config("spark.ui.retainedStages", "10")
            .config("spark.ui.retainedTasks", "100")
            .config("spark.sql.ui.retainedExecutions", "10")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config(new HashMap<>(LocalDisk.SETTINGS))
            .getOrCreate();

    static {
        spark.sparkContext().setLogLevel("WARN");
    }

    /** Opens sources in this session. */
    protected static Access access() {
        return new Access(() -> spark, spark.sparkContext().hadoopConfiguration());
    }

    /** The rows as a table of the given DDL schema, for example {@code "id STRING, label STRING"}. */
    protected static Dataset<Row> table(String ddl, Row... rows) {
        return spark.createDataFrame(List.of(rows), StructType.fromDDL(ddl));
    }
}
