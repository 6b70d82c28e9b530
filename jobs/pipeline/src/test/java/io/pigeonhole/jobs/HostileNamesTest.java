package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of columns, folders and classes may contain any character, and are never read as SQL. */
class HostileNamesTest extends DeltaTest {

    private static final String LABEL = "o'wl`; DROP TABLE examples; -- \\";

    private static final String CONFIGURATION = """
            name = "birds'; DROP TABLE runs"
            sources = [{
              kind = spark, name = "b`ird's; --"
              read { format = csv, path = "%s", options { header = true } }
              columns {
                id = "i`d", label = "la'bel; DROP", event_time = "at.b"
                fields { "te'xt.a" = "te.xt", "si'ze" = "a b;c" }, types { "si'ze" = DOUBLE }
              }
            }]
            stratify.folds = 0
            features = [
              { kind = text, column = "te'xt.a", char_min = 0, char_max = 0 }
              { kind = numeric, columns = ["si'ze"] }
            ]
            models = [{ name = softmax, trainer = softmax }]
            evaluate {
              bootstrap_replicates = 40
              slices = [{ kind = column, column = "te'xt.a" }, { kind = column, column = source }]
            }
            """;

    @TempDir
    private Path folder = Path.of("none");

    private Path configuration() {
        List<String> lines = new ArrayList<>(List.of("i`d,la'bel; DROP,te.xt,a b;c,at.b"));
        for (int i = 0; i < 60; i++) {
            lines.add("r'" + i + "`;," + (i % 2 == 0 ? "finch" : LABEL) + ",song " + i % 4 + " word" + i + "," + i
                    + ",2024-01-01");
        }
        TinyPipeline.write(folder.resolve("birds.csv"), String.join("\n", lines) + "\n");
        Path file = folder.resolve("hostile.conf");
        TinyPipeline.write(file, CONFIGURATION.formatted(folder.resolve("birds.csv")));
        return file;
    }

    @Test
    void namesOfAnyCharactersGoThroughTheWholePipeline() {
        Path store = folder.resolve("st'ore; DROP");

        String file = configuration().toString();

        Cli cli = Cli.run("run", file, "--set", "store.root=\"" + store + "\"", "--json");

        assertThat(cli.exitCode()).as(cli.err()).isZero();
        assertThat(TinyPipeline.table(spark, store, ExampleTables.CLASSES)
                        .select("label")
                        .orderBy("label")
                        .collectAsList())
                .containsExactly(RowFactory.create("finch"), RowFactory.create(LABEL));
        assertThat(TinyPipeline.table(spark, store, ExampleTables.EXAMPLES).columns())
                .contains("te'xt.a", "si'ze");
        assertThat(TinyPipeline.table(spark, store, JudgementTables.EVALUATION_PER_CLASS)
                        .filter(functions.col("label").equalTo(LABEL))
                        .isEmpty())
                .isFalse();
        Cli again = Cli.run("run", file, "--set", "store.root=\"" + store + "\"", "--json");
        assertThat(again.json().get("status").asText()).isEqualTo("skipped");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "o'r 1=1", "a/b", "m`; DROP"})
    void aModelIsNamedByWhatAFolderMayBeNamed(String name) {
        Cli cli = Cli.run(
                "validate",
                configuration().toString(),
                "--set",
                "store.root=" + folder.resolve("store"),
                "--set",
                "models=[{name=\"" + name + "\",trainer=softmax}]");

        assertThat(cli.exitCode()).as(cli.err()).isEqualTo(2);
        assertThat(cli.err()).contains(name);
        assertThat(Files.exists(folder.resolve("store"))).isFalse();
    }
}
