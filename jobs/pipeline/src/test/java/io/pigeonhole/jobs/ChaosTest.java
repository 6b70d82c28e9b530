package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.calibrate.CalibrationTables;
import io.pigeonhole.jobs.embeddings.EmbeddingTables;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.predictions.ProposalTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * Jobs that die at any of their writes, once or several times in a row, and are then retried without repair. The
 * schedules come from a seed; {@code -Dschedules=} sets their number and {@code -Dseed=} the seed. If there are at
 * least twice as many schedules as commits, each job dies right before and right after each of its commits; all further
 * deaths are at random writes.
 */
class ChaosTest extends DeltaTest {

    private static final int SCHEDULES = Integer.getInteger("schedules", 20);
    private static final long SEED = Long.getLong("seed", 1);

    /** Largest number of deaths of one job; each further death has a probability of one half. */
    private static final int MOST_DEATHS = 3;

    private static final String TIME_OF_A_CHANGE = "\"changed_at\":\"[^\"]*\"";
    private static final long PATIENCE_SECONDS = 60;
    private static final String MODEL = "hierarchical";

    private static final List<String> SETTINGS =
            List.of("--set", "gates.statements=[\"macro_f1 >= 0.1\"]", "--set", TinyPipeline.alone(MODEL));

    private static final String LINEAR =
            "{ name = softmax, trainer = softmax, reg_param = 1e-3 }, { name = hierarchical, trainer = hierarchical }, ";

    /** A model whose files Spark writes, with features of its own. */
    private static final String FOREST =
            "{ name = forest, trainer = spark_ml, features = [{ kind = numeric, columns = [size] }],"
                    + " classifier = \"org.apache.spark.ml.classification.RandomForestClassifier\","
                    + " params { numTrees = [1, 2], maxDepth = 1 } }";

    private static final String CASCADE =
            LINEAR + "{ name = quick, trainer = cascade, first = softmax, second = hierarchical,"
                    + " budget { kind = share, at_most = 0.5 } }";

    private static final String RULED = LINEAR + "{ name = ruled, trainer = rules, base = hierarchical,"
            + " rules = [{ id = moss, label = moss, sql = \"text LIKE '%moss%'\" }] }";

    /** Stands for the features of {@link TinyEmbedding}, whose files have no fixed place. */
    private static final String EMBEDDED = "features of the embedding";

    private static final String CENTROIDS =
            "models=[{ name = centre, trainer = nearest, method = centroids, " + EMBEDDED + "%s }]";

    /** Options of a command about the model alone. */
    private static List<String> alone(String... more) {
        return Stream.concat(SETTINGS.stream(), Stream.of(more)).toList();
    }

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
        DISCOVER(
                List.of("--model", MODEL, "--split", "validation", "--set", "discover.share=1"),
                ProposalTables.PROPOSED_CLASSES,
                ProposalTables.PROPOSED_MEMBERS),
        GATE(List.of("--model", MODEL), JudgementTables.GATES),
        PROMOTE(List.of("--model", MODEL, "--by", "ann", "--reason", "the first"), ModelTables.MODELS),
        /** A version with a rule for rows of no class. */
        UNKNOWN(
                "calibrate",
                MODEL,
                alone("--set", "score.unknown.at_most_in_scope_loss=0.1"),
                ModelTables.MODELS,
                CalibrationTables.CALIBRATIONS,
                ModelTables.UNKNOWN_THRESHOLDS),
        /** Runs in a store with three evaluated models, as do all that follow. */
        COMPARE(
                "compare",
                "softmax",
                List.of("--model", "softmax", "--base-model", "one_vs_rest", "--set", "evaluate.slices=[]"),
                JudgementTables.COMPARISONS),
        TRAIN_FOREST("train", "forest", FOREST, ModelTables.MODELS, ModelTables.TRIALS),
        TRAIN_CASCADE("train", "quick", CASCADE, ModelTables.MODELS, ModelTables.CASCADE_FRONTIER),
        TRAIN_RULES("train", "ruled", RULED, ModelTables.MODELS, ModelTables.RULES),
        /** Centroids in the vectors of a pretrained model, without one of the classes. */
        TRAIN_CENTROIDS(
                "train",
                "centre",
                List.of("--set", String.format(CENTROIDS, ""), "--set", "labels.unknown=[moss]"),
                EmbeddingTables.EMBEDDINGS,
                ModelTables.MODELS),
        /** That class. */
        ADD_CLASS(
                "train",
                "centre",
                List.of("--set", String.format(CENTROIDS, ", add_classes_to = 1")),
                EmbeddingTables.EMBEDDINGS,
                ModelTables.MODELS);

        private final String command;
        private final String subject;
        private final List<String> options;
        private final List<TableDefinition> tables;

        /** A job of the model alone. */
        Step(List<String> options, TableDefinition... tables) {
            this.command = name().toLowerCase(Locale.ROOT);
            this.subject = MODEL;
            this.options = alone(options.toArray(String[]::new));
            this.tables = withRuns(tables);
        }

        /** The training of the last of some models. */
        Step(String command, String subject, String models, TableDefinition... tables) {
            this(command, subject, List.of("--set", "models=[" + models + "]", "--model", subject), tables);
        }

        Step(String command, String subject, List<String> options, TableDefinition... tables) {
            this.command = command;
            this.subject = subject;
            this.options = options;
            this.tables = withRuns(tables);
        }

        private static List<TableDefinition> withRuns(TableDefinition... tables) {
            return Stream.concat(Stream.of(tables), Stream.of(RunTables.RUNS)).toList();
        }
    }

    /**
     * A job that runs without faults.
     *
     * @param before store before the job
     * @param rows rows of its tables after the job
     * @param commits number of its commits
     */
    private record Undisturbed(Path before, Map<TableDefinition, List<String>> rows, int commits) {}

    /** Successive deaths of one job, before a run without faults. */
    private record Schedule(Step step, List<Fault> faults) {}

    @TempDir
    private static Path folder = Path.of("none");

    private static final Map<Step, Undisturbed> STEPS = new EnumMap<>(Step.class);

    @BeforeAll
    static void runEachJobUndisturbed() {
        spark.sparkContext().hadoopConfiguration().set("fs.chaos.impl", ChaosFileSystem.class.getName());
        TinyEmbedding.create(folder, 1);
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
        return Stream.concat(
                        Stream.of(
                                step.command,
                                TinyPipeline.undisturbed().configuration().toString(),
                                "--json",
                                "--set",
                                "store.root=\"" + ChaosFileSystem.SCHEME + ":" + store + "\""),
                        step.options.stream()
                                .map(option -> option.replace(EMBEDDED, new TinyEmbedding(folder).features(""))))
                .toArray(String[]::new);
    }

    private static Map<TableDefinition, List<String>> rows(Step step, Path store) {
        Map<TableDefinition, List<String>> rows = new HashMap<>();
        step.tables.stream()
                .filter(table -> !table.equals(RunTables.RUNS))
                .forEach(table -> rows.put(
                        table,
                        TinyPipeline.rowsOf(step.subject, store, table).stream()
                                .map(row -> row.replaceAll(TIME_OF_A_CHANGE, ""))
                                .toList()));
        return rows;
    }

    /** Without faults, this disk gives the same results as any other. */
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

    /**
     * Deaths right before and right after each commit of each job, in an order given by the seed, followed by random
     * ones.
     */
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
        // a small sample has deaths of both kinds
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

    /**
     * Runs the job through its deaths and then to its end. Returns the number of deaths; a retry with little work left
     * may finish before its fault.
     */
    private static int run(Schedule schedule, Path store) {
        if (Files.exists(STEPS.get(schedule.step()).before())) {
            TinyPipeline.copy(STEPS.get(schedule.step()).before(), store);
        }
        int deaths = 0;
        for (Fault fault : schedule.faults()) {
            ChaosFileSystem.live(fault);
            // the output of a dead process is ignored
            Cli.run(command(schedule.step(), store));
            deaths += ChaosFileSystem.isDead() ? 1 : 0;
            awaitTheEnd(store);
        }
        ChaosFileSystem.revive();
        Cli.done(command(schedule.step(), store));
        return deaths;
    }

    /**
     * Prepares the next process: it shares no state with this one, and starts so late that an unfinished creation of a
     * table counts as abandoned.
     */
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
