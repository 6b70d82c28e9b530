package io.pigeonhole.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Where a contender works.
 *
 * @param folder of files that contenders share and may make anew: {@code target/work}
 */
public record Workplace(Path folder) {

    /** Spark within this process, on two cores. */
    public SparkSession spark() {
        return started(builder().master("local[2]"));
    }

    /**
     * Spark with executors in processes of their own, of the distribution that the environment variable {@code SPARK_HOME}
     * names; each has one core.
     */
    public SparkSession cluster(int executors, int memoryMiB) {
        return started(builder()
                .master("local-cluster[" + executors + ",1," + memoryMiB + "]")
                .config("spark.executor.memory", memoryMiB + "m")
                .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .config("spark.executor.extraJavaOptions", "--add-modules=jdk.incubator.vector"));
    }

    private SparkSession.Builder builder() {
        return SparkSession.builder()
                .appName("pigeonhole benchmarks")
                .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.shuffle.partitions", "4")
                .config("spark.databricks.delta.snapshotPartitions", "2")
                .config("spark.ui.enabled", "false")
                .config("spark.ui.showConsoleProgress", "false")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.local.dir", folder.resolve("spark").toString());
    }

    private static SparkSession started(SparkSession.Builder builder) {
        SparkSession spark = builder.getOrCreate();
        spark.sparkContext().setLogLevel("WARN");
        return spark;
    }

    /** Most memory that was resident in this process so far, as Linux tells. */
    public static double peakMemoryMiB() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException("peak memory is read from /proc/self/status, which Linux has", e);
        }
    }

    /** Seconds that something takes. */
    public static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }
}
