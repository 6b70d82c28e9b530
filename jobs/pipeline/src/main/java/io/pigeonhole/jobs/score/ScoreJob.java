package io.pigeonhole.jobs.score;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.evaluation.means.Costs;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.configuration.ScoreConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.embeddings.EmbeddingForecast;
import io.pigeonhole.jobs.embeddings.Embeddings;
import io.pigeonhole.jobs.examples.DealtExamples;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.examples.Forgotten;
import io.pigeonhole.jobs.examples.OtherExamples;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.predictions.CostTables;
import io.pigeonhole.jobs.predictions.PredictionRows;
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
import io.pigeonhole.jobs.sources.Access;
import io.pigeonhole.jobs.sources.SourceSize;
import io.pigeonhole.jobs.sources.Sources;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.store.RowCondition;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.training.calibration.PredictionSets;
import io.pigeonhole.training.calibration.UnknownRule;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.TrainedClassifier;
import io.pigeonhole.transforms.cleaning.Cleaned;
import io.pigeonhole.transforms.cleaning.CleaningCounts;
import io.pigeonhole.transforms.cleaning.Labels;
import io.pigeonhole.transforms.features.Features;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** Scores examples with one model version; labels, known, unknown or missing, have no effect on the scores. */
public final class ScoreJob implements Job {

    /** Names of the phases in {@code run_phases}. */
    private static final String LOADING = "loading the model";

    private static final String SCORING = "scoring";

    /** Bytes of a row in a file, without probabilities. */
    private static final double BYTES_PER_ROW = 64;

    /** Bytes of a listed probability: a double and its class. */
    private static final double BYTES_PER_PROBABILITY = 9;

    private final ModelConfig model;

    public ScoreJob(ModelConfig model) {
        this.model = model;
    }

    @Override
    public String name() {
        return JobNames.SCORE;
    }

    @Override
    public String subject() {
        return model.name();
    }

    @Override
    public Identity identity(Session session) {
        ScoreConfig score = session.config().score();
        TrainedModel trained = ModelRegistry.find(session, model.name(), score.version());
        List<Input> inputs = new ArrayList<>();
        List<String> upstream = new ArrayList<>();
        upstream.add(trained.runId());
        inputs.add(trained.inputOfRun());
        if (score.examples().isPresent()) {
            inputs.addAll(Sources.inputs(
                    Access.of(session),
                    score.examples().get().reading(session.config().sources())));
        } else {
            String stratified = session.runs().latestDone(JobNames.STRATIFY, "");
            upstream.add(stratified);
            for (TableDefinition table : List.of(ExampleTables.EXAMPLES, ExampleTables.SPLITS)) {
                inputs.add(Input.of(session.store(), table, stratified));
            }
        }
        boolean byCost = score.decide() == ScoreConfig.Criterion.COST;
        if (byCost) {
            inputs.addAll(CostTables.inputs(session));
        }
        Settings settings = byCost
                ? session.config().settings("score", "costs")
                : session.config().settings("score");
        return new Identity(
                score.examples()
                        .filter(examples -> examples.like().isPresent())
                        .flatMap(examples -> examples.source(session.config().sources()))
                        .map(source -> settings.and("score.examples.source", source.toString()))
                        .orElse(settings),
                upstream,
                inputs);
    }

    @Override
    public Plan plan(Session session, Forecast forecast) {
        ScoreConfig score = session.config().score();
        List<Plan.Amount> reads = new ArrayList<>(List.of(ModelRegistry.amount(forecast, model.name())));
        Optional<Long> rows;
        if (score.examples().isPresent()) {
            SourceSize size = SourceSize.of(
                    Access.of(session),
                    score.examples().get().reading(session.config().sources()));
            rows = size.rows();
            reads.add(Plan.Amount.about("score.examples", rows, size.bytes()));
        } else {
            rows = splits(score, model.isRefitted()).stream()
                    .map(split -> forecast.figure(JobNames.STRATIFY, "", "rows_" + split))
                    .reduce((one, other) -> one.flatMap(left -> other.map(right -> left + right)))
                    .orElse(Optional.empty());
            reads.add(forecast.part(ExampleTables.EXAMPLES, rows));
            reads.add(forecast.part(ExampleTables.SPLITS, rows));
        }
        rows.ifPresent(count -> forecast.expect(name(), subject(), ScoredSplit.ROWS, count));
        long classes = forecast.table(ExampleTables.CLASSES).rows().orElse((long) score.topK());
        double listed = Math.min(classes, score.topK()) + Math.min(classes, score.probabilityCount());
        Plan plan = new Plan(
                reads,
                List.of(forecast.written(
                        PredictionTables.PREDICTIONS, rows, BYTES_PER_ROW + BYTES_PER_PROBABILITY * listed)),
                List.of());
        return score.examples().isPresent()
                ? plan
                : EmbeddingForecast.with(plan, session, forecast, subject(), splits(score, model.isRefitted()));
    }

    @Override
    public Outcome run(Session session, Run run) {
        ScoreConfig score = session.config().score();
        TrainedModel trained = ModelRegistry.find(session, model.name(), score.version());
        List<String> splits = splits(score, trained.seesValidation());
        if (splits.isEmpty()) {
            throw ScoreErrors.nothingHeldOut(trained);
        }
        session.progress().phase(LOADING);
        PipelineModel pipeline = ModelRegistry.load(session, trained);
        session.progress().phase(SCORING);
        session.progress().update("scoring, version " + trained.version());
        Optional<OtherExamples.Judged> judged = score.examples().isPresent()
                ? OtherExamples.judged(session).map(some -> judged(session, some))
                : Optional.empty();
        try {
            Optional<String> warning = judged.flatMap(some -> writeRejects(session, run, some));
            Embeddings embeddings = Embeddings.ofModel(session, run, pipeline);
            Dataset<Row> examples = score.examples().isPresent()
                    ? embeddings.known(otherExamples(session, judged, score.examplesSplit()))
                    : embeddings.onto(DealtExamples.read(session, run, splits));
            Dataset<Row> predictions = predictions(session, pipeline, examples, trained);
            Output output = session.store()
                    .replaceRun(
                            PredictionTables.PREDICTIONS,
                            predictions,
                            run.id(),
                            List.of(RowCondition.about(trained.model(), trained.version(), splits)));
            return outcome(
                            session,
                            run,
                            output,
                            score.examples().isEmpty()
                                    && splits.size() < score.splits().size())
                    .warning(warning.stream().toList())
                    .warning(embeddings.warnings());
        } finally {
            judged.ifPresent(some -> some.cleaned().judged().unpersist());
        }
    }

    /** What is scored. A version that was trained on validation does not score it: its figures would not be held out. */
    private static List<String> splits(ScoreConfig score, boolean seesValidation) {
        if (score.examples().isPresent()) {
            return List.of(score.examplesSplit());
        }
        return score.splits().stream()
                .filter(split -> !(seesValidation && split.equals("validation")))
                .toList();
    }

    /** Rows that are not in the store, with the columns of {@code examples}; label and path may be missing. */
    private static Dataset<Row> otherExamples(Session session, Optional<OtherExamples.Judged> judged, String split) {
        Dataset<Row> rows = judged.map(some -> some.cleaned().examples())
                .orElseGet(() -> Forgotten.of(session).without(OtherExamples.rows(session)));
        Features.check(
                rows.schema(), Features.resolved(rows.schema(), session.config().allFeatures()));
        List<String> columns = Arrays.asList(rows.columns());
        Column label = columns.contains("label")
                ? Labels.of(col("label"), rows.schema().apply("label").dataType())
                : lit(null).cast("string");
        Column path = columns.contains("path") ? col("path") : lit(null).cast("array<string>");
        return rows.withColumn("label", label)
                .withColumn("path", coalesce(path, array(col("label"))))
                .withColumn("split", lit(split));
    }

    /** The rows of a source with their verdicts, without forgotten ones, whose values must not reach the rejects. */
    private static OtherExamples.Judged judged(Session session, OtherExamples.Judged all) {
        Cleaned kept = new Cleaned(Forgotten.of(session).without(all.cleaned().judged()));
        return new OtherExamples.Judged(kept.persist(StorageLevel.MEMORY_AND_DISK()), all.rules());
    }

    /**
     * Writes the rows that cannot be scored to the table of rejects, under this run; returns a warning if there are any.
     *
     * @throws PipelineException (data contract) if there are more than the configuration allows
     */
    private static Optional<String> writeRejects(Session session, Run run, OtherExamples.Judged judged) {
        CleaningCounts counts = judged.cleaned().count();
        session.store().replaceRun(ExampleTables.REJECTS, judged.cleaned().rejects(), run.id());
        counts.check(judged.rules());
        return counts.rejected() == 0
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "%,d of %,d rows are rejected and not scored; the table rejects has their reasons",
                        counts.rejected(),
                        counts.rows()));
    }

    private static Dataset<Row> predictions(
            Session session, PipelineModel pipeline, Dataset<Row> examples, TrainedModel trained) {
        TrainedClassifier classifier = ModelRegistry.classifier(pipeline);
        Dataset<Row> rows = examples;
        boolean isScored = scoresUnknown(session, pipeline);
        for (Transformer stage : pipeline.stages()) {
            rows = stage.transform(rows);
            // after a calibration, the probabilities are others
            rows = isScored && stage == classifier ? UnknownRule.withScore(rows, classifier) : rows;
        }
        Optional<Costs> costs = session.config().score().decide() == ScoreConfig.Criterion.COST
                ? CostTables.read(session)
                : Optional.empty();
        return new PredictionRows(classifier.taxonomy(), session.config().score(), costs)
                .of(
                        rows,
                        trained.model(),
                        trained.version(),
                        new PredictionRows.Beside(
                                predictionSet(session, pipeline, trained),
                                classifier.decidedByColumn(),
                                session.config().labels().unknown(),
                                unknown(session, pipeline, trained)));
    }

    /** Whether rows get an unknown score without a rule, since there are labels of no class. */
    private static boolean scoresUnknown(Session session, PipelineModel pipeline) {
        return !session.config().labels().unknown().isEmpty()
                && Arrays.stream(pipeline.stages()).noneMatch(UnknownRule.class::isInstance);
    }

    /** Column of the decision that a row is of none of the classes, if the configuration asks for it. */
    private static Optional<String> unknown(Session session, PipelineModel pipeline, TrainedModel trained) {
        if (session.config().score().unknown().isEmpty()) {
            return Optional.empty();
        }
        UnknownRule rule = Arrays.stream(pipeline.stages())
                .filter(UnknownRule.class::isInstance)
                .map(UnknownRule.class::cast)
                .findFirst()
                .orElseThrow(() -> ScoreErrors.noUnknownRule(trained));
        return Optional.of(rule.getOrDefault(rule.unknownCol()));
    }

    private static Optional<String> predictionSet(Session session, PipelineModel pipeline, TrainedModel trained) {
        if (!session.config().score().conformal()) {
            return Optional.empty();
        }
        PredictionSets sets = Arrays.stream(pipeline.stages())
                .filter(PredictionSets.class::isInstance)
                .map(PredictionSets.class::cast)
                .findFirst()
                .orElseThrow(() -> ScoreErrors.noPredictionSets(trained));
        return Optional.of(sets.getOrDefault(sets.predictionSetCol()));
    }

    private static Outcome outcome(Session session, Run run, Output output, boolean leavesOutValidation) {
        Map<String, Double> figures = new TreeMap<>();
        boolean hasRule = session.config().score().unknown().isPresent();
        for (Row row : session.store()
                .read(PredictionTables.PREDICTIONS)
                .filter(col("run_id").equalTo(run.id()))
                .groupBy("split", Predictions.DECIDED_BY)
                .agg(
                        count(lit(1)),
                        count(col(Predictions.LABEL)),
                        count(col(Predictions.LABEL_PROBABILITY)),
                        count(when(col(Predictions.IS_UNKNOWN), 1)),
                        count(when(col(Predictions.PREDICTED).equalTo(Predictions.UNKNOWN), 1)))
                .collectAsList()) {
            String split = row.getString(0);
            figures.merge("rows_" + split, (double) row.getLong(2), Double::sum);
            figures.merge("unlabelled_" + split, (double) (row.getLong(2) - row.getLong(3)), Double::sum);
            figures.merge(
                    "unseen_label_" + split, (double) (row.getLong(3) - row.getLong(4) - row.getLong(5)), Double::sum);
            if (hasRule) {
                figures.merge("decided_unknown_" + split, (double) row.getLong(6), Double::sum);
            }
            if (!row.isNullAt(1)) {
                figures.put(ScoredSplit.decidedBy(split) + row.getString(1), (double) row.getLong(2));
            }
        }
        return new Outcome(
                List.of(output),
                figures,
                String.format(
                        Locale.ROOT,
                        "%,d predictions%s",
                        output.rows(),
                        leavesOutValidation ? "; none on validation, which the version was trained on" : ""));
    }
}
