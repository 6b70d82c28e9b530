package io.pigeonhole.jobs.sources;

import io.delta.tables.DeltaTable;
import io.pigeonhole.jobs.configuration.Reading;
import java.sql.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Finds the version of a Delta table at a time. */
final class PastVersions {

    private PastVersions() {}

    /**
     * The option that makes Spark's reader use the version that was the latest at the reading's {@code timestamp}.
     *
     * <p>Delta refuses a time after the last commit. If the time is not in the future, the last commit is the answer,
     * now and later. Delta itself reports any other invalid time when it reads.
     */
    static Map.Entry<String, String> option(SparkSession spark, Reading reading, String timestamp) {
        Map.Entry<String, String> asOf = Map.entry("timestampAsOf", timestamp);
        Optional<DeltaTable> table = table(spark, reading);
        Timestamp time = spark.createDataset(List.of(timestamp), Encoders.STRING())
                .select(functions.col("value").try_cast("timestamp"))
                .first()
                .getTimestamp(0);
        if (table.isEmpty() || time == null || time.getTime() > System.currentTimeMillis()) {
            return asOf;
        }
        Row last = table.get().history(1).select("version", "timestamp").first();
        return time.before(last.getTimestamp(1)) ? asOf : Map.entry("versionAsOf", Long.toString(last.getLong(0)));
    }

    private static Optional<DeltaTable> table(SparkSession spark, Reading reading) {
        if (reading.path().isPresent()) {
            String path = reading.path().get();
            return DeltaTable.isDeltaTable(spark, path)
                    ? Optional.of(DeltaTable.forPath(spark, path))
                    : Optional.empty();
        }
        return reading.table().map(name -> DeltaTable.forName(spark, name));
    }
}
