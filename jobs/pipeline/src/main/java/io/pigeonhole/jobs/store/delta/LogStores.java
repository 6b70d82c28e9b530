package io.pigeonhole.jobs.store.delta;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/** The classes that write table logs, for each file system. Spark's settings name them; this passes them to Kernel. */
public final class LogStores {

    private static final String OF_SPARK = "spark.delta.logStore.";
    private static final String OF_KERNEL = "io.delta.kernel.logStore.";

    private LogStores() {}

    /** The configuration of a running session. */
    public static Configuration of(SparkSession spark) {
        return carried(
                spark.sparkContext().hadoopConfiguration(),
                CollectionConverters.asJava(spark.conf().getAll()));
    }

    /** The configuration of the file systems, with the log stores that Spark's settings name. */
    public static Configuration carried(Configuration hadoop, Map<String, String> settings) {
        Configuration carried = new Configuration(hadoop);
        settings.forEach((key, value) -> {
            if (key.startsWith(OF_SPARK)) {
                carried.set(OF_KERNEL + key.substring(OF_SPARK.length()), value);
            }
        });
        return carried;
    }
}
