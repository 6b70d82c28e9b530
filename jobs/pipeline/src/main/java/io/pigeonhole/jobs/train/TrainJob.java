package io.pigeonhole.jobs.train;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Output;
import io.pigeonhole.jobs.runs.Progress;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.jobs.store.Tables;
import io.pigeonhole.training.HierarchicalClassifier;
import io.pigeonhole.training.LinearClassifier;
import io.pigeonhole.training.LinearModel;
import io.pigeonhole.training.OneVsRestClassifier;
import io.pigeonhole.training.SoftmaxClassifier;
import io.pigeonhole.training.TrainingSummary;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.features.FeatureColumn;
import io.pigeonhole.transforms.features.Features;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** Trains one model on the train split. */
public final class TrainJob implements Job {

    private static final String FEATURES = "features";

    private final ModelConfig model;
    private final FittedFeatures fitted;

    /**
     * @param fitted shared with the trainings of the other models of the same configuration
     */
    public TrainJob(ModelConfig model, FittedFeatures fitted) {
        this.model = model;
        this.fitted = fitted;
    }

    @Override
    public String name() {
        return "train";
    }

    @Override
    public String subject() {
        return model.name();
    }

    @Override
    public Identity identity(Session session) {
        PipelineConfig config = session.config();
        String stratified = session.runs().latestDone("stratify", "");
        return new Identity(
                config.features() + "\n" + model.asTrained(),
                List.of(stratified),
                Stream.of(Tables.EXAMPLES, Tables.SPLITS)
                        .map(table -> new Input(
                                table.name(), Optional.of(session.store().version(table)), stratified))
                        .toList());
    }

    @Override
    public Outcome run(Session session, Run run) {
        Dataset<Row> rows = trainRows(session, run);
        PipelineModel features = fitted.on(run.identity(), () -> {
            session.progress().update("train " + model.name() + ": fitting the features");
            return Features.pipeline(session.config().features(), FEATURES).fit(rows);
        });
        Dataset<Row> vectors = features.transform(rows)
                .select("label", "path", "weight", FEATURES)
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            LinearModel linear = classifier(session.progress()).fit(vectors);
            List<PipelineStage> stages = new ArrayList<>(Arrays.asList(features.stages()));
            stages.add(linear);
            PipelineModel whole = ModelRegistry.assemble(model.name(), stages, rows);
            TrainedModel trained = ModelRegistry.register(
                    session, run, whole, ModelRegistry.Description.ofTrained(model.name(), linear, figures(linear)));
            return outcome(session, trained, linear);
        } finally {
            vectors.unpersist();
        }
    }

    /** Labelled rows of the train split, under the label they were dealt under. */
    private static Dataset<Row> trainRows(Session session, Run run) {
        PipelineConfig config = session.config();
        Store store = session.store();
        Dataset<Row> examples = store.read(Tables.EXAMPLES, run.version(Tables.EXAMPLES));
        Features.check(examples.schema(), config.features());
        Column[] columns = Stream.concat(
                        Stream.of(col("example_id"), col("label").as("own_label"), col("path")),
                        Features.columns(config.features()).stream()
                                .map(FeatureColumn::name)
                                .distinct()
                                .map(name -> col("`" + name + "`")))
                .toArray(Column[]::new);
        Dataset<Row> train = store.read(Tables.SPLITS, run.version(Tables.SPLITS))
                .filter(col("split").equalTo("train").and(col("label").isNotNull()))
                .select("example_id", "label", "weight");
        Dataset<Row> rows = examples.select(columns)
                .join(train, "example_id")
                .withColumn(
                        "path",
                        when(
                                        col("own_label")
                                                .equalTo(col("label"))
                                                .and(col("path").isNotNull()),
                                        col("path"))
                                .otherwise(array(col("label"))));
        if (rows.isEmpty()) {
            throw PipelineException.dataContract("The train split has no labelled example, so there is nothing to learn"
                    + " from. Look at the tables splits and rejects.");
        }
        return rows;
    }

    private LinearClassifier classifier(Progress progress) {
        LinearClassifier classifier = switch (model.trainer()) {
            case SOFTMAX -> new SoftmaxClassifier(model.name());
            case ONE_VS_REST -> new OneVsRestClassifier(model.name());
            case HIERARCHICAL -> new HierarchicalClassifier(model.name());
        };
        classifier.set(classifier.featuresCol(), FEATURES);
        classifier.set(classifier.weightCol(), "weight");
        classifier.set(classifier.pathCol(), "path");
        classifier.set(classifier.loss(), model.loss().code());
        classifier.set(classifier.labelSmoothing(), model.labelSmoothing());
        classifier.set(classifier.logitAdjustment(), model.logitAdjustment());
        classifier.set(classifier.regParam(), model.regParam());
        classifier.set(classifier.elasticNet(), model.elasticNet());
        classifier.set(classifier.maxIter(), model.maxIter());
        classifier.set(classifier.tol(), model.tol());
        classifier.set(classifier.fitIntercept(), model.fitIntercept());
        classifier.set(classifier.classWeight(), model.classWeight().code());
        classifier.set(
                classifier.givenClassWeights(),
                model.classWeights().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toArray(String[]::new));
        return classifier.listen(new PassProgress("train " + model.name(), model.maxIter(), progress));
    }

    private static Map<String, Double> figures(LinearModel linear) {
        TrainingSummary summary = linear.summary().orElseThrow();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rows", (double) summary.rows());
        figures.put("features", (double) summary.features());
        figures.put("classes", (double) linear.labels().size());
        figures.put("problems", (double) summary.problems());
        figures.put("passes", (double) summary.passes());
        figures.put("problems_not_converged", (double) summary.open());
        figures.put("objective", summary.objective());
        return figures;
    }

    private static Outcome outcome(Session session, TrainedModel trained, LinearModel linear) {
        TrainingSummary summary = linear.summary().orElseThrow();
        return new Outcome(
                List.of(new Output(Tables.MODELS.name(), session.store().version(Tables.MODELS), 1)),
                figures(linear),
                String.format(
                        Locale.ROOT,
                        "version %d: %,d rows, %,d features, %d classes, %d passes%s",
                        trained.version(),
                        summary.rows(),
                        summary.features(),
                        linear.labels().size(),
                        summary.passes(),
                        summary.open() == 0
                                ? ""
                                : ", " + summary.open() + " problems not converged (raise max_iter, or tol)"));
    }
}
