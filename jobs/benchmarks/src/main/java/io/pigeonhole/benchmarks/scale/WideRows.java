package io.pigeonhole.benchmarks.scale;

import static org.apache.spark.sql.functions.expr;

import io.pigeonhole.benchmarks.Measurement;
import io.pigeonhole.benchmarks.Workplace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;

/**
 * Generated rows with an id, one of 100 labels, whose sizes differ twentyfold, and numbers of two decimals; each a function of
 * its number, so that no two have the same features.
 *
 * @param rows number of them
 * @param features number of columns of numbers
 */
record WideRows(long rows, int features) {

    private static final int PARTITIONS = 16;

    String name() {
        return "rows-" + rows + "-" + features;
    }

    Path folder(Workplace place) {
        return place.folder().resolve(name());
    }

    /** Writes them as Parquet, unless they are there. */
    Measurement.Report make(Workplace place) {
        double seconds = 0;
        if (!Files.exists(folder(place).resolve("_SUCCESS"))) {
            seconds = Workplace.seconds(() -> write(place.spark(), folder(place)));
        }
        return new Measurement.Report("", seconds, Workplace.peakMemoryMiB(), Map.of(), "");
    }

    private void write(SparkSession spark, Path folder) {
        List<Column> columns = new ArrayList<>();
        columns.add(expr("concat('row-', id)").as("id"));
        columns.add(expr("concat('class-', cast(100 * pow(pmod(xxhash64(id, -1), 1000000) / 1e6D, 2) AS INT))")
                .as("label"));
        for (int i = 0; i < features; i++) {
            columns.add(expr("cast(pmod(xxhash64(id, " + i + "), 1000000) AS DOUBLE) / 100")
                    .as("f" + i));
        }
        spark.range(0, rows, 1, PARTITIONS)
                .select(columns.toArray(Column[]::new))
                .write()
                .mode("overwrite")
                .parquet(folder.toString());
    }

    /** What a job could not be faster than: Spark reads the rows and writes them again. */
    Measurement.Report copy(Workplace place) {
        SparkSession spark = place.spark();
        double seconds = Workplace.seconds(() -> spark.read()
                .parquet(folder(place).toString())
                .write()
                .mode("overwrite")
                .parquet(place.folder().resolve("copy-of-" + name()).toString()));
        return new Measurement.Report(
                "Spark " + spark.version(),
                seconds,
                Workplace.peakMemoryMiB(),
                Map.of("rows_per_second", rows / seconds),
                "");
    }
}
