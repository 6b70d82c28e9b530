package io.pigeonhole.benchmarks.training;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.benchmarks.DataSet;
import io.pigeonhole.benchmarks.Measurement;
import io.pigeonhole.benchmarks.Workplace;
import io.pigeonhole.transforms.features.FeatureSpec;
import io.pigeonhole.transforms.features.Features;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Feature vectors that all contenders are given: Parquet files of train and test, with the columns label, path (from below
 * the root) and features.
 *
 * @param name of the folder
 * @param regParam the penalty that all use: the mean loss plus {@code regParam / 2} times the squared length
 * @param needs data from outside, where they are not generated
 * @param rows reads or generates the columns label, path, split (train, test or others) and what the features are made of
 * @param specs the features; empty where the rows have vectors
 */
public record FeatureTable(String name, double regParam, Optional<DataSet> needs, Rows rows, List<FeatureSpec> specs) {

    /** Where a data set comes from. */
    @FunctionalInterface
    public interface Rows {
        Dataset<Row> read(SparkSession spark, String folder);
    }

    private Path folder(Workplace place, String split) {
        return place.folder().resolve("features").resolve(name).resolve(split);
    }

    /** All rows as they are, with their vectors. Vocabularies and weights are fitted on train alone. */
    public Dataset<Row> read(Workplace place) {
        String folder = needs.map(data -> System.getenv(data.variable())).orElse("");
        Dataset<Row> all = rows.read(place.spark(), folder);
        return specs.isEmpty()
                ? all
                : Features.pipeline(specs, "features")
                        .fit(all.where("split = 'train'"))
                        .transform(all);
    }

    /** Writes the vectors, unless they are there. */
    Measurement.Report make(Workplace place) {
        double seconds = 0;
        if (!Files.exists(folder(place, "test").resolve("_SUCCESS"))) {
            seconds = Workplace.seconds(() -> {
                Dataset<Row> all = read(place);
                for (String split : List.of("train", "test")) {
                    all.where(col("split").equalTo(split))
                            .select("label", "path", "features")
                            .write()
                            .mode("overwrite")
                            .parquet(folder(place, split).toString());
                }
            });
        }
        return new Measurement.Report("", seconds, Workplace.peakMemoryMiB(), Map.of(), "");
    }

    /** The rows to train on, in memory. */
    Dataset<Row> train(Workplace place) {
        Dataset<Row> rows = place.spark()
                .read()
                .parquet(folder(place, "train").toString())
                .repartition(4)
                .persist(StorageLevel.MEMORY_ONLY());
        rows.count();
        return rows;
    }
}
