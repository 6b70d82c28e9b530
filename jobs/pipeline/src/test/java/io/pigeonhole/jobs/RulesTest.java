package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.runs.RunTables;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules above a model pass through all jobs like any other model. */
class RulesTest extends DeltaTest {

    private static final String BASE =
            "{ name = hierarchical, trainer = hierarchical, reg_param = 1e-3, calibration = auto }";

    /** What the rules below match, written once more. */
    private static final Map<String, Predicate<Row>> MATCHES = Map.of(
            "small", row -> row.<Double>getAs("size") < 3,
            "cats", row -> row.<String>getAs("text").contains("cat"),
            "common", row -> row.<String>getAs("text").contains("word1"),
            "never", row -> false);

    private static final Map<String, String> LABELS =
            Map.of("small", "moss", "cats", "cat", "common", "dog", "never", "fern");

    private final TinyPipeline pipeline = TinyPipeline.undisturbed();

    @TempDir
    private Path folder = Path.of("none");

    private Cli run(Path store, String command, String models, String... more) {
        return Cli.run(pipeline.command(
                store,
                command,
                Stream.concat(Stream.of("--set", "models=[" + models + "]"), Stream.of(more))
                        .toArray(String[]::new)));
    }

    private Path store() {
        Path store = folder.resolve("store");
        TinyPipeline.copy(pipeline.store(), store);
        return store;
    }

    private static String ruled(String settings) {
        return BASE + ", { name = ruled, trainer = rules, base = hierarchical, " + settings + " }";
    }

    @Test
    void rulesAreJudgedCombinedScoredEvaluatedGatedReplayedAndForgotten() {
        Path store = store();
        Path table = folder.resolve("rules.csv");
        TinyPipeline.write(table, """
                id,version,priority,binding,label,sql
                common,1,10,false,dog,"text LIKE '%word1%'"
                never,1,0,true,fern,"text IS NULL"
                """);
        String models = ruled("base_version = 2, confidence_level = 0.2, rules = ["
                + "{ id = cats, priority = 10, label = cat, sql = \"text LIKE '%cat%'\" },"
                + "{ id = small, version = 2, priority = 20, binding = true, label = moss, sql = \"size < 3\" }],"
                + " rule_table { format = csv, path = \"" + table + "\", options { header = true } }");
        Cli done = run(store, "run", models);
        assertThat(done.exitCode()).as(done.err()).isZero();

        eachRuleIsJudgedOnValidation(store);
        everyRowIsDecidedAsTheRulesSay(store);
        whatDecidedIsEvaluated(store);
        gatesAreAboutOneRule(store, models);
        theReportShowsThem(store, models);
        Row trained = TinyPipeline.table(spark, store, RunTables.RUNS)
                .filter("job = 'train' AND subject = 'ruled'")
                .first();
        assertThat(TinyPipeline.figures(trained.getList(trained.fieldIndex("figures"))))
                .containsEntry("rules", 4.0)
                .containsEntry("binding_rules", 2.0)
                .containsEntry("base_version", 2.0);
        assertThat(trained.<Row>getList(trained.fieldIndex("inputs")))
                .extracting(input -> input.getString(0))
                .contains("model hierarchical")
                .anyMatch(name -> name.startsWith("rules"));
        Cli replayed = run(store, "replay", models, "--run", trained.getAs("run_id"));
        assertThat(replayed.out()).as(replayed.err()).contains("rules: ", "came out again, to the last bit");
        String validated = TinyPipeline.table(spark, store, ExampleTables.SPLITS)
                .filter("split = 'validation'")
                .first()
                .getAs("example_id");
        assertThat(run(store, "forget", models, "--example", validated).out()).contains("model 'ruled' version 1");
    }

    private static List<Row> examples(Path store, String split) {
        return TinyPipeline.table(spark, store, ExampleTables.EXAMPLES)
                .join(
                        TinyPipeline.table(spark, store, ExampleTables.SPLITS)
                                .filter("split = '" + split + "'")
                                .select("example_id"),
                        "example_id")
                .collectAsList();
    }

    private static boolean matches(String rule, Row row) {
        return MATCHES.getOrDefault(rule, each -> false).test(row);
    }

    private static boolean isOf(String rule, Row row) {
        return row.getAs("label").equals(LABELS.get(rule));
    }

    private static void eachRuleIsJudgedOnValidation(Path store) {
        List<Row> rows = examples(store, "validation");
        List<Row> rules = TinyPipeline.table(spark, store, ModelTables.RULES)
                .orderBy("place")
                .collectAsList();
        assertThat(rules).extracting(rule -> rule.getAs("id")).containsExactly("small", "cats", "common", "never");
        for (Row rule : rules) {
            String id = rule.getAs("id");
            List<Row> matched = rows.stream().filter(row -> matches(id, row)).toList();
            long right = matched.stream().filter(row -> isOf(id, row)).count();
            // the rules are for different classes, so each overlap is a conflict
            long overlaps = matched.stream()
                    .filter(row ->
                            MATCHES.keySet().stream().anyMatch(other -> !other.equals(id) && matches(other, row)))
                    .count();
            long ofClass = rows.stream().filter(row -> isOf(id, row)).count();
            assertThat(List.of(
                            rule.<Long>getAs("support"),
                            rule.<Long>getAs("correct"),
                            rule.<Long>getAs("overlaps"),
                            rule.<Long>getAs("conflicts")))
                    .as(id)
                    .containsExactly((long) matched.size(), right, overlaps, overlaps);
            assertThat(rule.<Double>getAs("coverage")).isEqualTo(matched.size() / (double) rows.size());
            assertThat(rule.<Double>getAs("found")).isEqualTo(right / (double) ofClass);
            if (matched.isEmpty()) {
                assertThat(rule.<Object>getAs("precision")).isNull();
            } else {
                assertThat(rule.<Double>getAs("low"))
                        .isEqualTo(
                                Wilson.at(0.2).estimate(right, matched.size()).low());
            }
        }
        assertThat(rules).extracting(rule -> rule.<Long>getAs("overlaps")).anyMatch(overlaps -> overlaps > 0);
    }

    private static void everyRowIsDecidedAsTheRulesSay(Path store) {
        Map<String, Double> low = TinyPipeline.table(spark, store, ModelTables.RULES).collectAsList().stream()
                .filter(rule -> !rule.isNullAt(rule.fieldIndex("low")))
                .collect(Collectors.toMap(rule -> rule.getAs("id"), rule -> rule.<Double>getAs("low")));
        Map<String, Row> of = new HashMap<>();
        TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                .collectAsList()
                .forEach(row -> of.put(row.getAs("model") + " " + row.getAs("example_id"), row));
        Map<String, Integer> deciders = new HashMap<>();
        for (Row example : examples(store, "test")) {
            Row base = of.get("hierarchical " + example.getAs("example_id"));
            Row ruled = of.get("ruled " + example.getAs("example_id"));
            double confidence = base.getAs("confidence");
            String expected = matches("small", example)
                    ? "rule small@2 moss"
                    : matches("cats", example) && low.get("cats") > confidence
                            ? "rule cats@1 cat"
                            : matches("common", example) && low.get("common") > confidence
                                    ? "rule common@1 dog"
                                    : "hierarchical@2 " + base.getAs("predicted");
            assertThat(ruled.getAs("decided_by") + " " + ruled.getAs("predicted"))
                    .isEqualTo(expected);
            deciders.merge(ruled.getAs("decided_by"), 1, Integer::sum);
        }
        assertThat(deciders).containsKeys("rule small@2", "rule cats@1", "hierarchical@2");
    }

    private static void whatDecidedIsEvaluated(Path store) {
        Map<String, List<Row>> rows = TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                .filter("model = 'ruled' AND split = 'test'")
                .collectAsList()
                .stream()
                .collect(Collectors.groupingBy(row -> row.getAs("decided_by")));
        long all = rows.values().stream().mapToLong(List::size).sum();
        List<Row> deciders = TinyPipeline.table(spark, store, JudgementTables.EVALUATION_DECIDERS)
                .filter("split = 'test' AND slice = 'all'")
                .collectAsList();
        assertThat(deciders).hasSameSizeAs(rows.keySet());
        for (Row decider : deciders) {
            List<Row> decided = rows.get(decider.<String>getAs("decided_by"));
            long right = decided.stream()
                    .filter(row -> row.getAs("label").equals(row.getAs("predicted")))
                    .count();
            assertThat(decider.<Long>getAs("support")).isEqualTo(decided.size());
            assertThat(decider.<Long>getAs("correct")).isEqualTo(right);
            assertThat(decider.<Double>getAs("share")).isCloseTo(decided.size() / (double) all, within(1e-12));
            assertThat(decider.<Double>getAs("accuracy_low"))
                    .isEqualTo(Wilson.at(0.95).estimate(right, decided.size()).low());
        }
        assertThat(TinyPipeline.table(spark, store, JudgementTables.EVALUATION_DECIDERS)
                        .filter("model <> 'ruled' OR slice = 'source=csv' AND split = 'test'")
                        .count())
                .isEqualTo(rows.size());
    }

    private void gatesAreAboutOneRule(Path store, String models) {
        String gates = "gates.statements=[\"decider_accuracy(decided_by='rule cats@1') >= 0.6 by point\","
                + " \"decider_accuracy(decided_by='rule small@2') >= 0.9\","
                + " \"decider_accuracy(decided_by='rule never@1') >= 0.9\"]";
        run(store, "gate", models, "--set", gates, "--model", "ruled");
        assertThat(TinyPipeline.table(spark, store, JudgementTables.GATES)
                        .filter("model = 'ruled'")
                        .collectAsList())
                .extracting(gate -> gate.<String>getAs("statement").replaceAll(".*rule (\\w+)@.*", "$1") + " "
                        + gate.getAs("verdict"))
                .containsExactlyInAnyOrder("cats pass", "small fail", "never not_enough_data");
        Cli alone = run(store, "gate", models, "--set", gates, "--model", "hierarchical");
        assertThat(alone.exitCode()).isEqualTo(2);
        assertThat(alone.err()).contains("one model decided all rows here");
    }

    private void theReportShowsThem(Path store, String models) {
        Path file = folder.resolve("report.html");
        Cli report = run(store, "report", models, "--model", "ruled", "--out", file.toString());
        assertThat(report.exitCode()).as(report.err()).isZero();
        assertThat(file).content().contains("\"decided_by\":\"rule small@2\"", "\"id\":\"small\",\"rule_version\":2");
    }

    @Test
    void aRuleThatLooksAtTheLabelOrIsForNoClassIsRefused() {
        Path store = store();
        Cli peeking = run(store, "train", ruled("rules = [{ id = peek, label = cat, sql = \"label = 'cat'\" }]"));
        assertThat(peeking.exitCode()).as(peeking.err()).isEqualTo(2);
        assertThat(peeking.err()).contains("The condition of rule peek@1", "reads the column label");
        Cli strange = run(store, "train", ruled("rules = [{ id = odd, label = mos, sql = \"true\" }]"));
        assertThat(strange.exitCode()).as(strange.err()).isEqualTo(3);
        assertThat(strange.err()).contains("The label of rule odd@1, 'mos' (did you mean 'moss'?)");
        Path table = folder.resolve("rules.csv");
        TinyPipeline.write(table, "id,version,priority,binding,label,sql\nodd,1,high,true,cat,true\n");
        Cli torn = run(
                store,
                "train",
                ruled("rule_table { format = csv, path = \"" + table + "\", options { header = true } }"));
        assertThat(torn.exitCode()).as(torn.err()).isEqualTo(3);
        assertThat(torn.err()).contains("The table of rules (rule_table) has the row [odd,1,null,true,cat,true]");
    }
}
