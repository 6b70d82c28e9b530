package io.pigeonhole.jobs.store.delta;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Which class writes the logs of tables on which file system: told to Spark in its settings, carried over to Kernel's. */
public final class LogStores {

    private static final String OF_SPARK = "spark.delta.logStore.";
    private static final String OF_KERNEL = "io.delta.kernel.logStore.";

    private LogStores() {}

    /** The file systems as they are, with the log stores that settings of Spark name. */
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
