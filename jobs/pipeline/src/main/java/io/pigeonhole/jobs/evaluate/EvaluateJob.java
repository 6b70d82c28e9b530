package io.pigeonhole.jobs.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import io.pigeonhole.evaluation.Evaluation;
import io.pigeonhole.evaluation.EvaluationTables;
import io.pigeonhole.evaluation.Predictions;
import io.pigeonhole.evaluation.Slices;
import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Output;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.sources.Sources;
import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.jobs.store.Tables;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** Evaluates the latest predictions of one model. */
public final class EvaluateJob implements Job {

    private final ModelConfig model;

    public EvaluateJob(ModelConfig model) {
        this.model = model;
    }

    @Override
    public String name() {
        return "evaluate";
    }

    @Override
    public String subject() {
        return model.name();
    }

    @Override
    public Identity identity(Session session) {
        String scored = session.runs().latestDone("score", model.name());
        List<Input> inputs = new ArrayList<>();
        inputs.add(input(session, Tables.PREDICTIONS, scored));
        inputs.add(input(session, Tables.CLASSES, scored));
        if (readsExamples(session)) {
            inputs.add(input(session, Tables.EXAMPLES, scored));
        }
        String settings = session.config().evaluate() + " grouped by " + groupColumn(session);
        return new Identity(settings, List.of(scored), inputs);
    }

    private static Input input(Session session, TableDefinition table, String scored) {
        return new Input(table.name(), Optional.of(session.store().version(table)), scored);
    }

    private static Optional<String> groupColumn(Session session) {
        return session.config().stratify().groupColumn();
    }

    /** Whether slices or groups need the columns of the examples. */
    private static boolean needsExamples(Session session) {
        return !session.config().evaluate().slices().isEmpty()
                || groupColumn(session).isPresent();
    }

    /** Whether these are the store's own examples. */
    private static boolean readsExamples(Session session) {
        return needsExamples(session) && session.config().score().examples().isEmpty();
    }

    @Override
    public Outcome run(Session session, Run run) {
        session.progress().update("evaluate " + model.name() + ": reading predictions");
        String scored = run.identity().upstream().get(0);
        Dataset<Row> predictions = session.store()
                .read(Tables.PREDICTIONS, run.version(Tables.PREDICTIONS))
                .filter(col("run_id").equalTo(scored))
                .drop("run_id", "scored_at");
        Optional<Dataset<Row>> parts = parts(session, run);
        parts.ifPresent(rows -> rows.persist(StorageLevel.MEMORY_AND_DISK()));
        try (EvaluationTables tables = Evaluation.evaluate(
                withParts(session, predictions, parts),
                taxonomy(session, run),
                session.config().evaluate())) {
            session.progress().update("evaluate " + model.name() + ": writing the tables");
            Map<TableDefinition, Dataset<Row>> written = written(tables);
            String superseded = subjects(predictions);
            List<Output> outputs = new ArrayList<>();
            written.forEach((table, rows) -> {
                session.store().replaceRun(table, rows, run.id(), superseded);
                outputs.add(new Output(table.name(), session.store().version(table), rows.count()));
            });
            return outcome(outputs, tables.summary());
        } finally {
            parts.ifPresent(Dataset::unpersist);
        }
    }

    private static Map<TableDefinition, Dataset<Row>> written(EvaluationTables tables) {
        Map<TableDefinition, Dataset<Row>> written = new LinkedHashMap<>();
        written.put(Tables.EVALUATION_SUMMARY, tables.summary());
        written.put(Tables.EVALUATION_PER_CLASS, tables.perClass());
        written.put(Tables.EVALUATION_CONFUSION, tables.confusion());
        written.put(Tables.EVALUATION_CLUSTERS, tables.clusters());
        written.put(Tables.EVALUATION_CALIBRATION, tables.calibration());
        written.put(Tables.EVALUATION_CURVES, tables.curves());
        written.put(Tables.THRESHOLDS, tables.thresholds());
        return written;
    }

    /** The slices that the examples lie in and the group that these were dealt with, where either is asked for. */
    private static Optional<Dataset<Row>> parts(Session session, Run run) {
        if (!needsExamples(session)) {
            return Optional.empty();
        }
        Dataset<Row> examples = session.config()
                .score()
                .examples()
                .map(reading -> Sources.otherExamples(session.spark(), reading))
                .orElseGet(() -> session.store().read(Tables.EXAMPLES, run.version(Tables.EXAMPLES)));
        // rows of another table need not have what the splits were dealt by
        Column group = groupColumn(session)
                .filter(column -> List.of(examples.columns()).contains(column))
                .map(column -> col("`" + column + "`"))
                .orElse(lit(null))
                .cast("string");
        // a table of other examples may hold an id twice; a prediction must not
        return Optional.of(Slices.add(examples, session.config().evaluate().slices())
                .groupBy(col(Predictions.EXAMPLE_ID).cast("string").as(Predictions.EXAMPLE_ID))
                .agg(max(Predictions.SLICES).as(Predictions.SLICES), max(group).as(Predictions.GROUP)));
    }

    private static Dataset<Row> withParts(Session session, Dataset<Row> predictions, Optional<Dataset<Row>> parts) {
        Dataset<Row> joined = parts.map(rows -> predictions.join(rows, new String[] {Predictions.EXAMPLE_ID}, "left"))
                .orElse(predictions);
        return groupColumn(session).isPresent() ? joined : joined.drop(Predictions.GROUP);
    }

    /** The rows of earlier evaluations of the same model version and splits. */
    private String subjects(Dataset<Row> predictions) {
        Map<Integer, Set<String>> splits = new TreeMap<>();
        for (Row row : predictions
                .select(Predictions.VERSION, Predictions.SPLIT)
                .distinct()
                .collectAsList()) {
            splits.computeIfAbsent(row.getInt(0), version -> new TreeSet<>()).add(row.getString(1));
        }
        return splits.entrySet().stream()
                .map(entry -> Store.about(model.name(), entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(" OR "));
    }

    private static Taxonomy taxonomy(Session session, Run run) {
        TreeMap<String, List<String>> paths = new TreeMap<>();
        for (Row row : session.store()
                .read(Tables.CLASSES, run.version(Tables.CLASSES))
                .select("label", "path")
                .collectAsList()) {
            paths.put(row.getString(0), row.getList(1));
        }
        return Taxonomy.ofPaths(paths);
    }

    private static Outcome outcome(List<Output> outputs, Dataset<Row> summary) {
        Map<String, Double> figures = new TreeMap<>();
        for (Row row : summary.filter(
                        col("slice").equalTo("all").and(col("level").equalTo("leaf")))
                .select("split", "metric", "value")
                .collectAsList()) {
            figures.put(row.getString(0) + "_" + row.getString(1), row.getDouble(2));
        }
        String split = figures.containsKey("test_accuracy") ? "test" : figures.isEmpty() ? "" : "validation";
        return new Outcome(
                outputs,
                figures,
                String.format(
                        Locale.ROOT,
                        "%s accuracy %.4f, macro F1 %.4f",
                        split,
                        figures.getOrDefault(split + "_accuracy", 0.0),
                        figures.getOrDefault(split + "_macro_f1", 0.0)));
    }
}
