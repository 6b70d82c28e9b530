package io.pigeonhole.jobs.evaluate;

import io.pigeonhole.evaluation.foreign.ForeignPredictions;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.configuration.PredictionsConfig;
import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.CostTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.sources.Access;
import io.pigeonhole.jobs.sources.SourceSize;
import io.pigeonhole.jobs.sources.Sources;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Evaluates predictions of models outside the store. Their figures are in the same tables as those of the store's
 * models.
 */
public final class EvaluatePredictionsJob implements Job {

    private static final String OWNER = "The table of predictions (--predictions)";

    private final String location;
    private final Consumer<String> notComputed;

    /**
     * @param location path or table of the predictions
     * @param notComputed receives each figure that cannot be computed from them, with the reason
     */
    public EvaluatePredictionsJob(String location, Consumer<String> notComputed) {
        this.location = location;
        this.notComputed = notComputed;
    }

    @Override
    public String name() {
        return JobNames.EVALUATE;
    }

    @Override
    public String subject() {
        return location;
    }

    @Override
    public Identity identity(Session session) {
        PredictionsConfig config = session.config().predictions();
        List<Input> inputs =
                new ArrayList<>(Sources.inputs(Access.of(session), OWNER, "predictions", config.reading(location)));
        if (session.store().exists(ExampleTables.CLASSES)) {
            long version = session.store().version(ExampleTables.CLASSES);
            inputs.add(new Input(ExampleTables.CLASSES.name(), Optional.of(version), String.valueOf(version)));
        }
        inputs.addAll(CostTables.inputs(session));
        return new Identity(
                EvaluateJob.settings(session).and(session.config().settings("predictions", "labels.aliases")),
                List.of(),
                inputs);
    }

    @Override
    public Plan plan(Session session, Forecast forecast) {
        SourceSize size =
                SourceSize.of(Access.of(session), session.config().predictions().reading(location));
        return new Plan(
                List.of(Plan.Amount.about("predictions", size.rows(), size.bytes())),
                List.of(
                        new Plan.Amount(JudgementTables.EVALUATION_SUMMARY.name(), Optional.empty(), Optional.empty()),
                        new Plan.Amount(
                                JudgementTables.EVALUATION_PER_CLASS.name(), Optional.empty(), Optional.empty())),
                List.of());
    }

    @Override
    public Outcome run(Session session, Run run) {
        session.progress().phase(EvaluateJob.READING);
        PredictionsConfig config = session.config().predictions();
        Reading reading = config.reading(location);
        Dataset<Row> table = Sources.table(
                Access.of(session), OWNER, reading, config.columns().mapped());
        ForeignPredictions foreign = ForeignPredictions.of(
                table,
                config.columns(),
                config.names(),
                session.config().evaluate().slices(),
                session.config().labels().aliases());
        Dataset<Row> predictions = foreign.rows().persist(StorageLevel.MEMORY_AND_DISK());
        try {
            requireOtherModels(session, predictions);
            Taxonomy taxonomy = session.store().exists(ExampleTables.CLASSES)
                    ? EvaluateJob.taxonomy(session, run)
                    : Taxonomy.flat(List.of());
            sayWhatIsNotComputed(foreign, taxonomy);
            return EvaluateJob.evaluate(
                            session,
                            run,
                            location,
                            predictions,
                            taxonomy,
                            false,
                            summary -> requireLabels(summary, config))
                    .warning(foreign.doubts());
        } finally {
            predictions.unpersist();
        }
    }

    private static void requireLabels(List<Row> summary, PredictionsConfig config) {
        List<Row> counts = summary.stream()
                .filter(row -> row.getAs("metric").equals("labelled")
                        && row.getAs("level").equals("leaf")
                        && row.getAs("slice").equals("all"))
                .toList();
        if (counts.stream().allMatch(row -> row.<Double>getAs("value") == 0)) {
            long rows =
                    counts.stream().mapToLong(row -> row.<Long>getAs("support")).sum();
            throw EvaluateErrors.noLabels(rows, config.columns().label());
        }
    }

    /** Checks that this does not replace the evaluation of a model of the store. */
    private static void requireOtherModels(Session session, Dataset<Row> predictions) {
        TreeSet<String> own = new TreeSet<>();
        session.config().models().stream().map(ModelConfig::name).forEach(own::add);
        session.store().readOrEmpty(ModelTables.MODELS).select("model").distinct().collectAsList().stream()
                .map(row -> row.getString(0))
                .forEach(own::add);
        List<String> taken = predictions.select(Predictions.MODEL).distinct().collectAsList().stream()
                .filter(row -> !row.isNullAt(0) && own.contains(row.getString(0)))
                .map(row -> row.getString(0))
                .sorted()
                .toList();
        if (!taken.isEmpty()) {
            throw EvaluateErrors.nameTaken(taken);
        }
    }

    private void sayWhatIsNotComputed(ForeignPredictions foreign, Taxonomy taxonomy) {
        List<String> reasons = new ArrayList<>(foreign.notComputed());
        reasons.add(
                taxonomy.isFlat()
                        ? "levels above the classes: the store has no taxonomy"
                        : "probabilities above the classes: predictions made elsewhere are of classes, not of the nodes"
                                + " above them");
        reasons.forEach(notComputed);
    }
}
