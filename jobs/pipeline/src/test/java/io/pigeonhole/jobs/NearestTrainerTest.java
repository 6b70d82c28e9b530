package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.delta.tables.DeltaTable;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.transforms.files.PipelineFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that compare rows pass through all jobs, and a class is added to one of them. */
class NearestTrainerTest extends DeltaTest {

    private static final String NEIGHBOURS = "{ name = near, trainer = nearest, neighbours = [1, 5, 15],"
            + " weights = [uniform, distance], balance = [1, 0], metric = [cosine, euclidean], calibration = temperature,"
            + " selection { metric = log_loss } }";
    private static final String CENTROIDS = "{ name = centre, trainer = nearest, method = centroids%s }";

    @TempDir
    private static Path folder = Path.of("none");

    private static TinyPipeline pipeline = new TinyPipeline(folder);

    @BeforeAll
    static void train() {
        pipeline = TinyPipeline.create(folder);
        TinyPipeline.copy(TinyPipeline.undisturbed().store(), pipeline.store());
        String whitened = String.format(
                CENTROIDS, ", covariance = [none, shared], shrinkage = [0.3, 0.9], add_classes_to = latest");
        Cli.done(pipeline.command("run", "--set", "models=[" + NEIGHBOURS + ", " + whitened + "]"));
    }

    private static Dataset<Row> table(TableDefinition table) {
        return table(pipeline, table);
    }

    private static Dataset<Row> table(TinyPipeline pipeline, TableDefinition table) {
        return TinyPipeline.table(spark, pipeline.store(), table);
    }

    private static double value(TinyPipeline pipeline, String model, int version, String metric) {
        return table(pipeline, JudgementTables.EVALUATION_SUMMARY)
                .filter("split = 'test' AND slice = 'all' AND level = 'leaf'")
                .filter(col("model").equalTo(model).and(col("version").equalTo(version)))
                .filter(col("metric").equalTo(metric))
                .select("value")
                .first()
                .getDouble(0);
    }

    @Test
    void gridsAreJudgedByOneComparisonAndTheBestBecomesTheVersion() {
        Dataset<Row> trials = table(ModelTables.TRIALS).filter("model = 'near'");
        assertThat(trials.orderBy("trial").select("setting").collectAsList())
                .hasSize(24)
                .startsWith(
                        RowFactory.create("metric cosine, neighbours 15, weights uniform"),
                        RowFactory.create("metric cosine, neighbours 15, weights uniform, balance 1.00"));
        assertThat(trials.filter("picked").selectExpr("value").first())
                .isEqualTo(trials.selectExpr("min(value)").first());
        assertThat(table(ModelTables.TRIALS)
                        .filter("model = 'centre'")
                        .orderBy("trial")
                        .select("setting")
                        .collectAsList())
                .containsExactly(
                        RowFactory.create("metric cosine, covariance none"),
                        RowFactory.create("metric cosine, covariance shared, shrinkage 0.900"),
                        RowFactory.create("metric cosine, covariance shared, shrinkage 0.300"));
        Map<String, Double> figures = TinyPipeline.figures(table(ModelTables.MODELS)
                .filter("model = 'near' AND base_version IS NULL")
                .select("metrics")
                .first()
                .getList(0));
        assertThat(figures).containsKeys("rows", "classes", "features", "parameters", "temperature", "smoothing");
        assertThat(value(pipeline, "near", 2, "accuracy")).isGreaterThan(0.7);
        assertThat(value(pipeline, "centre", 1, "accuracy")).isGreaterThan(0.7);
        assertThat(value(pipeline, "near", 2, "log_loss")).isLessThan(0.9);
        assertThat(table(JudgementTables.EVALUATION_SUMMARY)
                        .filter("model = 'near' AND level <> 'leaf'")
                        .count())
                .as("it knows the taxonomy")
                .isPositive();
    }

    @Test
    void whatNoClassCanBeAddedToIsRefused() {
        String add = "models=[" + String.format(CENTROIDS, ", add_classes_to = 1") + "]";
        Cli early = Cli.run(pipeline.command("train", "--set", add));
        assertThat(early.exitCode()).isEqualTo(3);
        assertThat(early.err()).contains("Train has no class that version 1 of model 'centre' lacks");

        Cli other = Cli.run(pipeline.command(
                "train", "--set", "models=[{ name = softmax, trainer = nearest, add_classes_to = 1 }]"));
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err()).contains("is a softmax, and no class can be added to it");
    }

    /** Apes have fewer rows than an average class, so that their votes count more. */
    private static void assertVotesOfApesAreBalanced(TinyPipeline pipeline) {
        for (String balance : List.of("0", "0.5")) {
            Cli.done(pipeline.command(
                    "train",
                    "--set",
                    "models=[{ name = near, trainer = nearest, add_classes_to = 1, added_balance = " + balance
                            + " }]"));
        }
        Map<String, Long> rows = new TreeMap<>();
        table(pipeline, ExampleTables.SPLITS)
                .filter("split = 'train'")
                .groupBy("label")
                .count()
                .collectAsList()
                .forEach(row -> rows.put(row.getString(0), row.getLong(1)));
        long apes = rows.remove("ape");
        double average =
                rows.values().stream().mapToLong(Long::longValue).average().orElseThrow();
        List<double[]> plain = scores(pipeline, "near", 3);
        List<double[]> balanced = scores(pipeline, "near", 4);
        // the second of the rows contains a word of apes
        assertThat(balanced.get(1)[0] - plain.get(1)[0]).isCloseTo(Math.log(average / apes) / 2, within(1e-9));
        for (int i = 0; i < plain.size(); i++) {
            assertThat(Arrays.copyOfRange(balanced.get(i), 1, 5)).isEqualTo(Arrays.copyOfRange(plain.get(i), 1, 5));
        }
    }

    private static List<String> withApes(int number) {
        List<String> rows = new ArrayList<>(TinyPipeline.rows(0));
        for (int i = 0; i < number; i++) {
            rows.add("ape-" + i + ",animals,ape,ape" + i % 3 + " word1 word" + i + ",1.0,2024-05-05T00:00:00Z");
        }
        return rows;
    }

    @Test
    void eachNightAddsTheNewClassesEveryOtherScoreKeepsItsBitsAndARepetitionChangesNothing() {
        TinyPipeline nightly = TinyPipeline.create(folder.resolve("nightly"));
        TinyPipeline.copy(pipeline.store(), nightly.store());
        assertThat(added(nightly)).as("the first one was trained").containsExactly(-1.0);
        String[] latest = {"--set", "models=[" + String.format(CENTROIDS, ", add_classes_to = latest") + "]"};

        nightly.input(withApes(20), 1);
        Cli.done(nightly.command("run", latest));
        assertThat(added(nightly)).containsExactly(-1.0, 1.0);
        assertThat(TinyPipeline.figures(version(nightly, "centre", 2).getList(0)))
                .containsEntry("added_classes", 1.0)
                .containsEntry("classes", 5.0);
        List<double[]> before = scores(nightly, "centre", 1);
        List<double[]> now = scores(nightly, "centre", 2);
        for (int i = 0; i < before.size(); i++) {
            // ape is the first class by name
            assertThat(Arrays.copyOfRange(now.get(i), 1, 5)).isEqualTo(before.get(i));
        }
        assertThat(value(nightly, "centre", 2, "accuracy")).isGreaterThan(0.7);

        assertVotesOfApesAreBalanced(nightly);

        Map<String, Long> versions = TinyPipeline.versions(nightly.store());
        Cli.done(nightly.command("run", latest));
        assertThat(TinyPipeline.versions(nightly.store())).as("all is done").isEqualTo(versions);
        Row adding = trainings(nightly).orderBy(col("started_at").desc()).first();
        assertThat(Cli.done(nightly.command("replay", latest[0], latest[1], "--run", adding.getAs("run_id")))
                        .out())
                .contains("came out again, to the last bit");

        String failed = "run_id = '" + adding.getAs("run_id") + "'";
        DeltaTable.forPath(spark, nightly.store().resolve("runs").toString())
                .updateExpr(failed, Map.of("status", "'failed'"));
        Cli.done(nightly.command("train", latest));
        assertThat(trainings(nightly).filter(failed).filter("status = 'done'").count())
                .isEqualTo(1);
        assertThat(added(nightly)).as("the same version").containsExactly(-1.0, 1.0);

        nightly.input(withApes(30), 1);
        // an evaluation again would replace rows in a dozen tables
        for (String job : List.of("extract", "stratify", "train", "score")) {
            Cli.done(nightly.command(job, latest));
        }
        Row idle = trainings(nightly).orderBy(col("started_at").desc()).first();
        assertThat(TinyPipeline.figures(idle.getList(idle.fieldIndex("figures"))))
                .containsEntry("added_to_version", 2.0)
                .containsEntry("added_classes", 0.0);
        assertThat(added(nightly)).containsExactly(-1.0, 1.0);
    }

    private static Dataset<Row> trainings(TinyPipeline pipeline) {
        return table(pipeline, RunTables.RUNS).filter("job = 'train' AND subject = 'centre'");
    }

    /** The figures and the files of a version of a model. */
    private static Row version(TinyPipeline pipeline, String model, int version) {
        return table(pipeline, ModelTables.MODELS)
                .filter(col("model").equalTo(model))
                .filter(col("version").equalTo(version))
                .select("metrics", "artifact")
                .first();
    }

    /** For each version of {@code centre}, the version that classes were added to; -1 if it was trained. */
    private static List<Double> added(TinyPipeline pipeline) {
        return table(pipeline, ModelTables.MODELS)
                .filter("model = 'centre'")
                .orderBy("version")
                .select("metrics")
                .collectAsList()
                .stream()
                .map(row -> TinyPipeline.figures(row.getList(0)).getOrDefault("added_to_version", -1.0))
                .toList();
    }

    @Test
    void aForgottenExampleLeavesTheFilesOfEveryVersionThatHoldsIt() {
        Path store = folder.resolve("forgetting");
        TinyPipeline.copy(pipeline.store(), store);
        String id = TinyPipeline.table(spark, store, ExampleTables.SPLITS)
                .filter("split = 'train' AND label = 'dog'")
                .selectExpr("min(example_id)")
                .first()
                .getString(0);
        assertThat(held(store, id)).as("trained and calibrated").isEqualTo(2);
        String settings = "models=[" + NEIGHBOURS + "]";
        String out = Cli.done(pipeline.command(store, "forget", "--example", id, "--set", settings))
                .out();
        assertThat(out)
                .contains(
                        "model 'near' version 1: 1 rows removed from its files, none left",
                        "model 'near' version 2: 1 rows removed from its files, none left");
        assertThat(held(store, id)).isZero();
        assertThat(TinyPipeline.list(store.resolve("artifacts/near"))).hasSize(2);
        Cli.done(pipeline.command(store, "score", "--set", settings, "--set", "score.version=1"));
    }

    /** How many versions of {@code near} contain an example. */
    private static long held(Path store, String id) {
        return spark.read()
                .parquet(store + "/artifacts/near/*/stages/*/rows-*")
                .filter(col("example_id").equalTo(id))
                .count();
    }

    /** The scores of some rows by a version of a model. */
    private static List<double[]> scores(TinyPipeline pipeline, String model, int version) {
        Dataset<Row> some = spark.createDataFrame(
                List.of(
                        RowFactory.create("cat1 word3 word4", 7.0),
                        RowFactory.create("dog2 word1 ape1", 3.0),
                        RowFactory.create("moss4", 0.0)),
                StructType.fromDDL("text STRING, size DOUBLE"));
        return PipelineFiles.load(
                        pipeline.store()
                                .resolve("artifacts")
                                .resolve(version(pipeline, model, version).getString(1))
                                .toString(),
                        spark)
                .transform(some)
                .collectAsList()
                .stream()
                .map(row -> row.<Vector>getAs("rawPrediction").toArray())
                .toList();
    }
}
