package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Options of training beyond one training from scratch. */
class TrainOptionsTest extends CopiedStoreTest {

    private static final Column RIGHT =
            avg(when(col("predicted").equalTo(col("label")), 1.0).otherwise(0.0));

    private Cli run(String command, String model) {
        return Cli.run(pipeline.command(store, command, "--set", "models=[" + model + "]"));
    }

    private void done(String command, String model) {
        Cli cli = run(command, model);
        assertThat(cli.exitCode()).as(cli.err()).isZero();
    }

    private Dataset<Row> table(TableDefinition table) {
        return TinyPipeline.table(spark, store, table);
    }

    private Map<String, Double> metrics(String model, int version) {
        return TinyPipeline.figures(table(ModelTables.MODELS)
                .filter(col("model").equalTo(model).and(col("version").equalTo(version)))
                .select("metrics")
                .first()
                .getList(0));
    }

    @Test
    void aGridIsJudgedByFoldsAndTheirPredictionsAreKept() {
        done(
                "train",
                "{ name = grid, trainer = softmax, reg_param = [1e-4, 1e-2, 10], class_weight = [none, balanced],"
                        + " selection { on = folds, out_of_fold = true } }");

        Dataset<Row> trials = table(ModelTables.TRIALS);
        assertThat(trials.orderBy("trial").select("reg_param").collectAsList())
                .extracting(row -> row.getDouble(0))
                .containsExactly(10.0, 10.0, 1e-2, 1e-2, 1e-4, 1e-4);
        Row picked = trials.filter("picked")
                .select("value", "support", "low", "high")
                .first();
        assertThat(picked.getDouble(0))
                .isEqualTo(trials.selectExpr("max(value)").first().getDouble(0));
        Dataset<Row> kept = table(PredictionTables.PREDICTIONS).filter("model = 'grid' AND split = 'out_of_fold'");
        Dataset<Row> train = table(ExampleTables.SPLITS).filter("split = 'train' AND label IS NOT NULL");
        assertThat(kept.count()).isEqualTo(train.count()).isEqualTo(picked.getLong(1));
        assertThat(kept.select("example_id").except(train.select("example_id")).isEmpty())
                .isTrue();
        assertThat(kept.agg(RIGHT).first().getDouble(0)).isCloseTo(picked.getDouble(0), within(1e-9));
    }

    @Test
    void aRefitTrainsThePickedSettingOnTrainAndValidationAndThenHasNoFigureOnValidation() {
        String model = "{ name = refit, trainer = softmax, reg_param = [1e-4, 1e-2], selection { refit = true } }";
        done("train", model);
        done("score", model);
        done("evaluate", model);

        long rows = table(ExampleTables.SPLITS)
                .filter("split IN ('train', 'validation') AND label IS NOT NULL")
                .count();
        assertThat(metrics("refit", 1)).containsEntry("rows", (double) rows);
        assertThat(table(ModelTables.MODELS)
                        .select("model", "trained_on")
                        .filter("model = 'refit'")
                        .first()
                        .getString(1))
                .isEqualTo("train_and_validation");
        assertThat(table(ModelTables.TRIALS).filter("picked").count()).isEqualTo(1);
        assertThat(table(PredictionTables.PREDICTIONS)
                        .filter("model = 'refit'")
                        .select("split")
                        .distinct()
                        .collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactly("test");

        Cli validation = Cli.run(pipeline.command(
                store, "score", "--set", "models=[" + model + "]", "--set", "score.splits=[validation]"));
        assertThat(validation.exitCode()).isEqualTo(3);
        assertThat(validation.err()).contains("was trained on train and validation", "Set score.splits = [test]");
        Cli calibrate = run("calibrate", "{ name = refit, trainer = softmax, calibration = temperature }");
        assertThat(calibrate.exitCode()).isEqualTo(3);
        assertThat(calibrate.err()).contains("would be fitted on rows that the model has seen");
        Cli both = run("train", "{ name = refit, trainer = softmax, calibration = auto, selection { refit = true } }");
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("has selection.refit = true, so it is trained on validation");
    }

    @Test
    void resampledRowsTrainAndTheProbabilitiesKeepTheSharesOfTheClasses() {
        String model = "{ name = even, trainer = softmax, reg_param = [1e-3, 1e-1], selection { on = folds },"
                + " resampling { over = repeat, under = drop, target = 60 } }";
        done("train", model);
        done("score", model);

        double added = 0;
        double leftOut = 0;
        Map<String, Double> shares = new TreeMap<>();
        for (Row row : table(ExampleTables.SPLITS)
                .filter("split = 'train' AND label IS NOT NULL")
                .groupBy("label")
                .count()
                .collectAsList()) {
            added += Math.max(0, 60 - row.getLong(1));
            leftOut += Math.max(0, row.getLong(1) - 60);
            shares.put(row.getString(0), (double) row.getLong(1));
        }
        double train = shares.values().stream().mapToDouble(count -> count).sum();
        assertThat(metrics("even", 1))
                .containsEntry("rows", 240.0)
                .containsEntry("rows_added", added)
                .containsEntry("rows_left_out", leftOut);
        assertThat(table(ModelTables.TRIALS).select("support").first().getLong(0))
                .as("the rows as they are judge")
                .isEqualTo((long) train);
        Dataset<Row> listed = table(PredictionTables.PREDICTIONS)
                .filter("model = 'even'")
                .selectExpr("explode(probabilities) AS p")
                .groupBy("p.label")
                .sum("p.probability");
        double rows =
                table(PredictionTables.PREDICTIONS).filter("model = 'even'").count();
        double fromShares = 0;
        double fromEven = 0;
        for (Row row : listed.collectAsList()) {
            double mean = row.getDouble(1) / rows;
            fromShares += Math.abs(mean - shares.get(row.getString(0)) / train);
            fromEven += Math.abs(mean - 0.25);
        }
        assertThat(fromShares).isLessThan(fromEven / 2);
        assertThat(run("train", "{ name = even, trainer = softmax, resampling { over = smote } }")
                        .err())
                .contains("model 'even' has resampling.over = smote", "set calibration = auto, or over = repeat");
        assertThat(run("train", "{ name = even, trainer = prior, resampling { over = repeat } }")
                        .err())
                .contains("trainer = prior does not train on resampled rows");
        assertThat(run("train", "{ name = even, trainer = softmax, class_weight = balanced, resampling.under = drop }")
                        .err())
                .contains("resampling and class_weight both change the shares of the classes");
    }

    @Test
    void smoteAddsRowsBetweenVectorsAndIsCalibrated() {
        String model = "{ name = more, trainer = softmax, calibration = temperature,"
                + " resampling { over = smote, target = largest, neighbours = 3 } }";
        done("train", model);
        done("calibrate", model);

        assertThat(metrics("more", 1).get("rows_added")).isPositive();
        assertThat(metrics("more", 1).get("rows"))
                .isEqualTo(4.0
                        * table(ExampleTables.SPLITS)
                                .filter("split = 'train' AND label = 'cat'")
                                .count());
    }

    @Test
    void aLearntTreeWithABeamAndPruningSaysWhatTheseCost() {
        String model = "{ name = tree, trainer = label_tree, branching = 2, beam_width = 1, prune_below = 0.5 }";
        done("train", model);
        done("score", model);

        Map<String, Double> metrics = metrics("tree", 1);
        assertThat(metrics)
                .containsKeys("validation_accuracy_exact", "validation_accuracy_pruned", "validation_agreement_beam");
        assertThat(metrics.get("coefficients_pruned")).isPositive();
        assertThat(table(PredictionTables.PREDICTIONS)
                        .filter("model = 'tree' AND split = 'validation' AND label IS NOT NULL")
                        .agg(RIGHT)
                        .first()
                        .getDouble(0))
                .isCloseTo(metrics.get("validation_accuracy_beam"), within(1e-9));
        assertThat(metrics.get("validation_agreement_beam")).isBetween(0.3, 1.0);
        String trained = table(RunTables.RUNS)
                .filter("job = 'train' AND subject = 'tree'")
                .first()
                .getAs("run_id");
        assertThat(Cli.done(pipeline.command(store, "replay", "--run", trained, "--set", "models=[" + model + "]"))
                        .out())
                .contains("came out again, to the last bit");
    }

    @Test
    void aFlatTreeIsJudgedOnFoldsAndSaysWhatABeamCosts() {
        String model = "{ name = flat, trainer = label_tree, shape = flat, beam_width = 1, reg_param = [1e-6, 1e-5],"
                + " selection.on = folds }";
        done("train", model);
        done("score", model);
        done("evaluate", model);

        Map<String, Double> metrics = metrics("flat", 1);
        assertThat(metrics.get("validation_accuracy_exact")).isGreaterThan(0.5);
        assertThat(metrics.get("validation_agreement_beam")).isEqualTo(1);
        assertThat(table(PredictionTables.PREDICTIONS)
                        .filter("model = 'flat' AND split = 'validation' AND label IS NOT NULL")
                        .agg(RIGHT)
                        .first()
                        .getDouble(0))
                .isCloseTo(metrics.get("validation_accuracy_beam"), within(1e-9));
    }

    @Test
    void aStartAtAnEarlierVersionTakesFewerPassesAndIsAnInputOfTheRun() {
        String model = "{ name = softmax, trainer = softmax, reg_param = 1e-3, warm_start { version = 1 } }";
        done("train", model);
        done("train", model);

        assertThat(metrics("softmax", 2).get("passes"))
                .isLessThan(metrics("softmax", 1).get("passes") / 2);
        assertThat(metrics("softmax", 2).get("objective"))
                .isCloseTo(metrics("softmax", 1).get("objective"), within(1e-5));
        assertThat(metrics("softmax", 2))
                .containsEntry("warm_start_features", metrics("softmax", 2).get("features"))
                .containsEntry("warm_start_classes", 4.0);
        assertThat(table(RunTables.RUNS)
                        .filter("job = 'train' AND subject = 'softmax'")
                        .filter("exists(inputs, i -> i.name = 'model softmax' AND i.version = 1)")
                        .count())
                .as("done once, and then known to be done")
                .isEqualTo(1);
        Cli other =
                run("train", "{ name = other, trainer = one_vs_rest, warm_start { model = softmax, version = 1 } }");
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err()).contains("cannot start from version 1 of model 'softmax', which is softmax");
    }

    @Test
    void foldsThatWereNotDealtCannotJudge() {
        Cli cli = Cli.run(pipeline.command(
                store,
                "train",
                "--set",
                "models=[{ name = grid, trainer = softmax, selection { on = folds } }]",
                "--set",
                "stratify.folds=0"));
        assertThat(cli.exitCode()).isEqualTo(2);
        assertThat(cli.err()).contains("selection.on = folds, but stratify.folds is 0");
        assertThat(List.of(run("train", "{ name = grid, trainer = softmax, reg_param = [] }")
                        .exitCode()))
                .containsExactly(2);
    }
}
