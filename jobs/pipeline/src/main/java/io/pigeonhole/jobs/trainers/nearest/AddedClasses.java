package io.pigeonhole.jobs.trainers.nearest;

import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.RunLog;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.training.nearest.NearestClassifier;
import io.pigeonhole.training.nearest.NearestModel;
import io.pigeonhole.transforms.TrainedClassifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
    private final double balance;

    /** @param balance power of the weight of its rows that the votes of an added class are divided by */
    AddedClasses(Training training, TrainedModel version, double balance) {
        this.training = training;
        this.version = version;
        this.balance = balance;
    }

    /**
     * The version that the next training adds classes to: that of the model's last training or, on the same examples, the
     * one that this training began with. So a repeated training begins with the same version, and finds itself done.
     *
     * @return empty if the model has no version yet, or its last training on these examples began with none
     */
    static Optional<TrainedModel> latest(Session session, String model) {
        Optional<RunLog.Entry> last = session.runs().latest(JobNames.TRAIN, model);
        if (last.isEmpty()) {
            return Optional.empty();
        }
        List<String> runs = new ArrayList<>(last.get().upstream());
        if (!runs.contains(session.runs().latestDone(JobNames.STRATIFY, ""))) {
            runs.add(last.get().runId());
        }
        return session.store().rows(ModelTables.MODELS, RowCondition.having(Map.of("model", model))).stream()
                .filter(row -> row.getAs("base_version") == null && runs.contains(row.<String>getAs("run_id")))
                .map(ModelRegistry::trained)
                .max(Comparator.comparing(TrainedModel::version));
    }

    /** @param mayAddNone whether it is no mistake if train has no other class */
    Outcome run(boolean mayAddNone) {
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
        NearestClassifier classifierOfAdded = NearestTraining.classifier(training.model());
        classifierOfAdded.set(classifierOfAdded.balance(), balance);
        NearestModel model = earlier.withClassesOf(rows, classifierOfAdded);
        int added = model.labels().size() - earlier.labels().size();
        if (added == 0 && mayAddNone) {
            return new Outcome(
                    List.of(),
                    Map.of("added_to_version", (double) version.version(), "added_classes", 0.0),
                    "version " + version.version() + " has every class of train and stays the latest");
        }
        if (added == 0) {
            throw NearestErrors.noNewClass(version);
        }
        stages.add(model);
        return registered(stages, model, added);
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
