package io.pigeonhole.jobs.train;

import io.pigeonhole.jobs.examples.DealtExamples;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.TrainedModel;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.SelectionConfig;
import io.pigeonhole.jobs.predictions.PredictionRows;
import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Output;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.jobs.store.Tables;
import io.pigeonhole.training.HierarchicalClassifier;
import io.pigeonhole.training.LabelTreeClassifier;
import io.pigeonhole.training.LinearClassifier;
import io.pigeonhole.training.LinearModel;
import io.pigeonhole.training.OneVsRestClassifier;
import io.pigeonhole.training.Setting;
import io.pigeonhole.training.SoftmaxClassifier;
import io.pigeonhole.training.TrainingSummary;
import io.pigeonhole.transforms.Columns;
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
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
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
        List<String> upstream = new ArrayList<>(List.of(stratified));
        List<Input> inputs = new ArrayList<>();
        for (TableDefinition table : List.of(Tables.EXAMPLES, Tables.SPLITS)) {
            inputs.add(new Input(table.name(), Optional.of(session.store().version(table)), stratified));
        }
        WarmStarts.version(session, model).ifPresent(version -> {
            upstream.add(version.runId());
            inputs.add(WarmStarts.input(version));
        });
        boolean draws = model.trainer() == ModelConfig.Trainer.LABEL_TREE
                || model.deep().isPresent();
        return new Identity(
                config.features() + "\n" + model.asTrained() + (model.isSearched() ? "\n" + Trials.judging(config) : "")
                        + (model.selection().outOfFold() ? "\n" + config.score() : "")
                        + (draws ? "\n" + config.seed() : ""),
                upstream,
                inputs);
    }

    @Override
    public Plan plan(Session session, Forecast forecast) {
        return new TrainPlan(session, forecast, model).plan();
    }

    @Override
    public Outcome run(Session session, Run run) {
        Dataset<Row> rows = trainRows(session, run);
        Supplier<PipelineModel> fitting = () -> fitted.on(run.identity(), () -> {
            session.progress().update("train " + model.name() + ": fitting the features");
            return Features.pipeline(session.config().features(), FEATURES).fit(rows);
        });
        return model.deep()
                .map(deep -> new DeepTraining(model, deep, session, run).train(rows, fitting))
                .orElseGet(() -> trainLinear(session, run, rows, fitting.get()));
    }

    private Outcome trainLinear(Session session, Run run, Dataset<Row> rows, PipelineModel features) {
        session.progress().update("train " + model.name() + ": reading the rows");
        Dataset<Row> vectors = features.transform(rows)
                .select("example_id", "label", "path", "weight", "fold", FEATURES)
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            LinearClassifier classifier = classifier(session);
            Optional<WarmStarts> start = WarmStarts.load(session, model);
            start.ifPresent(from -> from.apply(model, classifier, features));
            Optional<Trials> trials = model.isSearched()
                    ? Optional.of(searched(session, run, features, classifier, vectors))
                    : Optional.empty();
            LinearModel exact = trials.map(Trials::model).orElseGet(() -> classifier.fit(vectors));
            LinearModel linear = shortened(exact);
            Map<String, Double> figures = figures(exact, linear);
            start.ifPresent(from -> figures.putAll(from.figures(features, linear)));
            figures.putAll(shortcuts(exact, linear).figures(session, run, features));
            List<PipelineStage> stages = new ArrayList<>(Arrays.asList(features.stages()));
            stages.add(linear);
            PipelineModel whole = ModelRegistry.assemble(model.name(), stages, rows);
            TrainedModel trained = ModelRegistry.register(
                    session, run, whole, ModelRegistry.Description.ofTrained(model.name(), linear, figures));
            List<Output> outputs = new ArrayList<>();
            outputs.add(output(session, Tables.MODELS, 1));
            trials.ifPresent(tried -> {
                session.store().replaceRun(Tables.TRIALS, tried.table(session.spark(), trained), run.id());
                outputs.add(output(session, Tables.TRIALS, tried.settings().size()));
                if (model.selection().outOfFold()) {
                    outputs.add(outOfFold(session, run, trained, tried, vectors));
                }
            });
            return outcome(outputs, trained, linear, figures, Trials.summary(trials));
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
                                .map(Columns::named))
                .toArray(Column[]::new);
        Dataset<Row> train = store.read(Tables.SPLITS, run.version(Tables.SPLITS))
                .filter(col("split").equalTo("train").and(col("label").isNotNull()))
                .select(
                        col("example_id"),
                        col("label"),
                        col("weight"),
                        coalesce(col("fold"), lit(0)).as("fold"));
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

    /** The model as it is kept: pruned, and with its beam. */
    private LinearModel shortened(LinearModel exact) {
        LinearModel linear = model.pruneBelow() > 0 ? exact.prunedBelow(model.pruneBelow()) : exact;
        if (hasBeam()) {
            linear = linear.copy(ParamMap.empty());
            linear.set(linear.beamWidth(), model.beamWidth());
        }
        return linear;
    }

    private boolean hasBeam() {
        return model.trainer() == ModelConfig.Trainer.LABEL_TREE && model.beamWidth() > 0;
    }

    private Shortcuts shortcuts(LinearModel exact, LinearModel linear) {
        Shortcuts shortcuts = new Shortcuts(exact);
        if (model.pruneBelow() > 0) {
            LinearModel pruned = linear.copy(ParamMap.empty());
            pruned.set(pruned.beamWidth(), 0);
            shortcuts.add("pruned", pruned);
        }
        if (hasBeam()) {
            shortcuts.add("beam", linear);
        }
        return shortcuts;
    }

    private LinearClassifier classifier(Session session) {
        LinearClassifier classifier = switch (model.trainer()) {
            case SOFTMAX -> new SoftmaxClassifier(model.name());
            case ONE_VS_REST -> new OneVsRestClassifier(model.name());
            case HIERARCHICAL -> new HierarchicalClassifier(model.name());
            case LABEL_TREE -> {
                LabelTreeClassifier tree = new LabelTreeClassifier(model.name());
                tree.set(tree.branching(), model.branching());
                tree.set(tree.seed(), session.config().seed());
                yield tree;
            }
            case DEEP -> throw new IllegalStateException("a deep model is not linear");
        };
        classifier.set(classifier.featuresCol(), FEATURES);
        classifier.set(classifier.weightCol(), "weight");
        classifier.set(classifier.pathCol(), "path");
        Setting setting = Trials.settings(model).get(0);
        classifier.set(classifier.loss(), model.loss().code());
        classifier.set(classifier.labelSmoothing(), model.labelSmoothing());
        classifier.set(classifier.logitAdjustment(), model.logitAdjustment());
        classifier.set(classifier.regParam(), setting.regParam());
        classifier.set(classifier.elasticNet(), setting.elasticNet());
        classifier.set(classifier.maxIter(), model.maxIter());
        classifier.set(classifier.tol(), model.tol());
        classifier.set(classifier.solver(), model.solver().code());
        classifier.set(classifier.fitIntercept(), model.fitIntercept());
        classifier.set(classifier.classWeight(), setting.classWeight());
        classifier.set(
                classifier.givenClassWeights(),
                model.classWeights().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toArray(String[]::new));
        return classifier.listen(new PassProgress("train " + model.name(), model.maxIter(), session.progress()));
    }

    private static Map<String, Double> figures(LinearModel exact, LinearModel linear) {
        TrainingSummary summary = exact.summary().orElseThrow();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rows", (double) summary.rows());
        figures.put("features", (double) summary.features());
        figures.put("classes", (double) linear.labels().size());
        figures.put("problems", (double) summary.problems());
        figures.put("passes", (double) summary.passes());
        figures.put("problems_not_converged", (double) summary.open());
        figures.put("objective", summary.objective());
        figures.put("coefficients", (double) linear.storedCoefficients());
        figures.put("coefficients_pruned", (double) (exact.storedCoefficients() - linear.storedCoefficients()));
        return figures;
    }

    private Trials searched(
            Session session, Run run, PipelineModel features, LinearClassifier classifier, Dataset<Row> vectors) {
        boolean byFolds = model.selection().on() == SelectionConfig.On.FOLDS;
        List<Setting> settings = Trials.settings(model);
        int folds = byFolds ? session.config().stratify().folds() : 0;
        classifier.set(classifier.foldCol(), byFolds ? "fold" : "");
        List<List<LinearModel>> models = classifier.fit(vectors, settings, folds);
        session.progress().update("train " + model.name() + ": judging " + settings.size() + " settings");
        Dataset<Row> rows = byFolds
                ? vectors
                : features.transform(DealtExamples.read(session, run, List.of("validation"))
                                .filter(col("label").isNotNull()))
                        .select(col("example_id"), col("label"), lit(0).as("fold"), col(FEATURES));
        Dataset<Row> judging = rows.persist(StorageLevel.MEMORY_AND_DISK());
        try {
            return Trials.judge(
                    model.selection(),
                    settings,
                    models,
                    judging,
                    session.config().evaluate());
        } finally {
            if (!byFolds) {
                judging.unpersist();
            }
        }
    }

    private Output outOfFold(Session session, Run run, TrainedModel trained, Trials trials, Dataset<Row> vectors) {
        session.progress().update("train " + model.name() + ": writing out-of-fold predictions");
        Dataset<Row> predictions = new PredictionRows(
                        trials.model().taxonomy(), session.config().score(), Optional.empty())
                .of(
                        trials.outOfFold(vectors),
                        trained.model(),
                        trained.version(),
                        lit(null).cast("array<string>"));
        session.store()
                .replaceRun(
                        Tables.PREDICTIONS,
                        predictions,
                        run.id(),
                        List.of(RowCondition.about(
                                trained.model(), trained.version(), List.of(SelectionConfig.OUT_OF_FOLD))));
        return output(session, Tables.PREDICTIONS, vectors.count());
    }

    private static Output output(Session session, TableDefinition table, long rows) {
        return new Output(table.name(), session.store().version(table), rows);
    }

    private static Outcome outcome(
            List<Output> outputs,
            TrainedModel trained,
            LinearModel linear,
            Map<String, Double> figures,
            String picked) {
        TrainingSummary summary = linear.summary().orElseThrow();
        return new Outcome(
                outputs,
                figures,
                String.format(
                        Locale.ROOT,
                        "version %d: %,d rows, %,d features, %d classes, %d passes%s%s%s",
                        trained.version(),
                        summary.rows(),
                        summary.features(),
                        linear.labels().size(),
                        summary.passes(),
                        picked,
                        Shortcuts.summary(figures),
                        summary.open() == 0
                                ? ""
                                : ", " + summary.open() + " problems not converged (raise max_iter, or tol)"));
    }
}
