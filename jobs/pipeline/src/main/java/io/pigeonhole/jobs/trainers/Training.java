package io.pigeonhole.jobs.trainers;

import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.embeddings.Embeddings;
import io.pigeonhole.jobs.examples.DealtExamples;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Progress;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.TrainedClassifier;
import io.pigeonhole.transforms.features.Features;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One training in progress: its rows, its features and the registration of its model.
 *
 * @param session the session of the job
 * @param run the run of the job
 * @param model name of the model
 * @param rows labelled rows of train: {@code example_id, label, path, weight, fold} and the columns of the features
 * @param embeddings the vectors of pretrained models among the features
 * @param fitting supplies the stages that make feature vectors, fitted on these rows at the first call
 */
public record Training(
        Session session,
        Run run,
        String model,
        Dataset<Row> rows,
        Embeddings embeddings,
        Supplier<PipelineModel> fitting) {

    /** The column of feature vectors, and the name of the figure that counts the features. */
    public static final String FEATURES = "features";

    public PipelineConfig config() {
        return session.config();
    }

    /** The stages that make feature vectors. */
    public PipelineModel features() {
        return fitting.get();
    }

    /** The stages that make feature vectors, fitted on other rows. */
    public PipelineModel featuresOf(Dataset<Row> others) {
        return Features.pipeline(
                        Features.resolved(others.schema(), config().features(model)), FEATURES, embeddings::stage)
                .fit(others);
    }

    /** The name of the training in logs. */
    public String title() {
        return "train " + model;
    }

    /** Receives the progress of the training. */
    public Progress progress() {
        return session.progress();
    }

    /** The examples of classes in validation. */
    public Dataset<Row> validation() {
        return embeddings.onto(
                DealtExamples.ofClasses(session, DealtExamples.read(session, run, List.of("validation"))));
    }

    /** The rows of train and validation together; those of validation weigh one each and are in fold 0. */
    public Dataset<Row> withValidation() {
        Column[] columns = Stream.of(rows.columns()).map(Columns::named).toArray(Column[]::new);
        return rows.unionByName(validation()
                .withColumn(
                        "weight", lit(1.0).cast(rows.schema().apply("weight").dataType()))
                .withColumn("fold", lit(0))
                .select(columns));
    }

    /**
     * The rows to fit on: those of train, or resampled ones if the model's configuration asks for that. Only the
     * resampled rows train; the given ones still judge settings of a grid.
     *
     * @param vectors rows of {@code example_id, label, weight, fold}, the features and others
     * @param features column of the features
     */
    public FittingRows fittingRows(Dataset<Row> vectors, String features) {
        return FittingRows.of(config(), model, vectors, features, progress());
    }

    /**
     * Saves the model and gives it a version.
     *
     * @param stages all of them, fitted, the classifier last
     * @param figures of the training
     */
    public TrainedModel register(List<Transformer> stages, TrainedClassifier classifier, Map<String, Double> figures) {
        return register(stages, classifier, figures, false);
    }

    /**
     * The same.
     *
     * @param seesValidation whether the model was trained on validation too
     */
    public TrainedModel register(
            List<Transformer> stages,
            TrainedClassifier classifier,
            Map<String, Double> figures,
            boolean seesValidation) {
        return ModelRegistry.register(
                session,
                run,
                ModelRegistry.assemble(model, stages),
                ModelRegistry.Description.ofTrained(model, classifier, figures, seesValidation));
    }
}
