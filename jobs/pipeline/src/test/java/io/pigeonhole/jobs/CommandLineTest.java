package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.commands.Tables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output for users, and the exit codes for orchestrators. */
class CommandLineTest extends DeltaTest {

    private final TinyPipeline pipeline = TinyPipeline.undisturbed();

    @TempDir
    private Path folder = Path.of("none");

    @Test
    void aTypoInTheConfigurationEndsWithTwoAndNamesTheLikelyKey() {
        Cli cli = Cli.run(pipeline.command("validate", "--set", "stratify.propotions.train=1", "--json"));

        assertThat(cli.exitCode()).isEqualTo(2);
        assertThat(cli.err()).contains("'stratify.propotions' is not a known key; did you mean 'proportions'?");
        assertThat(cli.json().get("status").asText()).isEqualTo("failed");
        assertThat(cli.json().get("exit_code").asInt()).isEqualTo(2);
    }

    @Test
    void wrongUsageEndsWithTwo() {
        assertThat(Cli.run("run", "a.conf", "--jsn", "--json")).satisfies(cli -> {
            assertThat(cli.exitCode()).isEqualTo(2);
            assertThat(cli.err()).contains("Unknown option: '--jsn'", "--json");
            assertThat(cli.json().get("status").asText()).isEqualTo("failed");
            assertThat(cli.json().get("exit_code").asInt()).isEqualTo(2);
        });
        assertThat(Cli.run("run")).satisfies(cli -> {
            assertThat(cli.exitCode()).isEqualTo(2);
            assertThat(cli.err()).contains("Give one configuration file, such as: pigeonhole run conf/languages.conf");
        });
        assertThat(Cli.run("tables", "no_such_table").exitCode()).isEqualTo(2);
        assertThat(Cli.run(pipeline.command(folder.resolve("store"), "train", "--model", "nobody")))
                .satisfies(cli -> {
                    assertThat(cli.exitCode()).isEqualTo(2);
                    assertThat(cli.err()).contains("There is no model 'nobody'", "softmax");
                });
    }

    @Test
    void aJobWithoutTheOneBeforeItEndsWithThree() {
        Cli cli = Cli.run(pipeline.command(folder.resolve("store"), "stratify"));

        assertThat(cli.exitCode()).isEqualTo(3);
        assertThat(cli.err()).contains("Nothing to build on: 'extract' has not run yet.");
    }

    @Test
    void aTaskThatFailsEndsWithOneAndNamesTheRunAndTheLog() {
        Path store = folder.resolve("store");
        String source = "sources=[{kind=spark,name=broken,read{query=\"SELECT 'a' AS label,"
                + " IF(id < 5, 'text', raise_error('boom')) AS text, 1.0D AS size FROM range(9)\"},"
                + "columns{label=label,fields{text=text,size=size}}}]";

        Cli cli = Cli.run(pipeline.command(store, "extract", "--json", "--set", source));

        assertThat(cli.exitCode()).isEqualTo(1);
        String runId = TinyPipeline.table(spark, store, RunTables.RUNS)
                .filter("status = 'failed' AND error LIKE '%boom%'")
                .select("run_id")
                .first()
                .getString(0);
        assertThat(cli.err()).contains("boom", "run: " + runId, "log: ");
        assertThat(cli.json().get("run_id").asText()).isEqualTo(runId);
        assertThat(cli.json().get("status").asText()).isEqualTo("failed");
        assertThat(Path.of(cli.json().get("log").asText())).content().contains("boom");
    }

    @Test
    void validateNamesTheColumnsOfTheSourcesAndRunsNothing() {
        Cli cli = Cli.done(pipeline.command(folder.resolve("store"), "validate"));

        assertThat(cli.out())
                .contains(
                        "source 'csv': ",
                        "text",
                        "The configuration of 'tiny' is valid: 1 source, 2 features, 3 models");
        assertThat(folder.resolve("store")).doesNotExist();
    }

    @Test
    void tablesPrintsEveryColumnWithItsComment() {
        Cli cli = Cli.done("tables");

        for (TableDefinition table : Tables.ALL) {
            assertThat(cli.out()).contains(table.name() + ": " + table.comment());
            for (var field : table.schema().fields()) {
                assertThat(cli.out()).contains(field.name(), field.getComment().get());
            }
        }
        assertThat(Cli.done("tables", "splits").out()).contains("weight").doesNotContain("rejects:");
    }

    @Test
    void showPrintsTheSummaryTheWorstClassesAndTheConfusions() {
        Cli cli = Cli.done(pipeline.command("show", "--model", "hierarchical", "--rows", "3"));

        assertThat(cli.out())
                .contains(
                        "Model 'hierarchical' version 2 on split 'test'",
                        "accuracy",
                        "Worst classes by F1",
                        "Most frequent confusions",
                        "moss")
                .doesNotContain("Model 'softmax'");
        assertThat(Cli.run(pipeline.command("show", "--split", "train"))).satisfies(refused -> {
            assertThat(refused.exitCode()).isEqualTo(3);
            assertThat(refused.err()).contains("has no evaluation on split 'train'");
        });
    }

    @Test
    void theStoreMayBeASchemaOfTheCatalog() {
        spark.sql("DROP SCHEMA IF EXISTS tiny_schema CASCADE");
        String[] settings = {
            "--set",
            "store.root=tiny_schema",
            "--set",
            TinyPipeline.alone("softmax"),
            "--set",
            "evaluate.slices=[]",
            "--json"
        };

        Cli first = Cli.done(pipeline.command("run", settings));
        Cli second = Cli.done(pipeline.command("run", settings));

        assertThat(first.json().get("status").asText()).isEqualTo("done");
        assertThat(second.json().get("status").asText()).isEqualTo("skipped");
        assertThat(spark.table("tiny_schema.examples").count()).isEqualTo(300);
        assertThat(spark.table("tiny_schema.evaluation_summary").count()).isPositive();
        assertThat(spark.table("tiny_schema.evaluation_summary")
                        .drop("run_id")
                        .except(TinyPipeline.table(spark, pipeline.store(), JudgementTables.EVALUATION_SUMMARY)
                                .drop("run_id"))
                        .isEmpty())
                .isTrue();
        spark.sql("DROP SCHEMA tiny_schema CASCADE");
    }
}
