package io.pigeonhole.jobs.evaluate;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.evaluation.Evaluation;
import io.pigeonhole.evaluation.EvaluationTables;
import io.pigeonhole.evaluation.deciders.EvaluationDeciders;
import io.pigeonhole.evaluation.means.EvaluationCosts;
import io.pigeonhole.evaluation.means.EvaluationSets;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.unknown.EvaluationCoverage;
import io.pigeonhole.evaluation.unknown.EvaluationUnknown;
import io.pigeonhole.evaluation.unknown.UnknownFigures;
import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.examples.ClassRows;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.examples.SlicesAndGroups;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.CostTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.predictions.ScoredSplit;
import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.store.RowCondition;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** Evaluates the latest predictions of one model. */
public final class EvaluateJob implements Job {

    /** Names of the phases in {@code run_phases}. */
    static final String READING = "reading predictions";

    private static final String WRITING = "writing the tables";

    private static final List<TableDefinition> TABLES = List.of(
            JudgementTables.EVALUATION_SUMMARY,
            JudgementTables.EVALUATION_PER_CLASS,
            JudgementTables.EVALUATION_CONFUSION,
            JudgementTables.EVALUATION_CLUSTERS,
            JudgementTables.EVALUATION_CALIBRATION,
            JudgementTables.EVALUATION_CURVES,
            JudgementTables.THRESHOLDS);

    private final ModelConfig model;

    public EvaluateJob(ModelConfig model) {
        this.model = model;
    }

    @Override
    public String name() {
        return JobNames.EVALUATE;
    }

    @Override
    public String subject() {
        return model.name();
    }

    @Override
    public Identity identity(Session session) {
        String scored = session.runs().latestDone(JobNames.SCORE, model.name());
        List<Input> inputs = new ArrayList<>();
        inputs.add(Input.of(session.store(), PredictionTables.PREDICTIONS, scored));
        inputs.add(Input.of(session.store(), ExampleTables.CLASSES, scored));
        parts(session).input(session, scored).ifPresent(inputs::add);
        inputs.addAll(CostTables.inputs(session));
        return new Identity(settings(session).and(SlicesAndGroups.settings(session)), List.of(scored), inputs);
    }

    /** The settings that every evaluation depends on. */
    static Settings settings(Session session) {
        return session.config().settings("evaluate", "costs");
    }

    private static SlicesAndGroups parts(Session session) {
        return new SlicesAndGroups(session.config().score().examples().isPresent());
    }

    @Override
    public Plan plan(Session session, Forecast forecast) {
        Optional<Long> rows = forecast.figure(JobNames.SCORE, subject(), ScoredSplit.ROWS)
                .or(() -> forecast.lastWritten(JobNames.SCORE, subject(), PredictionTables.PREDICTIONS));
        return new Plan(
                List.of(forecast.part(PredictionTables.PREDICTIONS, rows), forecast.table(ExampleTables.CLASSES)),
                TABLES.stream()
                        .map(table -> forecast.part(table, forecast.lastWritten(name(), subject(), table)))
                        .toList(),
                List.of());
    }

    @Override
    public Outcome run(Session session, Run run) {
        session.progress().phase(READING);
        String scored = run.identity().upstream().get(0);
        Dataset<Row> predictions = session.store()
                .read(PredictionTables.PREDICTIONS, run.version(PredictionTables.PREDICTIONS))
                .filter(col("run_id").equalTo(scored))
                .drop("run_id", "scored_at");
        Optional<Dataset<Row>> parts = parts(session).read(session, run);
        parts.ifPresent(rows -> rows.persist(StorageLevel.MEMORY_AND_DISK()));
        try {
            return evaluate(
                    session,
                    run,
                    model.name(),
                    SlicesAndGroups.join(session, predictions, parts),
                    taxonomy(session, run),
                    model.trainer().severalDecide(),
                    summary -> {});
        } finally {
            parts.ifPresent(Dataset::unpersist);
        }
    }

    /**
     * Evaluates predictions and replaces earlier evaluations of the same model versions and splits in the tables.
     *
     * @param severalDecide whether rows say what decided them
     * @param check looks at the rows of the summary before anything is written
     */
    static Outcome evaluate(
            Session session,
            Run run,
            String subject,
            Dataset<Row> all,
            Taxonomy taxonomy,
            boolean severalDecide,
            Consumer<List<Row>> check) {
        Dataset<Row> predictions = ScoredSplit.ofClasses(session, all);
        try (EvaluationTables tables =
                Evaluation.evaluate(predictions, taxonomy, session.config().evaluate())) {
            session.progress().phase(WRITING);
            List<Row> summary = tables.summary().collectAsList();
            check.accept(summary);
            List<RowCondition> subjects = subjects(summary);
            List<Output> outputs = new ArrayList<>();
            Map<TableDefinition, Dataset<Row>> written = written(session, predictions, tables, subjects);
            addUnknown(session, all, written);
            if (severalDecide) {
                written.put(JudgementTables.EVALUATION_DECIDERS, deciders(session, predictions));
            }
            written.forEach((table, rows) -> outputs.add(session.store().replaceRun(table, rows, run.id(), subjects)));
            return outcome(outputs, summary);
        }
    }

    private static Map<TableDefinition, Dataset<Row>> written(
            Session session, Dataset<Row> predictions, EvaluationTables tables, List<RowCondition> subjects) {
        Map<TableDefinition, Dataset<Row>> written = new LinkedHashMap<>();
        written.put(JudgementTables.EVALUATION_SUMMARY, tables.summary());
        written.put(JudgementTables.EVALUATION_PER_CLASS, tables.perClass());
        written.put(JudgementTables.EVALUATION_CONFUSION, tables.confusion());
        written.put(JudgementTables.EVALUATION_CLUSTERS, tables.clusters());
        written.put(JudgementTables.EVALUATION_CALIBRATION, tables.calibration());
        written.put(JudgementTables.EVALUATION_CURVES, tables.curves());
        written.put(JudgementTables.THRESHOLDS, tables.thresholds());
        CostTables.read(session)
                .ifPresent(costs -> written.put(
                        JudgementTables.EVALUATION_COSTS,
                        EvaluationCosts.table(
                                predictions, costs, session.config().evaluate())));
        sets(session, predictions, subjects).ifPresent(sets -> written.put(JudgementTables.EVALUATION_SETS, sets));
        return written;
    }

    /** Adds the tables about rows of no class, where the configuration names such labels or has a rule. */
    private static void addUnknown(Session session, Dataset<Row> all, Map<TableDefinition, Dataset<Row>> written) {
        boolean hasRule = session.config().score().unknown().isPresent();
        boolean isAsked = hasRule || !session.config().labels().unknown().isEmpty();
        if (!isAsked || !List.of(all.columns()).contains(Predictions.IS_UNKNOWN)) {
            return;
        }
        UnknownFigures figures =
                UnknownFigures.of(all, hasRule, session.config().evaluate());
        written.put(
                JudgementTables.EVALUATION_UNKNOWN,
                session.spark()
                        .createDataFrame(
                                figures.figures().stream()
                                        .map(EvaluationUnknown::toRow)
                                        .toList(),
                                EvaluationUnknown.SCHEMA));
        written.put(
                JudgementTables.EVALUATION_COVERAGE,
                session.spark()
                        .createDataFrame(
                                figures.coverage().stream()
                                        .map(EvaluationCoverage::toRow)
                                        .toList(),
                                EvaluationCoverage.SCHEMA));
    }

    private static Dataset<Row> deciders(Session session, Dataset<Row> predictions) {
        return session.spark()
                .createDataFrame(
                        EvaluationDeciders.of(predictions, session.config().evaluate()).stream()
                                .map(EvaluationDeciders::toRow)
                                .toList(),
                        EvaluationDeciders.SCHEMA);
    }

    /**
     * The table of prediction sets, which marks classes without a threshold of their own; absent if there are no sets.
     */
    private static Optional<Dataset<Row>> sets(Session session, Dataset<Row> predictions, List<RowCondition> subjects) {
        // the versions that have sets also have the least probabilities of their classes
        List<RowCondition> versions = subjects.stream()
                .map(subject -> new RowCondition(Map.of(
                        Predictions.MODEL, subject.values().get(Predictions.MODEL),
                        Predictions.VERSION, subject.values().get(Predictions.VERSION))))
                .toList();
        List<Row> classes = session.store().rows(ModelTables.CONFORMAL, versions.toArray(RowCondition[]::new));
        if (classes.isEmpty() || !List.of(predictions.columns()).contains(Predictions.PREDICTION_SET)) {
            return Optional.empty();
        }
        Dataset<Row> marks = session.spark()
                .createDataFrame(classes, ModelTables.CONFORMAL.schema())
                .select("model", "version", "label", "pooled");
        return Optional.of(EvaluationSets.table(predictions, session.config().evaluate())
                .join(marks, new String[] {"model", "version", "label"}, "left"));
    }

    /**
     * Condition of the rows of earlier evaluations of the same model versions and splits.
     *
     * @param summary of the evaluation, which has a row for each of them
     */
    private static List<RowCondition> subjects(List<Row> summary) {
        TreeMap<String, TreeMap<Integer, TreeSet<String>>> splits = new TreeMap<>();
        summary.forEach(row -> splits.computeIfAbsent(row.getAs(Predictions.MODEL), model -> new TreeMap<>())
                .computeIfAbsent(row.<Integer>getAs(Predictions.VERSION), version -> new TreeSet<>())
                .add(row.getAs(Predictions.SPLIT)));
        List<RowCondition> subjects = new ArrayList<>();
        splits.forEach((model, versions) ->
                versions.forEach((version, names) -> subjects.add(RowCondition.about(model, version, names))));
        return subjects;
    }

    static Taxonomy taxonomy(Session session, Run run) {
        return ClassRows.taxonomy(session.store().rows(ExampleTables.CLASSES, run.version(ExampleTables.CLASSES)));
    }

    /** A split without labelled rows has no accuracy. */
    private static Outcome outcome(List<Output> outputs, List<Row> summary) {
        Map<String, Double> figures = new TreeMap<>();
        TreeSet<String> judged = new TreeSet<>();
        TreeSet<String> unlabelled = new TreeSet<>();
        for (Row row : summary) {
            if (row.getAs("slice").equals("all") && row.getAs("level").equals("leaf")) {
                String split = row.getAs("split");
                String metric = row.getAs("metric");
                figures.put(split + "_" + metric, row.<Double>getAs("value"));
                if (metric.equals("labelled")) {
                    (row.<Double>getAs("value") > 0 ? judged : unlabelled).add(split);
                }
            }
        }
        List<String> warnings = unlabelled.stream()
                .map(split ->
                        "No row of " + split + " has a label, so there is nothing to compare its predictions with:"
                                + " it has no accuracy and no other figure.")
                .toList();
        if (judged.isEmpty()) {
            return new Outcome(outputs, figures, "no labelled row, so no figures", warnings);
        }
        String split = judged.contains("test") ? "test" : judged.last();
        return new Outcome(
                outputs,
                figures,
                String.format(
                        Locale.ROOT,
                        "%s accuracy %.4f, macro F1 %.4f",
                        split,
                        figures.get(split + "_accuracy"),
                        figures.get(split + "_macro_f1")),
                warnings);
    }
}
