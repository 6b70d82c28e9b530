package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.jobs.store.Tables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whichever commits a job made before it died, the same command makes the tables what they would have been. */
class CrashTest extends DeltaTest {

    private final TinyPipeline pipeline = TinyPipeline.undisturbed();

    @TempDir
    private Path folder = Path.of("none");

    /** The jobs with the tables that each writes. */
    enum Writer {
        EXTRACT(Tables.REJECTS, Tables.CLASSES, Tables.EXAMPLES),
        STRATIFY(Tables.SPLITS),
        TRAIN(Tables.MODELS),
        CALIBRATE(Tables.CALIBRATIONS, Tables.CONFORMAL),
        SCORE(Tables.PREDICTIONS),
        EVALUATE(
                Tables.EVALUATION_SUMMARY,
                Tables.EVALUATION_PER_CLASS,
                Tables.EVALUATION_CONFUSION,
                Tables.EVALUATION_CLUSTERS,
                Tables.EVALUATION_CALIBRATION,
                Tables.EVALUATION_CURVES,
                Tables.THRESHOLDS);

        final List<TableDefinition> tables;

        Writer(TableDefinition... tables) {
            this.tables = List.of(tables);
        }

        String command() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The first model that the job is about. */
        String model() {
            return this == CALIBRATE ? "hierarchical" : "softmax";
        }

        /**
         * The commits before which the job may die: the first table's creation, the first write to each table, and the
         * end of the run.
         */
        List<Path> commits(Path store) {
            List<Path> all = TinyPipeline.commits(store).stream()
                    .sorted(Comparator.comparingLong(Crash::time))
                    .toList();
            List<Path> commits = new ArrayList<>(all.stream()
                    .filter(commit -> tables.stream().anyMatch(table -> commit.startsWith(store.resolve(table.name()))))
                    .filter(commit -> TinyPipeline.version(commit) > 0
                            || commit.startsWith(store.resolve(tables.get(0).name())))
                    .filter(commit -> TinyPipeline.version(commit) < 2)
                    .toList());
            long last = Crash.time(commits.get(commits.size() - 1));
            commits.add(all.stream()
                    .filter(commit -> commit.startsWith(store.resolve(Tables.RUNS.name())) && Crash.time(commit) > last)
                    .findFirst()
                    .orElseThrow());
            return commits;
        }
    }

    /**
     * A crash leaves the commits made so far, whatever files without a commit, and perhaps the log of a new table
     * without any commit in it. So each state that a crash can leave is made from the undisturbed store by taking
     * the later commits away.
     */
    @ParameterizedTest
    @EnumSource
    void aJobThatDiedAfterAnyOfItsCommitsIsCompletedByItsRerun(Writer job) {
        List<Path> commits = job.commits(pipeline.store());
        assertThat(commits).hasSize(job.tables.size() + 2);
        Map<TableDefinition, List<String>> undisturbed = new HashMap<>();
        job.tables.forEach(
                table -> undisturbed.put(table, TinyPipeline.rowsOf(job.model(), spark, pipeline.store(), table)));
        for (Path last : Thorough.orFew(1, commits)) {
            Path store = folder.resolve(job + "-" + commits.indexOf(last));
            Crash.before(last, pipeline.store(), store);

            Cli.done(pipeline.command(store, job.command(), "--set", TinyPipeline.alone(job.model())));

            for (TableDefinition table : job.tables) {
                assertThat(TinyPipeline.rowsOf(job.model(), spark, store, table))
                        .as(table.name() + " after a crash before "
                                + pipeline.store().relativize(last))
                        .isEqualTo(undisturbed.get(table));
            }
            assertThat(TinyPipeline.table(spark, store, Tables.RUNS)
                            .filter("job = '" + job.command() + "'")
                            .select("status")
                            .collectAsList())
                    .containsExactly(RowFactory.create("done"));
            TinyPipeline.delete(store);
        }
    }
}
