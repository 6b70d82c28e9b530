package io.pigeonhole.jobs.trainers.sparkml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.jobs.configuration.SelectionConfig;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.TaskProgress;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.trainers.Judgement;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.training.sparkml.SparkMlClassifier;
import io.pigeonhole.training.sparkml.SparkMlModel;
import io.pigeonhole.training.sparkml.SparkMlSettings;
import io.pigeonhole.training.sparkml.SparkMlSummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.storage.StorageLevel;

/** The training of a classifier of Spark ML: the candidate settings one after the other, of which one becomes the version. */
final class SparkMlTraining {

    /** Names of the phases in {@code run_phases}. */
    private static final String READING_ROWS = "reading the rows";

    private static final String FITTING = "fitting the classifier";

    private static final String JUDGING = "judging";

    private final Training training;
    private final Candidates candidates;
    private final List<SparkMlSettings> settings;

    SparkMlTraining(Training training, Candidates candidates) {
        this.training = training;
        this.candidates = candidates;
        this.settings = candidates.settings(training.config().seed());
    }

    Outcome run() {
        PipelineModel features = training.features();
        training.progress().phase(READING_ROWS);
        Dataset<Row> vectors = features.transform(training.rows())
                .select("example_id", "label", "path", "weight", "fold", Training.FEATURES)
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            List<List<SparkMlModel>> models = fitted(vectors);
            Optional<Judgement> judged = judged(features, vectors, models);
            SparkMlModel model =
                    models.get(judged.map(Judgement::picked).orElse(0)).get(0);
            Map<String, Double> figures = figures(model);
            List<Transformer> stages = new ArrayList<>(Arrays.asList(features.stages()));
            stages.add(model);
            TrainedModel version = training.register(stages, model, figures);
            List<Output> outputs = new ArrayList<>();
            outputs.add(training.session().store().output(ModelTables.MODELS, 1));
            judged.ifPresent(judgement -> outputs.add(written(judgement, version)));
            return new Outcome(outputs, figures, text(version, model, judged));
        } finally {
            vectors.unpersist();
        }
    }

    /** Models of each setting: the one of all rows, and one without each fold if folds judge. */
    private List<List<SparkMlModel>> fitted(Dataset<Row> vectors) {
        training.progress().phase(FITTING);
        int folds = candidates.selectsOnFolds() ? training.config().stratify().folds() : 0;
        List<List<SparkMlModel>> models = new ArrayList<>();
        for (SparkMlSettings setting : settings) {
            List<SparkMlModel> ofSetting = new ArrayList<>();
            for (int fold = -1; fold < folds; fold++) {
                Dataset<Row> rows =
                        fold < 0 ? vectors : vectors.filter(col("fold").notEqual(fold));
                ofSetting.add(fitted(setting, rows, 1 + models.size()));
            }
            models.add(ofSetting);
        }
        return models;
    }

    private SparkMlModel fitted(SparkMlSettings setting, Dataset<Row> rows, int number) {
        SparkMlClassifier classifier = new SparkMlClassifier(training.model());
        classifier.set(classifier.settings(), setting);
        classifier.set(classifier.featuresCol(), Training.FEATURES);
        classifier.set(classifier.weightCol(), "weight");
        classifier.set(classifier.pathCol(), "path");
        classifier.set(classifier.idCol(), "example_id");
        classifier.set(classifier.trainer(), candidates.trainer());
        return TaskProgress.during(
                rows.sparkSession().sparkContext(),
                training.progress(),
                candidates.simpleName() + (settings.size() > 1 ? ", setting " + number + " of " + settings.size() : ""),
                () -> classifier.fit(rows));
    }

    private Optional<Judgement> judged(
            PipelineModel features, Dataset<Row> vectors, List<List<SparkMlModel>> models) {
        if (settings.size() == 1 && !candidates.selectsOnFolds()) {
            return Optional.empty();
        }
        training.progress().phase(JUDGING);
        boolean byFolds = candidates.selectsOnFolds();
        Dataset<Row> rows = byFolds
                ? vectors
                : features.transform(training.validation())
                        .select(col("example_id"), col("label"), lit(0).as("fold"), col(Training.FEATURES));
        SelectionConfig selection = candidates.selection().orElseThrow();
        Dataset<Row> judging = rows.persist(StorageLevel.MEMORY_AND_DISK());
        try {
            return Optional.of(TaskProgress.during(
                    vectors.sparkSession().sparkContext(),
                    training.progress(),
                    "judging " + settings.size() + " settings",
                    () -> Judgement.of(
                            selection,
                            models,
                            models.get(0).get(0).labels(),
                            judging,
                            training.config().evaluate())));
        } finally {
            if (!byFolds) {
                judging.unpersist();
            }
        }
    }

    private Map<String, Double> figures(SparkMlModel model) {
        SparkMlSummary summary = model.summary().orElseThrow();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rows", (double) summary.rows());
        figures.put(Training.FEATURES, (double) summary.features());
        figures.put("classes", (double) model.labels().size());
        figures.put("model_bytes", (double) model.bytes());
        figures.put("partitions", (double) summary.partitions());
        // 1 where the same rows give the same bits on any number of cores
        figures.put("repeatable", summary.isRepeatable() ? 1.0 : 0.0);
        if (candidates.isOfTrees()) {
            figures.put("boosted", candidates.classifier().equals(Candidates.XGBOOST) ? 1.0 : 0.0);
        }
        return figures;
    }

    private Output written(Judgement judged, TrainedModel version) {
        SelectionConfig selection = candidates.selection().orElseThrow();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < settings.size(); i++) {
            Estimate figure = judged.figures().get(i);
            rows.add(RowFactory.create(
                    version.model(),
                    version.version(),
                    i + 1,
                    null,
                    null,
                    null,
                    selection.on().code(),
                    selection.metric().code(),
                    judged.support(),
                    figure.value(),
                    figure.low(),
                    figure.high(),
                    null,
                    null,
                    i == judged.picked(),
                    Candidates.differences(settings.get(i), settings)));
        }
        return training.session()
                .store()
                .replaceRun(
                        ModelTables.TRIALS,
                        training.session().spark().createDataFrame(rows, ModelTables.TRIALS.unstamped()),
                        training.run().id());
    }

    private String text(TrainedModel version, SparkMlModel model, Optional<Judgement> judged) {
        SparkMlSummary summary = model.summary().orElseThrow();
        return String.format(
                Locale.ROOT,
                "version %d: %s, %,d rows, %,d features, %d classes%s",
                version.version(),
                candidates.simpleName(),
                summary.rows(),
                summary.features(),
                model.labels().size(),
                judged.map(this::picked).orElse(""));
    }

    private String picked(Judgement judged) {
        SelectionConfig selection = candidates.selection().orElseThrow();
        Estimate figure = judged.figures().get(judged.picked());
        return String.format(
                Locale.ROOT,
                ", %s picked of %d (%s on %s %.4f [%.4f, %.4f])",
                Candidates.differences(settings.get(judged.picked()), settings),
                settings.size(),
                selection.metric().code(),
                selection.on().code(),
                figure.value(),
                figure.low(),
                figure.high());
    }
}
