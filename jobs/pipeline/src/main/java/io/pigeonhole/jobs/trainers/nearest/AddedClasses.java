package io.pigeonhole.jobs.trainers.nearest;

import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.training.nearest.NearestModel;
import io.pigeonhole.transforms.TrainedClassifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Adds the classes of train that a version lacks. Its features, its rows or centroids and its settings stay as they are, so
 * that every score of its classes keeps its bits.
 */
final class AddedClasses {

    /** Name of the phase in {@code run_phases}. */
    private static final String ADDING = "adding classes";

    private final Training training;
    private final TrainedModel version;

    AddedClasses(Training training, TrainedModel version) {
        this.training = training;
        this.version = version;
    }

    Outcome run() {
        training.progress().phase(ADDING);
        PipelineModel pipeline = ModelRegistry.load(training.session(), version);
        TrainedClassifier classifier = ModelRegistry.classifier(pipeline);
        if (!(classifier instanceof NearestModel earlier)) {
            throw NearestErrors.otherTrainer(version, classifier);
        }
        List<Transformer> stages = new ArrayList<>();
        Dataset<Row> rows = training.rows();
        for (Transformer stage : pipeline.stages()) {
            if (stage == earlier) {
                break;
            }
            stages.add(stage);
            rows = stage.transform(rows);
        }
        NearestModel model = earlier.withClassesOf(rows, NearestTraining.classifier(training.model()));
        if (model.labels().size() == earlier.labels().size()) {
            throw NearestErrors.noNewClass(version);
        }
        stages.add(model);
        return registered(
                stages, model, model.labels().size() - earlier.labels().size());
    }

    private Outcome registered(List<Transformer> stages, NearestModel model, int added) {
        Map<String, Double> figures = NearestTraining.figures(model);
        figures.put("added_to_version", (double) version.version());
        figures.put("added_classes", (double) added);
        TrainedModel registered = training.register(stages, model, figures);
        return new Outcome(
                List.of(training.session().store().output(ModelTables.MODELS, 1)),
                figures,
                String.format(
                        Locale.ROOT,
                        "version %d: %d classes added to the %d of version %d, whose scores stay",
                        registered.version(),
                        added,
                        model.labels().size() - added,
                        version.version()));
    }
}
