package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.calibrate.CalibrationTables;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.delta.DeltaLog;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs that die at any of their writes, once or several times in a row, and are then retried blindly. The schedules come from
 * a seed; {@code -Dschedules=} and {@code -Dseed=} give another number and other ones. With as many schedules as the jobs
 * have commits, twice, each job dies right before and right after each of its commits, and then at random between them.
 */
class ChaosTest extends DeltaTest {

    private static final int SCHEDULES = Integer.getInteger("schedules", 20);
    private static final long SEED = Long.getLong("seed", 1);

    /** A death in a retry is as likely as not. */
    private static final int MOST_DEATHS = 3;

    private static final String TIME_OF_A_CHANGE = "\"changed_at\":\"[^\"]*\"";
    private static final long PATIENCE_SECONDS = 60;
    private static final String MODEL = "hierarchical";

    private static final String[] SETTINGS = {
        "--json", "--set", "gates.statements=[\"macro_f1 >= 0.1\"]", "--set", TinyPipeline.alone(MODEL)
    };

    /** The jobs in order, with the tables that each writes. */
    enum Step {
        EXTRACT(List.of(), ExampleTables.REJECTS, ExampleTables.CLASSES, ExampleTables.EXAMPLES),
        STRATIFY(List.of(), ExampleTables.SPLITS),
        TRAIN(List.of(), ModelTables.MODELS),
        CALIBRATE(List.of(), ModelTables.MODELS, CalibrationTables.CALIBRATIONS, ModelTables.CONFORMAL),
        SCORE(List.of(), PredictionTables.PREDICTIONS),
        EVALUATE(
                List.of(),
                JudgementTables.EVALUATION_SUMMARY,
                JudgementTables.EVALUATION_PER_CLASS,
                JudgementTables.EVALUATION_CONFUSION,
                JudgementTables.EVALUATION_CLUSTERS,
                JudgementTables.EVALUATION_CALIBRATION,
                JudgementTables.EVALUATION_CURVES,
                JudgementTables.THRESHOLDS),
        DRIFT(
                List.of("--model", MODEL, "--set", "drift.split=validation", "--set", "drift.margin=0.9"),
                JudgementTables.DRIFT),
        GATE(List.of("--model", MODEL), JudgementTables.GATES),
        PROMOTE(List.of("--model", MODEL, "--by", "ann", "--reason", "the first"), ModelTables.MODELS),
        /** In a store of three models that were evaluated. */
        COMPARE(List.of("--model", "softmax", "--base-model", "one_vs_rest"), JudgementTables.COMPARISONS);

        private final List<String> options;
        private final List<TableDefinition> tables;

        Step(List<String> options, TableDefinition... tables) {
            this.options = options;
            this.tables =
                    Stream.concat(Stream.of(tables), Stream.of(RunTables.RUNS)).toList();
        }
    }

    /**
     * A job as it goes when nothing disturbs it.
     *
     * @param before the store that it finds
     * @param rows what its tables hold when it is done
     * @param commits that it makes
     */
    private record Undisturbed(Path before, Map<TableDefinition, List<String>> rows, int commits) {}

    /** Deaths of one job, one after another, before it is left alone. */
    private record Schedule(Step step, List<Fault> faults) {}

    @TempDir
    private static Path folder = Path.of("none");

    private static final Map<Step, Undisturbed> STEPS = new EnumMap<>(Step.class);

    @BeforeAll
    static void runEachJobUndisturbed() {
        spark.sparkContext().hadoopConfiguration().set("fs.chaos.impl", ChaosFileSystem.class.getName());
        Path store = folder.resolve("undisturbed");
        for (Step step : Step.values()) {
            if (step == Step.COMPARE) {
                store = folder.resolve("three");
                TinyPipeline.copy(TinyPipeline.undisturbed().store(), store);
            }
            Path before = folder.resolve("before-" + step);
            if (Files.exists(store)) {
                TinyPipeline.copy(store, before);
            }
            ChaosFileSystem.revive();
            Cli.done(command(step, store));
            STEPS.put(step, new Undisturbed(before, rows(step, store), ChaosFileSystem.commits()));
        }
    }

    private static String[] command(Step step, Path store) {
        String name = step.name().toLowerCase(Locale.ROOT);
        String[] settings = step == Step.COMPARE ? new String[] {"--json"} : SETTINGS;
        return Stream.of(
                        Stream.of(
                                name, TinyPipeline.undisturbed().configuration().toString()),
                        Stream.of("--set", "store.root=\"" + ChaosFileSystem.SCHEME + ":" + store + "\""),
                        Arrays.stream(settings),
                        step.options.stream())
                .flatMap(arguments -> arguments)
                .toArray(String[]::new);
    }

    private static Map<TableDefinition, List<String>> rows(Step step, Path store) {
        Map<TableDefinition, List<String>> rows = new HashMap<>();
        step.tables.stream()
                .filter(table -> !table.equals(RunTables.RUNS))
                .forEach(table -> rows.put(
                        table,
                        TinyPipeline.rowsOf(subject(step), spark, store, table).stream()
                                .map(row -> row.replaceAll(TIME_OF_A_CHANGE, ""))
                                .toList()));
        return rows;
    }

    private static String subject(Step step) {
        return step == Step.COMPARE ? "softmax" : MODEL;
    }

    /** What is not disturbed on this disk is what is not disturbed on any. */
    @Test
    void theJobsWriteWhatTheyWriteElsewhere() {
        for (Step step : List.of(Step.EXTRACT, Step.STRATIFY, Step.SCORE, Step.EVALUATE)) {
            assertThat(STEPS.get(step).rows())
                    .isEqualTo(rows(step, TinyPipeline.undisturbed().store()));
        }
        assertThat(STEPS.values()).allSatisfy(step -> assertThat(step.commits()).isGreaterThanOrEqualTo(3));
    }

    @Test
    void whateverDiesWhereverAndIsRetriedLeavesWhatItWouldHaveLeft() {
        int deaths = 0;
        List<Schedule> schedules = schedules();
        for (int i = 0; i < schedules.size(); i++) {
            Schedule schedule = schedules.get(i);
            Path store = folder.resolve("schedule-" + i);
            deaths += run(schedule, store);
            assertThat(Invariants.broken(
                            spark,
                            store,
                            schedule.step().tables,
                            TinyPipeline.rows(0).size()))
                    .as("promises broken after %s of seed %d", schedule, SEED)
                    .isEmpty();
            assertThat(rows(schedule.step(), store))
                    .as("tables after %s of seed %d", schedule, SEED)
                    .isEqualTo(STEPS.get(schedule.step()).rows());
            TinyPipeline.delete(store);
        }
        System.out.printf("%d schedules of seed %d, %d deaths%n", schedules.size(), SEED, deaths);
        assertThat(deaths).isGreaterThanOrEqualTo(schedules.size());
    }

    /** Right before and right after each commit of each job, in an order of the seed, then anywhere. */
    private static List<Schedule> schedules() {
        Random random = new Random(SEED);
        List<Schedule> schedules = new ArrayList<>();
        for (Step step : Step.values()) {
            for (int commit = 0; commit < STEPS.get(step).commits(); commit++) {
                for (Fault.Moment moment : Fault.Moment.values()) {
                    schedules.add(new Schedule(step, List.of(Fault.atCommit(commit, moment))));
                }
            }
        }
        Collections.shuffle(schedules, random);
        // a sample has deaths of all kinds
        List<Schedule> mixed = new ArrayList<>();
        int systematic = schedules.size();
        for (int i = 0; mixed.size() < SCHEDULES; i++) {
            boolean isLeft = SCHEDULES > systematic ? i < systematic : i % 2 == 0;
            mixed.add(isLeft ? schedules.get(i % systematic) : anywhere(random));
        }
        return mixed;
    }

    private static Schedule anywhere(Random random) {
        Step step = Step.values()[random.nextInt(Step.values().length)];
        List<Fault> faults = new ArrayList<>();
        do {
            faults.add(Fault.between(random, STEPS.get(step).commits()));
        } while (faults.size() < MOST_DEATHS && random.nextBoolean());
        return new Schedule(step, faults);
    }

    /** Runs the job through its deaths and then to its end; how often it died, which a retry need not if little was left. */
    private static int run(Schedule schedule, Path store) {
        if (Files.exists(STEPS.get(schedule.step()).before())) {
            TinyPipeline.copy(STEPS.get(schedule.step()).before(), store);
        }
        int deaths = 0;
        for (Fault fault : schedule.faults()) {
            ChaosFileSystem.live(fault);
            // what a dead process would have said is of no interest
            Cli.run(command(schedule.step(), store));
            deaths += ChaosFileSystem.isDead() ? 1 : 0;
            awaitTheEnd(store);
        }
        ChaosFileSystem.revive();
        Cli.done(command(schedule.step(), store));
        return deaths;
    }

    /** The next process knows nothing of this one, and comes later than the time that a table's creation may take. */
    private static void awaitTheEnd(Path store) {
        spark.sparkContext().cancelAllJobs();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (spark.sparkContext().statusTracker().getActiveStageIds().length > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        DeltaLog.clearCache();
        for (Path table : TinyPipeline.list(store)) {
            Path log = table.resolve("_delta_log");
            if (TinyPipeline.list(log).isEmpty() && Files.isDirectory(log)) {
                assertThat(log.toFile().setLastModified(0)).isTrue();
            }
        }
    }
}
