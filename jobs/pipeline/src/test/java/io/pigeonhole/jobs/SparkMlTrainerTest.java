package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Classifiers of Spark ML pass through all jobs like any other model. */
class SparkMlTrainerTest extends CopiedStoreTest {

    private static final String FOREST = "classifier = \"org.apache.spark.ml.classification.RandomForestClassifier\"";

    private Cli run(String command, String model, String... more) {
        List<String> arguments = new ArrayList<>(List.of("--set", "models=[" + model + "]"));
        arguments.addAll(Arrays.asList(more));
        return Cli.run(pipeline.command(store, command, arguments.toArray(String[]::new)));
    }

    private void done(String command, String model, String... more) {
        Cli cli = run(command, model, more);
        assertThat(cli.exitCode()).as(cli.err()).isZero();
    }

    private Dataset<Row> table(TableDefinition table) {
        return TinyPipeline.table(spark, store, table);
    }

    private Row version(String model) {
        return table(ModelTables.MODELS)
                .filter(col("model").equalTo(model).and(col("base_version").isNull()))
                .select("trainer", "fingerprint", "metrics")
                .first();
    }

    private Map<String, Double> figures(String model) {
        return TinyPipeline.figures(version(model).getList(2));
    }

    @Test
    void aGridOfForestsIsJudgedCalibratedScoredAndEvaluatedAndItsRunReplayed() {
        String model = "{ name = forest, trainer = spark_ml, " + FOREST
                + ", params { numTrees = [2, 3], maxDepth = 3 }, class_weight = given, class_weights { cat = 2 },"
                + " calibration = temperature }";
        done("run", model);

        Dataset<Row> trials = table(ModelTables.TRIALS);
        assertThat(trials.orderBy("trial").select("setting").collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactly("numTrees = 2", "numTrees = 3");
        Row picked = trials.filter("picked")
                .select("value", "judged_on", "reg_param")
                .first();
        assertThat(picked.getDouble(0))
                .isEqualTo(trials.selectExpr("max(value)").first().getDouble(0));
        assertThat(picked.getString(1)).isEqualTo("validation");
        assertThat(picked.isNullAt(2)).isTrue();
        assertThat(version("forest").getString(0)).isEqualTo("spark_ml");
        assertThat(figures("forest")).containsEntry("repeatable", 1.0).containsEntry("classes", 4.0);
        double accuracy = table(JudgementTables.EVALUATION_SUMMARY)
                .filter(
                        "model = 'forest' AND split = 'test' AND metric = 'accuracy' AND level = 'leaf' AND slice = 'all'")
                .select("value")
                .first()
                .getDouble(0);
        assertThat(accuracy).as("cat alone is right for 0.39 of the rows").isGreaterThan(0.5);
        String replayed = table(RunTables.RUNS)
                .filter("job = 'train' AND subject = 'forest'")
                .select("run_id")
                .first()
                .getString(0);
        done("replay", model, "--run", replayed);
    }

    @Test
    void foldsJudgeSettingsToo() {
        done(
                "train",
                "{ name = folds, trainer = spark_ml, " + FOREST
                        + ", params { numTrees = [1, 2] }, selection { on = folds, metric = log_loss } }");
        Dataset<Row> trials = table(ModelTables.TRIALS);
        assertThat(trials.filter("judged_on = 'folds' AND metric = 'log_loss'").count())
                .isEqualTo(2);
        assertThat(trials.filter("picked").first().<Long>getAs("support"))
                .as("all rows of train")
                .isEqualTo(figures("folds").get("rows").longValue());
    }

    @Test
    void treesAreBoostedWhereXgboostIsOnTheClassPathAndAForestWhereAsked() {
        String boosted = "{ name = boosted, trainer = trees, trees = 3, depth = 2, learning_rate = 0.3 }";
        done("train", boosted);
        done("score", boosted);
        done(
                "train",
                "{ name = forest, trainer = trees, ensemble = forest, trees = 2, depth = 3, class_weight = balanced }");
        assertThat(version("boosted").getString(0)).isEqualTo("trees");
        assertThat(figures("boosted")).containsEntry("boosted", 1.0).containsEntry("partitions", 1.0);
        assertThat(figures("forest")).containsEntry("boosted", 0.0);
        assertThat(run("models", "{ name = boosted, trainer = trees }").out()).contains("boosted");
    }

    @Test
    void mistakesAreReportedBeforeAnythingRuns() {
        assertRefused(
                "{ name = m, trainer = spark_ml, " + FOREST + ", params { numTree = 2 } }", "did you mean 'numTrees'?");
        assertRefused(
                "{ name = m, trainer = spark_ml, classifier = org.apache.spark.ml.classification.MultilayerPerceptronClassifier,"
                        + " partitions = 1, params { layers = [4], maxIter = 2 }, class_weight = balanced }",
                "would ignore class_weight = balanced");
    }

    private void assertRefused(String model, String message) {
        Cli cli = run("train", model);
        assertThat(cli.exitCode()).as(cli.out()).isEqualTo(2);
        assertThat(cli.err()).contains(message);
    }

    /** In 32 bins of four classes, four million hashed n-grams do not fit into the memory of a test. */
    @Test
    void thePlanSaysThatAForestOverHashedTextsNeedsTooMuchMemory() {
        Cli cli = run(
                "train",
                "{ name = wide, trainer = trees, ensemble = forest }",
                "--set",
                "features=[{ kind = text, column = text, vocabulary { kind = hashed, buckets = 4194304 } }]",
                "--dry-run");
        assertThat(cli.out() + cli.err())
                .contains("train wide: ")
                .containsPattern("memory of this process 16[.]. GB of");
    }
}
