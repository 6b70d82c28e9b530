package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.runs.RunTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

/** Rows of no class: moss, which was a class before, is named in labels.unknown. */
class UnknownRowsTest extends CopiedStoreTest {

    /** Asking a person costs 3 more than missing a class. */
    private static final String[] UNKNOWN = {
        "labels.unknown=[moss]",
        "score.unknown.at_most_in_scope_loss=0.1",
        "costs.classes={ unknown { false_positive = 3, false_negative = 0 } }"
    };

    private Cli run(String command, String... settings) {
        List<String> arguments = new ArrayList<>(List.of("--set", TinyPipeline.alone("softmax")));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        return Cli.run(pipeline.command(store, command, arguments.toArray(String[]::new)));
    }

    private Dataset<Row> predictions(String where) {
        return TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                .filter("model = 'softmax' AND version = 3 AND " + where);
    }

    @Test
    void rowsOfNoClassNeverTrainAndTheRuleKeepsItsShareOfTheOthers() {
        Cli cli = run("run", UNKNOWN);
        assertThat(cli.exitCode()).as(cli.err()).isZero();

        // 92, 117 and 60 rows of dog, cat and fern; 31 of moss
        assertThat(predictions("split = 'test' AND label = 'moss'").count()).isEqualTo(3);
        assertThat(figures("stratify"))
                .containsEntry("unknown_train", 25.0)
                .containsEntry("rows_train", 216.0)
                .containsEntry("classes", 3.0);
        assertThat(predictions("is_unknown != (label = 'moss')").isEmpty()).isTrue();
        assertThat(predictions("exists(top_k, t -> t.label = 'moss')").isEmpty())
                .as("moss was learnt")
                .isTrue();

        List<Double> scores =
                predictions("split = 'validation' AND NOT is_unknown").orderBy("unknown_score").collectAsList().stream()
                        .map(row -> row.<Double>getAs("unknown_score"))
                        .toList();
        Row threshold =
                TinyPipeline.table(spark, store, ModelTables.UNKNOWN_THRESHOLDS).first();
        assertThat(threshold.<Long>getAs("support")).isEqualTo(27);
        // the ceil(28 * 0.9) = 26th smallest of 27
        assertThat(threshold.<Double>getAs("threshold")).isEqualTo(scores.get(25));
        assertThat(threshold.<Long>getAs("lost")).isEqualTo(1);
        // statsmodels.stats.proportion.proportion_confint(1, 27, method="wilson")
        assertThat(threshold.<Double>getAs("in_scope_loss_high")).isCloseTo(0.1828346593, within(1e-9));
        assertThat(predictions("(predicted = 'unknown') != (unknown_score > " + scores.get(25) + "D)")
                        .isEmpty())
                .isTrue();
        assertThat(predictions("predicted = 'unknown' AND (levels[0].predicted != 'unknown' OR confidence"
                                + " != top_k[0].probability)")
                        .isEmpty())
                .isTrue();
        assertThat(predictions("NOT coalesce(p_value > 0 AND p_value <= 1, false)")
                        .isEmpty())
                .isTrue();
        // of a class whose rows all have it as the most probable one, the share of p-values up to p is p
        assertThat(predictions("split = 'validation' AND label = top_k[0].label AND p_value <= 0.1")
                        .count())
                .isLessThanOrEqualTo(3);
        assertThat(labelled("test")).isEqualTo((double)
                predictions("split = 'test' AND label != 'moss'").count());

        assertThat(TinyPipeline.table(spark, store, JudgementTables.EVALUATION_UNKNOWN)
                        .filter("split = 'validation' AND slice = 'all' AND metric = 'in_scope_loss'")
                        .selectExpr("value", "support")
                        .collectAsList())
                .containsExactly(RowFactory.create(1 / 27.0, 27L));
        assertThat(TinyPipeline.table(spark, store, JudgementTables.EVALUATION_COVERAGE)
                        .filter("split = 'test' AND slice = 'all' AND coverage = 1 AND support = 29")
                        .count())
                .isEqualTo(1);

        double cost = predictions("split = 'validation' AND NOT is_unknown")
                .selectExpr("avg(CASE predicted WHEN label THEN 0.0D WHEN 'unknown' THEN 4.0D ELSE 1.0D END)")
                .first()
                .getDouble(0);
        assertThat(TinyPipeline.table(spark, store, JudgementTables.EVALUATION_COSTS)
                        .filter("split = 'validation' AND slice = 'all' AND label IS NULL")
                        .first()
                        .<Double>getAs("expected_cost"))
                .isCloseTo(cost, within(1e-7));

        Cli again = run("run", UNKNOWN);
        assertThat(again.out()).contains("Nothing to do");
        assertThat(replayOfCalibration().out())
                .contains("unknown_thresholds: 1 rows", "came out again, to the last bit");
        assertThat(TinyPipeline.table(spark, store, ExampleTables.EXAMPLES)
                        .filter("label = 'moss'")
                        .count())
                .isEqualTo(31);
    }

    private Map<String, Double> figures(String job) {
        return TinyPipeline.figures(latest(job).getList(latest(job).fieldIndex("figures")));
    }

    private Row latest(String job) {
        return TinyPipeline.table(spark, store, RunTables.RUNS)
                .filter("job = '" + job + "'")
                .orderBy(col("started_at").desc())
                .first();
    }

    private Cli replayOfCalibration() {
        List<String> arguments =
                new ArrayList<>(List.of("--run", latest("calibrate").getAs("run_id")));
        arguments.addAll(List.of("--set", TinyPipeline.alone("softmax")));
        List.of(UNKNOWN).forEach(setting -> arguments.addAll(List.of("--set", setting)));
        return Cli.run(pipeline.command(store, "replay", arguments.toArray(String[]::new)));
    }

    private double labelled(String split) {
        return TinyPipeline.table(spark, store, JudgementTables.EVALUATION_SUMMARY)
                .filter("model = 'softmax' AND version = 3 AND metric = 'labelled' AND slice = 'all' AND level = 'leaf'"
                        + " AND split = '" + split + "'")
                .first()
                .getAs("value");
    }

    @Test
    void classesWithEnoughRowsHaveTheirOwnThresholds() {
        String[] settings = {"score.unknown={ at_most_in_scope_loss = 0.2, per_class = true, minimum_rows = 8 }"};
        assertThat(run("calibrate", settings).exitCode()).isZero();
        assertThat(run("score", settings).exitCode()).isZero();

        List<Row> thresholds = TinyPipeline.table(spark, store, ModelTables.UNKNOWN_THRESHOLDS)
                .filter("label IS NOT NULL")
                .orderBy("label")
                .collectAsList();
        // all 30 rows of validation have a most probable class
        assertThat(thresholds.stream().mapToLong(row -> row.getAs("support")).sum())
                .isEqualTo(30);
        List<String> pooled = thresholds.stream()
                .filter(row -> row.<Boolean>getAs("pooled"))
                .map(row -> "'" + row.getAs("label") + "'")
                .toList();
        assertThat(pooled).isNotEmpty().hasSizeLessThan(4);
        for (Row row : thresholds) {
            boolean isPooled = row.<Boolean>getAs("pooled");
            assertThat(isPooled).isEqualTo(row.<Long>getAs("support") < 8);
            List<Double> scores = scores("top_k[0].label IN ("
                    + (isPooled ? String.join(", ", pooled) : "'" + row.getAs("label") + "'") + ")");
            int rank = (int) Math.ceil((scores.size() + 1) * 0.8 - 1e-9);
            assertThat(row.<Double>getAs("threshold"))
                    .as(row.toString())
                    .isEqualTo(rank > scores.size() ? null : scores.get(rank - 1));
        }
        assertNewRows(settings[0]);
    }

    /** Rows that are only scored obey the rule of the version, too; this one has no word that train has. */
    private void assertNewRows(String rule) {
        TinyPipeline.write(folder.resolve("new.csv"), TinyPipeline.HEADER + "\nn1,,,quite another matter,1.0,\n");
        Cli cli = run("score", rule, "score.examples={ like = csv, path = \"" + folder.resolve("new.csv") + "\" }");
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        Row row = TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                .filter("split = 'new'")
                .first();
        assertThat(row.<Boolean>getAs("is_unknown")).isNull();
        double threshold = TinyPipeline.table(spark, store, ModelTables.UNKNOWN_THRESHOLDS)
                .filter("label = '"
                        + row.<Row>getList(row.fieldIndex("top_k")).get(0).getString(0) + "'")
                .selectExpr("coalesce(threshold, double('inf'))")
                .first()
                .getDouble(0);
        assertThat(row.getAs("predicted").equals("unknown")).isEqualTo(row.<Double>getAs("unknown_score") > threshold);

        Cli drift = Cli.run(pipeline.command(
                store, "drift", "--model", "softmax", "--set", TinyPipeline.alone("softmax"), "--set", rule));
        assertThat(drift.exitCode()).as(drift.err()).isZero();
        double share = TinyPipeline.table(spark, store, JudgementTables.DRIFT)
                .filter("label = 'unknown'")
                .first()
                .getAs("base_value");
        assertThat(share).isCloseTo(unknownOfTest(), within(1e-12)).isPositive();
    }

    /** Share of unknown among the decisions on test. */
    private double unknownOfTest() {
        return TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                .filter("model = 'softmax' AND version = 2 AND split = 'test'")
                .selectExpr("avg(if(predicted = 'unknown', 1.0D, 0.0D))")
                .first()
                .getDouble(0);
    }

    /** The scores of the validation rows under the latest version, ascending. */
    private List<Double> scores(String where) {
        return TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                .filter("model = 'softmax' AND version = 2 AND split = 'validation' AND " + where)
                .orderBy("unknown_score")
                .collectAsList()
                .stream()
                .map(row -> row.<Double>getAs("unknown_score"))
                .toList();
    }

    @Test
    void rowsOfNoClassChooseTheThresholdWhereAnObjectiveAsksForThem() {
        String[] balanced = {
            "labels.unknown=[moss]", "score.unknown={ objective = balanced_accuracy, minimum_unknown_rows = 3 }"
        };
        Cli cli = run("run", balanced);
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        double chosen = assertBest(3, "balanced_accuracy", "(27 - lost) / 27 + found / 3");
        assertThat(predictions("(predicted = 'unknown') != (unknown_score > " + chosen + "D)")
                        .isEmpty())
                .isTrue();
        assertThat(run("run", balanced).out()).contains("Nothing to do");

        Cli share = run(
                "calibrate",
                "labels.unknown=[moss]",
                "score.unknown={ least_unknown_recall = 0.6, minimum_unknown_rows = 3 }");
        assertThat(share.exitCode()).as(share.err()).isZero();
        assertBest(4, "least_unknown_recall", "if(found >= 2, -lost, -99)");

        Cli few = run("calibrate", "labels.unknown=[moss]", "score.unknown.objective=balanced_accuracy");
        assertThat(few.exitCode()).isEqualTo(3);
        assertThat(few.err())
                .contains("27 rows of the model's classes and 3 of no class", "at least 30", "minimum_unknown_rows");
    }

    /**
     * No threshold is better than that of a version by a value of lost and found rows, and none as good is higher.
     *
     * @return the threshold
     */
    private double assertBest(int version, String objective, String value) {
        Row row = TinyPipeline.table(spark, store, ModelTables.UNKNOWN_THRESHOLDS)
                .filter("version = " + version)
                .first();
        Dataset<Row> scores = predictions("split = 'validation'").select("unknown_score", "is_unknown");
        Row best = scores.selectExpr("unknown_score AS threshold")
                .crossJoin(scores)
                .groupBy("threshold")
                .agg(
                        expr("count_if(unknown_score > threshold AND NOT is_unknown) AS lost"),
                        expr("count_if(unknown_score > threshold AND is_unknown) AS found"))
                .orderBy(
                        expr("round(" + value + ", 9)").desc(), col("threshold").desc())
                .first();
        assertThat(row.<String>getAs("objective")).isEqualTo(objective);
        assertThat(row.<Long>getAs("unknown_support")).isEqualTo(3);
        assertThat(List.of(row.getAs("threshold"), row.getAs("lost"), row.getAs("found")))
                .isEqualTo(List.of(best.get(0), best.get(1), best.get(2)));
        assertThat(row.<Double>getAs("unknown_recall")).isEqualTo(best.getLong(2) / 3.0);
        assertThat(row.<Double>getAs("unknown_recall"))
                .isBetween(row.getAs("unknown_recall_low"), row.getAs("unknown_recall_high"));
        return best.getDouble(0);
    }

    @Test
    void aRuleThatCannotBeFittedOrIsMissingIsRefused() {
        Cli few = run("calibrate", "score.unknown.at_most_in_scope_loss=0.02");
        assertThat(few.exitCode()).isEqualTo(3);
        assertThat(few.err()).contains("takes at least 49", "at_most_in_scope_loss");

        Cli refitted = Cli.run(pipeline.command(
                store,
                "run",
                "--set",
                "models=[{ name = softmax, trainer = softmax, selection.refit = true }]",
                "--set",
                "score.unknown.at_most_in_scope_loss=0.1"));
        assertThat(refitted.exitCode()).isEqualTo(2);
        assertThat(refitted.err()).contains("selection.refit = true", "score.unknown");

        Cli both = run("run", "labels.unknown=[moss]", "labels.critical=[moss]");
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("'moss' is in labels.unknown");

        Cli without = run("score", "score.unknown.at_most_in_scope_loss=0.1", "score.version=1");
        assertThat(without.exitCode()).isEqualTo(3);
        assertThat(without.err()).contains("has no rule for unknown rows", "score.unknown");
    }
}
