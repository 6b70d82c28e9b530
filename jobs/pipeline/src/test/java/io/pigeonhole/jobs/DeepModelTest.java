package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.calibrate.CalibrationTables;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A deep model passes through the same jobs as the linear ones. */
class DeepModelTest extends DeltaTest {

    private static final String MODEL = "{ name = %s, trainer = deep, calibration = temperature, deep { head = %s,"
            + " network { kind = mlp, hidden = [%d] }, epochs = 15, batch_size = 16, local_steps = 70, learning_rate = 0.03 } }";

    private static final String IMAGES = """
            name = bars
            spark { "spark.sql.shuffle.partitions" = 1, "spark.databricks.delta.snapshotPartitions" = 1 }
            sources = [{ kind = idx, name = bars, parts = [%s, %s, %s], labels = [upright, lying, none] }]
            extract.reject_limit_per_class = 1
            stratify.given { column = split, validation = 0.2 }
            features = [{ kind = vector, column = pixels }]
            models = [
              {
                name = cnn, trainer = deep
                deep {
                  network { kind = cnn, height = 8, width = 8, filters = [8], hidden = 16 }
                  epochs = 9, batch_size = 16, local_steps = 18, learning_rate = 0.01
                }
              }
              { name = softmax, trainer = softmax, reg_param = 1e-3 }
            ]
            """;

    private final TinyPipeline pipeline = TinyPipeline.undisturbed();

    @TempDir
    private Path folder = Path.of("none");

    private Cli run(Path store, String command, String... models) {
        return Cli.run(pipeline.command(store, command, "--set", "models=[" + String.join(", ", models) + "]"));
    }

    @Test
    void networksAreTrainedCalibratedAndScoredAndTheirHistoryIsKept() throws Exception {
        Path store = folder.resolve("store");
        TinyPipeline.copy(pipeline.store(), store);
        for (String command : List.of("train", "calibrate", "score")) {
            Cli cli = run(
                    store,
                    command,
                    String.format(MODEL, "net", "softmax", 16),
                    String.format(MODEL, "tree", "hierarchical", 16));
            assertThat(cli.exitCode()).as(cli.err()).isZero();
        }
        Row version = TinyPipeline.table(spark, store, ModelTables.MODELS)
                .filter(col("model").equalTo("net").and(col("version").equalTo(1)))
                .first();
        assertThat(version.<String>getAs("trainer")).isEqualTo("mlp");
        Dataset<Row> history =
                TinyPipeline.table(spark, store, ModelTables.TRAINING_HISTORY).filter("model = 'net'");
        Row picked = history.filter("picked").first();
        assertThat(history.filter("picked").count()).isOne();
        assertThat(picked.<Double>getAs("validation_accuracy"))
                .isEqualTo(
                        history.selectExpr("max(validation_accuracy)").first().getDouble(0))
                .isGreaterThan(0.6);
        long rows = TinyPipeline.table(spark, store, ExampleTables.SPLITS)
                .filter("split IN ('validation', 'test')")
                .count();
        assertThat(TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                        .filter("model IN ('net', 'tree') AND version = 2")
                        .groupBy("model")
                        .count()
                        .orderBy("model")
                        .collectAsList())
                .containsExactly(RowFactory.create("net", rows), RowFactory.create("tree", rows));
        assertThat(TinyPipeline.table(spark, store, CalibrationTables.CALIBRATIONS)
                        .filter("model = 'tree' AND node IS NOT NULL")
                        .select("node")
                        .distinct()
                        .collectAsList())
                .as("the nodes that a hierarchical head is calibrated at")
                .extracting(row -> row.getString(0))
                .containsExactlyInAnyOrder("", "animals", "plants");
        try (var files = Files.walk(store)) {
            assertThat(files.filter(path -> path.toString().contains("checkpoints/train-")))
                    .as("nothing to go on from is left behind")
                    .isEmpty();
        }
    }

    @Test
    void imagesGoTheWholeWay() {
        IdxFiles.write(folder, "train", 8, 8, IdxFiles.bars(240, 8, 1), IdxFiles.labels(240));
        IdxFiles.write(folder, "test", 8, 8, IdxFiles.bars(60, 8, 2), IdxFiles.labels(60));
        IdxFiles.write(folder, "odd", 9, 8, new byte[9 * 8], new byte[1]);
        Path file = folder.resolve("bars.conf");
        TinyPipeline.write(file, String.format(IMAGES, part("train"), part("test"), part("odd")));
        Path store = folder.resolve("store");

        for (String command : List.of("extract", "stratify", "train", "score")) {
            Cli cli = Cli.run(command, file.toString(), "--set", "store.root=" + store);
            assertThat(cli.exitCode()).as(cli.err()).isZero();
        }
        assertThat(TinyPipeline.table(spark, store, ExampleTables.REJECTS)
                        .select("detail", "raw")
                        .collectAsList())
                .containsExactly(RowFactory.create(
                        "column 'pixels' has 72 elements, not 64", "{\"file\":\"odd\",\"place\":0,\"number\":0}"));
        assertThat(TinyPipeline.table(spark, store, ExampleTables.SPLITS)
                        .groupBy("label", "split")
                        .count()
                        .orderBy("label", "split")
                        .collectAsList())
                .containsExactly(
                        RowFactory.create("lying", "test", 20L),
                        RowFactory.create("lying", "train", 64L),
                        RowFactory.create("lying", "validation", 16L),
                        RowFactory.create("none", "test", 20L),
                        RowFactory.create("none", "train", 64L),
                        RowFactory.create("none", "validation", 16L),
                        RowFactory.create("upright", "test", 20L),
                        RowFactory.create("upright", "train", 64L),
                        RowFactory.create("upright", "validation", 16L));
        for (String model : List.of("cnn", "softmax")) {
            assertThat(TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                            .filter("split = 'test' AND predicted = label AND model = '" + model + "'")
                            .count())
                    .as(model)
                    .isGreaterThan(40);
        }
    }

    private String part(String name) {
        Path images = folder.resolve(name + ".gz");
        Path labels = folder.resolve(name + "-labels");
        return String.format(
                "{ split = %s, images = \"%s\", labels = \"%s\" }", name.replace("odd", "test"), images, labels);
    }

    @Test
    void aNetworkThatCannotBeIsRefusedWithItsPlace() {
        Cli cli = run(folder, "train", String.format(MODEL, "net", "softmax", 0));
        assertThat(cli.exitCode()).isEqualTo(2);
        assertThat(cli.err()).contains("hidden must be above 0");
    }
}
