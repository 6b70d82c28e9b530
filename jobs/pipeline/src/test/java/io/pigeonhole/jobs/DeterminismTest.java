package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.commands.Tables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same configuration and the same rows give the same bits. */
class DeterminismTest extends DeltaTest {

    @TempDir
    private Path folder = Path.of("none");

    private TinyPipeline shuffled(int files) {
        TinyPipeline pipeline = TinyPipeline.create(folder);
        List<String> rows = new ArrayList<>(TinyPipeline.rows(0));
        Collections.shuffle(rows, new Random(files));
        pipeline.input(rows, files);
        return pipeline;
    }

    private static void assertTheSameBits(TinyPipeline pipeline, String model) {
        Path undisturbed = TinyPipeline.undisturbed().store();
        for (TableDefinition table : Tables.OF_A_RUN) {
            if (!List.of(RunTables.RUNS, RunTables.RUN_PHASES).contains(table)) {
                assertThat(TinyPipeline.rowsInAnyRun(model, pipeline.store(), table))
                        .as(table.name())
                        .isEqualTo(TinyPipeline.rowsInAnyRun(model, undisturbed, table));
            }
        }
    }

    @Test
    void sevenFilesOnOneCoreGiveWhatOneFileOnTwoCoresGives() throws Exception {
        TinyPipeline pipeline = shuffled(7);
        Path output = folder.resolve("output.log");

        int exitCode = Cli.start(
                        output,
                        pipeline.command(
                                "run",
                                "--set",
                                "spark.\"spark.master\"=local[1]",
                                "--set",
                                TinyPipeline.alone("hierarchical")))
                .waitFor();

        assertThat(exitCode).as(Files.readString(output)).isZero();
        assertThat(TinyPipeline.table(spark, pipeline.store(), RunTables.RUNS)
                        .filter("environment NOT LIKE '%master local[1]%'")
                        .isEmpty())
                .isTrue();
        assertTheSameBits(pipeline, "hierarchical");
    }
}
