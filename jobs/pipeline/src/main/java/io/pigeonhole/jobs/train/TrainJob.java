package io.pigeonhole.jobs.train;

import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.embeddings.EmbeddingForecast;
import io.pigeonhole.jobs.embeddings.Embeddings;
import io.pigeonhole.jobs.embeddings.PretrainedModels;
import io.pigeonhole.jobs.examples.DealtExamples;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.jobs.trainers.Recipe;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.jobs.trainers.TrainingSize;
import io.pigeonhole.transforms.features.FeatureColumn;
import io.pigeonhole.transforms.features.FeatureSpec;
import io.pigeonhole.transforms.features.Features;
import io.pigeonhole.transforms.features.HashedFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Trains one model on the train split. */
public final class TrainJob implements Job {

    /** Name of the phase in {@code run_phases}. */
    private static final String FITTING_FEATURES = "fitting the features";

    /** Share of buckets in use from which on most of them hold several features. */
    private static final double CROWDED = 0.9;

    private final ModelConfig model;
    private final Recipe recipe;
    private final FittedFeatures fitted;

    /**
     * @param fitted shared with the trainings of the other models of the same configuration
     */
    public TrainJob(ModelConfig model, FittedFeatures fitted) {
        this.model = model;
        this.recipe = Recipes.of(model);
        this.fitted = fitted;
    }

    @Override
    public String name() {
        return JobNames.TRAIN;
    }

    @Override
    public String subject() {
        return model.name();
    }

    @Override
    public Identity identity(Session session) {
        PipelineConfig config = session.config();
        String stratified = session.runs().latestDone(JobNames.STRATIFY, "");
        List<String> upstream = new ArrayList<>(List.of(stratified));
        List<Input> inputs = new ArrayList<>();
        for (TableDefinition table : List.of(ExampleTables.EXAMPLES, ExampleTables.SPLITS)) {
            inputs.add(Input.of(session.store(), table, stratified));
        }
        recipe.needed(session).forEach(version -> {
            upstream.add(version.runId());
            inputs.add(version.input());
        });
        List<FeatureSpec> fits = model.trainer().fitsFeatures() ? config.features(subject()) : List.of();
        inputs.addAll(PretrainedModels.inputs(session, fits));
        inputs.addAll(recipe.inputs(session));
        // the version that classes are added to is upstream
        Settings ownBesidesFeatures = Settings.of("models", model)
                .without("models.calibration")
                .without("models.features")
                .without("models.add_classes_to");
        return new Identity(ownBesidesFeatures.and(Settings.of(fits)).and(recipe.settings(config)), upstream, inputs);
    }

    @Override
    public Plan plan(Session session, Forecast forecast) {
        Optional<Long> rows = forecast.figure(JobNames.STRATIFY, "", "rows_train");
        List<Plan.Need> needs = forecast.table(ExampleTables.CLASSES)
                .rows()
                .map(classes ->
                        recipe.needs(new TrainingSize(session, forecast, model.name(), rows.orElse(0L), classes)))
                .orElse(List.of());
        Plan plan = new Plan(
                List.of(forecast.part(ExampleTables.EXAMPLES, rows), forecast.part(ExampleTables.SPLITS, rows)),
                List.of(ModelRegistry.amount(forecast, model.name())),
                needs);
        return EmbeddingForecast.with(plan, session, forecast, subject(), List.of("train", "validation"));
    }

    @Override
    public Outcome run(Session session, Run run) {
        List<FeatureSpec> specs = session.config().features(subject());
        Embeddings embeddings = Embeddings.ofFeatures(session, run, specs);
        Dataset<Row> rows = embeddings.onto(trainRows(session, run, specs));
        List<String> warnings = new ArrayList<>();
        Outcome outcome = recipe.train(new Training(session, run, model.name(), rows, embeddings, () -> {
            PipelineModel features = fitted.of(specs, run.identity(), () -> {
                session.progress().phase(FITTING_FEATURES);
                return Features.pipeline(Features.resolved(rows.schema(), specs), Training.FEATURES, embeddings::stage)
                        .fit(rows);
            });
            warnings.addAll(crowded(features));
            return features;
        }));
        warnings.addAll(embeddings.warnings());
        return outcome.warning(warnings.stream().distinct().toList());
    }

    /** A warning for each hash table of features that is nearly full. */
    private static List<String> crowded(PipelineModel features) {
        return HashedFeatures.of(features).stream()
                .filter(hashed -> hashed.shareUsed() > CROWDED)
                .map(hashed -> String.format(
                        Locale.ROOT,
                        "%.0f %% of the %,d buckets of column %s are in use, so many features share one bucket. Raise %s to"
                                + " %d or more.",
                        100 * hashed.shareUsed(),
                        hashed.buckets(),
                        hashed.columns(),
                        hashed.isText()
                                ? "vocabulary { kind = hashed, buckets } of this feature"
                                : "buckets of this feature",
                        8L * hashed.buckets()))
                .toList();
    }

    private static Dataset<Row> trainRows(Session session, Run run, List<FeatureSpec> specs) {
        StructType schema = DealtExamples.all(session, run).schema();
        List<FeatureSpec> features = Features.resolved(schema, specs);
        Features.check(schema, features);
        List<String> columns = Features.columns(features).stream()
                .map(FeatureColumn::name)
                .distinct()
                .toList();
        Dataset<Row> rows = DealtExamples.toTrainOn(session, run, columns);
        if (rows.isEmpty()) {
            throw TrainErrors.nothingToLearnFrom();
        }
        return rows;
    }
}
