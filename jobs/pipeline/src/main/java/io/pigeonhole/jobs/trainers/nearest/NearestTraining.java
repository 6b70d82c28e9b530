package io.pigeonhole.jobs.trainers.nearest;

import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.training.nearest.NearestClassifier;
import io.pigeonhole.training.nearest.NearestModel;
import io.pigeonhole.training.nearest.NearestSetting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** The training of a model from nothing: all candidate settings share their comparisons, and one becomes the version. */
final class NearestTraining {

    /** Names of the phases in {@code run_phases}. */
    private static final String READING_ROWS = "reading the rows";

    private static final String JUDGING = "judging";

    private final Training training;
    private final TrainerConfig.Nearest trainer;

    NearestTraining(Training training, TrainerConfig.Nearest trainer) {
        this.training = training;
        this.trainer = trainer;
    }

    Outcome run() {
        PipelineModel features = training.features();
        training.progress().phase(READING_ROWS);
        List<NearestSetting> settings = NearestSettings.of(trainer);
        List<NearestModel> models = models(features, settings);
        training.progress().phase(JUDGING);
        Dataset<Row> rows = features.transform(training.validation())
                .select("example_id", "label", Training.FEATURES)
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            NearestTrials trials = NearestTrials.of(training, trainer, settings, models, rows);
            return registered(features, trials);
        } finally {
            rows.unpersist();
        }
    }

    private List<NearestModel> models(PipelineModel features, List<NearestSetting> settings) {
        Dataset<Row> vectors = features.transform(training.rows())
                .select("example_id", "label", "path", "weight", Training.FEATURES)
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            NearestClassifier classifier = classifier(training.model());
            classifier.set(classifier.method(), trainer.method().code());
            return classifier.fit(vectors, settings);
        } finally {
            vectors.unpersist();
        }
    }

    /** The estimator with the columns of a training. */
    static NearestClassifier classifier(String model) {
        NearestClassifier classifier = new NearestClassifier(model);
        classifier.set(classifier.featuresCol(), Training.FEATURES);
        classifier.set(classifier.weightCol(), "weight");
        classifier.set(classifier.pathCol(), "path");
        return classifier;
    }

    private Outcome registered(PipelineModel features, NearestTrials trials) {
        NearestModel model = trials.model();
        Map<String, Double> figures = figures(model);
        List<Transformer> stages = new ArrayList<>(Arrays.asList(features.stages()));
        stages.add(model);
        TrainedModel version = training.register(stages, model, figures);
        List<Output> outputs = new ArrayList<>();
        outputs.add(training.session().store().output(ModelTables.MODELS, 1));
        trials.write(version).ifPresent(outputs::add);
        return new Outcome(
                outputs,
                figures,
                String.format(
                        Locale.ROOT,
                        "version %d: %,d rows, %d classes, %s%s",
                        version.version(),
                        model.rows(),
                        model.labels().size(),
                        trainer.method().code(),
                        trials.summary()),
                trials.warnings());
    }

    static Map<String, Double> figures(NearestModel model) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rows", (double) model.rows());
        figures.put(Training.FEATURES, (double) model.numFeatures());
        figures.put("classes", (double) model.labels().size());
        figures.put("parameters", (double) model.parameters());
        figures.put("temperature", model.chosenTemperature());
        figures.put("smoothing", model.chosenSmoothing());
        return figures;
    }
}
