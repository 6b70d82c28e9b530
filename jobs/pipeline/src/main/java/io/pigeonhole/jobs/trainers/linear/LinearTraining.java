package io.pigeonhole.jobs.trainers.linear;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.jobs.configuration.LinearConfig;
import io.pigeonhole.jobs.configuration.SelectionConfig;
import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.predictions.PredictionRows;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.TaskProgress;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.store.RowCondition;
import io.pigeonhole.jobs.trainers.FittingRows;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.training.LinearClassifier;
import io.pigeonhole.training.LinearModel;
import io.pigeonhole.training.Setting;
import io.pigeonhole.training.TrainingSummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The training of a linear model: all candidate settings are trained in the same passes, and one of them becomes the
 * version.
 */
final class LinearTraining {

    /** Names of the phases in {@code run_phases}. */
    private static final String READING_ROWS = "reading the rows";

    private static final String JUDGING = "judging";

    private static final String REFITTING = "refitting on train and validation";

    private static final String WRITING_OUT_OF_FOLD = "writing out-of-fold predictions";

    private final Training training;
    private final TrainerConfig.Linear trainer;
    private final LinearConfig config;

    LinearTraining(Training training, TrainerConfig.Linear trainer) {
        this.training = training;
        this.trainer = trainer;
        this.config = trainer.linear();
    }

    Outcome run() {
        PipelineModel features = training.features();
        training.progress().phase(READING_ROWS);
        Dataset<Row> vectors = features.transform(training.rows())
                .select("example_id", "label", "path", "weight", "fold", Training.FEATURES)
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            LinearClassifier classifier = classifier();
            Optional<WarmStarts> start = WarmStarts.load(training.session(), training.model(), config);
            start.ifPresent(from -> from.apply(training.model(), trainer.code(), classifier, features));
            FittingRows fitting = training.fittingRows(vectors, Training.FEATURES);
            Optional<Trials> trials = config.isSearched()
                    ? Optional.of(searched(features, classifier, vectors, fitting.rows()))
                    : Optional.empty();
            boolean refit = config.selection().refit();
            Fitted fitted = refit
                    ? refitted(classifier, trials)
                    : new Fitted(
                            features,
                            trials.map(Trials::model).orElseGet(() -> classifier.fit(fitting.rows())),
                            fitting);
            LinearModel exact = fitted.model();
            LinearModel linear = shortened(exact);
            Map<String, Double> figures = figures(exact, linear);
            figures.putAll(fitted.rows().figures());
            start.ifPresent(from -> figures.putAll(from.figures(features, linear)));
            if (!refit) {
                // these are judged on validation
                figures.putAll(shortcuts(exact, linear).figures(training, features));
            }
            List<Transformer> stages =
                    new ArrayList<>(Arrays.asList(fitted.features().stages()));
            stages.add(linear);
            stages.addAll(fitted.rows().corrections(training.model(), linear.labels()));
            TrainedModel trained = training.register(stages, linear, figures, refit);
            List<Output> outputs = new ArrayList<>();
            outputs.add(training.session().store().output(ModelTables.MODELS, 1));
            trials.ifPresent(tried -> outputs.addAll(written(tried, trained, vectors)));
            return outcome(
                    outputs,
                    trained,
                    linear,
                    figures,
                    Trials.summary(trials) + (refit ? ", refitted on train and validation" : ""),
                    trials.map(tried -> GridEdges.warnings(config, tried.setting()))
                            .orElse(List.of()));
        } finally {
            vectors.unpersist();
        }
    }

    /** Feature stages, a model over their vectors, and the rows that it was fitted on. */
    private record Fitted(PipelineModel features, LinearModel model, FittingRows rows) {}

    /** The picked setting, or the only one, trained on train and validation, with features that are fitted on both. */
    private Fitted refitted(LinearClassifier classifier, Optional<Trials> trials) {
        training.progress().phase(REFITTING);
        Dataset<Row> rows = training.withValidation();
        PipelineModel features = training.featuresOf(rows);
        Dataset<Row> vectors = features.transform(rows)
                .select("example_id", "label", "path", "weight", "fold", Training.FEATURES)
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            List<Setting> settings =
                    trials.map(tried -> List.of(tried.setting())).orElseGet(() -> Trials.settings(config));
            FittingRows fitting = training.fittingRows(vectors, Training.FEATURES);
            return new Fitted(features, classifier.fit(fitting.rows(), settings).get(0), fitting);
        } finally {
            vectors.unpersist();
        }
    }

    private LinearClassifier classifier() {
        LinearClassifier classifier =
                LinearEstimators.of(training.model(), trainer, training.config().seed());
        classifier.set(classifier.featuresCol(), Training.FEATURES);
        classifier.set(classifier.weightCol(), "weight");
        classifier.set(classifier.pathCol(), "path");
        return classifier.listen(new PassProgress(training.title(), config.maxIter(), training.progress()));
    }

    /**
     * Trains and judges all settings.
     *
     * @param vectors rows of train, which judge if folds do
     * @param fitting the rows to fit on
     */
    private Trials searched(
            PipelineModel features, LinearClassifier classifier, Dataset<Row> vectors, Dataset<Row> fitting) {
        boolean byFolds = config.selectsOnFolds();
        List<Setting> settings = Trials.settings(config);
        int folds = byFolds ? training.config().stratify().folds() : 0;
        classifier.set(classifier.foldCol(), byFolds ? "fold" : "");
        List<List<LinearModel>> models = classifier.fit(fitting, settings, folds);
        training.progress().phase(JUDGING);
        Dataset<Row> rows = byFolds
                ? vectors
                : features.transform(training.validation())
                        .select(col("example_id"), col("label"), lit(0).as("fold"), col(Training.FEATURES));
        Dataset<Row> judging = rows.persist(StorageLevel.MEMORY_AND_DISK());
        try {
            return TaskProgress.during(
                    vectors.sparkSession().sparkContext(),
                    training.progress(),
                    "judging " + settings.size() + " settings",
                    () -> Trials.judge(
                            config.selection(),
                            settings,
                            models,
                            judging,
                            training.config().evaluate()));
        } finally {
            if (!byFolds) {
                judging.unpersist();
            }
        }
    }

    /** The model to save: pruned, and with its beam. */
    private LinearModel shortened(LinearModel exact) {
        LinearModel linear = config.pruneBelow() > 0 ? exact.prunedBelow(config.pruneBelow()) : exact;
        if (beamWidth() > 0) {
            linear = linear.copy(ParamMap.empty());
            linear.set(linear.beamWidth(), beamWidth());
        }
        return linear;
    }

    private int beamWidth() {
        return trainer instanceof TrainerConfig.LabelTree tree ? tree.beamWidth() : 0;
    }

    private Shortcuts shortcuts(LinearModel exact, LinearModel linear) {
        Shortcuts shortcuts = new Shortcuts(exact);
        if (config.pruneBelow() > 0) {
            LinearModel pruned = linear.copy(ParamMap.empty());
            pruned.set(pruned.beamWidth(), 0);
            shortcuts.add("pruned", pruned);
        }
        if (beamWidth() > 0) {
            shortcuts.add("beam", linear);
        }
        return shortcuts;
    }

    private static Map<String, Double> figures(LinearModel exact, LinearModel linear) {
        TrainingSummary summary = exact.summary().orElseThrow();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rows", (double) summary.rows());
        figures.put(Training.FEATURES, (double) summary.features());
        figures.put("classes", (double) linear.labels().size());
        figures.put("problems", (double) summary.problems());
        figures.put("passes", (double) summary.passes());
        figures.put("problems_not_converged", (double) summary.open());
        figures.put("objective", summary.objective());
        figures.put("coefficients", (double) linear.storedCoefficients());
        figures.put("coefficients_pruned", (double) (exact.storedCoefficients() - linear.storedCoefficients()));
        return figures;
    }

    private List<Output> written(Trials trials, TrainedModel trained, Dataset<Row> vectors) {
        List<Output> outputs = new ArrayList<>();
        outputs.add(training.session()
                .store()
                .replaceRun(
                        ModelTables.TRIALS,
                        trials.table(training.session().spark(), trained),
                        training.run().id()));
        if (config.selection().outOfFold()) {
            outputs.add(outOfFold(trials, trained, vectors));
        }
        return outputs;
    }

    private Output outOfFold(Trials trials, TrainedModel trained, Dataset<Row> vectors) {
        training.progress().phase(WRITING_OUT_OF_FOLD);
        Dataset<Row> predictions = new PredictionRows(
                        trials.model().taxonomy(), training.config().score(), Optional.empty())
                .of(trials.outOfFold(vectors), trained.model(), trained.version(), PredictionRows.Beside.none());
        return training.session()
                .store()
                .replaceRun(
                        PredictionTables.PREDICTIONS,
                        predictions,
                        training.run().id(),
                        List.of(RowCondition.about(
                                trained.model(), trained.version(), List.of(SelectionConfig.OUT_OF_FOLD))));
    }

    private static Outcome outcome(
            List<Output> outputs,
            TrainedModel trained,
            LinearModel linear,
            Map<String, Double> figures,
            String picked,
            List<String> warnings) {
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
                                : ", " + summary.open() + " problems not converged (raise max_iter, or tol)"),
                warnings);
    }
}
