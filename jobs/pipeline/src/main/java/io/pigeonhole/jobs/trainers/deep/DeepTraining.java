package io.pigeonhole.jobs.trainers.deep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.deep.DeepClassifier;
import io.pigeonhole.deep.DeepModel;
import io.pigeonhole.deep.DeepSettings;
import io.pigeonhole.deep.DeepTrainingSummary;
import io.pigeonhole.deep.learning.CheckpointSettings;
import io.pigeonhole.deep.learning.ClassWeights;
import io.pigeonhole.deep.learning.LearningOptions;
import io.pigeonhole.deep.learning.Round;
import io.pigeonhole.deep.learning.Stopping;
import io.pigeonhole.deep.network.NetworkSpec;
import io.pigeonhole.jobs.configuration.DeepConfig;
import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.trainers.FittingRows;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.features.FeatureSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/** The training of a deep model, judged on validation after each round. */
final class DeepTraining {

    private static final String VALIDATION = "validation";

    private final Training training;
    private final TrainerConfig.Deep trainer;
    private final DeepConfig deep;

    DeepTraining(Training training, TrainerConfig.Deep trainer) {
        this.training = training;
        this.trainer = trainer;
        this.deep = trainer.deep();
    }

    /** Trains and registers the model; fits features if its network reads vectors. */
    Outcome run() {
        requireLibrary();
        Optional<String> column = column();
        List<Transformer> stages = new ArrayList<>();
        if (column.isEmpty()) {
            stages.addAll(Arrays.asList(training.features().stages()));
        }
        FittingRows fitting = fittingRows(stages, column);
        Dataset<Row> examples = withValidation(fitting.rows(), stages, column).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            DeepModel trained = classifier(column.orElse(Training.FEATURES)).fit(examples);
            stages.add(trained);
            stages.addAll(fitting.corrections(training.model(), trained.labels()));
            DeepTrainingSummary summary = trained.summary().orElseThrow();
            Map<String, Double> figures = figures(trained, summary);
            figures.putAll(fitting.figures());
            TrainedModel version = training.register(stages, trained, figures);
            Output history = training.session()
                    .store()
                    .replaceRun(
                            ModelTables.TRAINING_HISTORY,
                            history(version, summary),
                            training.run().id());
            ModelRegistry.deleteCheckpoints(training.session(), training.run());
            return new Outcome(
                    List.of(training.session().store().output(ModelTables.MODELS, 1), history),
                    figures,
                    text(version, trained, summary));
        } finally {
            examples.unpersist();
        }
    }

    private void requireLibrary() {
        try {
            Class.forName("org.nd4j.linalg.factory.Nd4j", false, getClass().getClassLoader());
        } catch (ClassNotFoundException e) {
            throw DeepErrors.libraryMissing(training.model());
        }
    }

    /** The column that networks of images and texts read directly; empty for networks of feature vectors. */
    private Optional<String> column() {
        NetworkSpec network = deep.network();
        if (network instanceof NetworkSpec.Mlp || network instanceof NetworkSpec.Custom) {
            return Optional.empty();
        }
        if (deep.column().isPresent()) {
            return deep.column();
        }
        boolean reads = network instanceof NetworkSpec.TextCnn;
        List<String> columns = training.config().features(training.model()).stream()
                .filter(spec -> reads ? spec instanceof FeatureSpec.Text : spec instanceof FeatureSpec.Vector)
                .flatMap(spec -> spec.columns().stream())
                .distinct()
                .toList();
        if (columns.size() != 1) {
            throw DeepErrors.columnNotNamed(training.model(), network, reads, columns);
        }
        return Optional.of(columns.get(0));
    }

    private FittingRows fittingRows(List<Transformer> stages, Optional<String> column) {
        String input = column.orElse(Training.FEATURES);
        Dataset<Row> rows = through(stages, training.rows())
                .select(col("example_id"), col("label"), col("path"), col("weight"), col("fold"), Columns.named(input));
        return training.fittingRows(rows, input);
    }

    private Dataset<Row> withValidation(Dataset<Row> rows, List<Transformer> stages, Optional<String> column) {
        Dataset<Row> validation = through(stages, training.validation()).withColumn("weight", lit(1.0));
        return input(rows, column, false).unionByName(input(validation, column, true));
    }

    private static Dataset<Row> through(List<Transformer> stages, Dataset<Row> rows) {
        Dataset<Row> vectors = rows;
        for (Transformer stage : stages) {
            vectors = stage.transform(vectors);
        }
        return vectors;
    }

    private static Dataset<Row> input(Dataset<Row> rows, Optional<String> column, boolean isValidation) {
        return rows.select(
                col("label"),
                col("path"),
                col("weight"),
                Columns.named(column.orElse(Training.FEATURES)),
                lit(isValidation).as(VALIDATION));
    }

    private DeepClassifier classifier(String column) {
        DeepClassifier classifier = new DeepClassifier(training.model());
        classifier.set(classifier.settings(), settings());
        classifier.set(classifier.inputCol(), column);
        classifier.set(classifier.weightCol(), "weight");
        classifier.set(classifier.pathCol(), "path");
        classifier.set(classifier.validationCol(), VALIDATION);
        return classifier.listen(new RoundProgress(training.title(), training.progress()));
    }

    private DeepSettings settings() {
        return new DeepSettings(
                deep.network(),
                deep.head().code(),
                deep.tasks(),
                new LearningOptions(
                        deep.epochs(),
                        deep.batchSize(),
                        deep.localSteps(),
                        deep.optimizer().code(),
                        deep.learningRate(),
                        deep.schedule().code(),
                        deep.warmUp(),
                        deep.momentum(),
                        deep.weightDecay(),
                        deep.clipNorm(),
                        trainer.labelSmoothing(),
                        deep.outerLearningRate(),
                        deep.outerMomentum(),
                        deep.compression(),
                        training.config().seed()),
                new Stopping(deep.metric().code(), deep.patience()),
                new ClassWeights(trainer.classWeight().code(), trainer.classWeights()),
                new CheckpointSettings(
                        ModelRegistry.checkpoints(training.session(), training.run()), deep.checkpointInterval()),
                deep.device());
    }

    private static Map<String, Double> figures(DeepModel trained, DeepTrainingSummary summary) {
        Round best = summary.rounds().get(summary.bestRound() - 1);
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rows", (double) summary.rows());
        figures.put("classes", (double) trained.labels().size());
        figures.put("parameters", (double) summary.parameters());
        figures.put("tasks", (double) summary.tasks());
        figures.put("rounds", (double) summary.rounds().size());
        figures.put("best_round", (double) summary.bestRound());
        figures.put("bytes_exchanged", (double)
                summary.rounds().stream().mapToLong(Round::bytes).sum());
        figures.put("loss", best.loss());
        if (best.validationRows() > 0) {
            figures.put("validation_accuracy", best.validationAccuracy());
            figures.put("validation_log_loss", best.validationLoss());
        }
        return figures;
    }

    private Dataset<Row> history(TrainedModel version, DeepTrainingSummary summary) {
        List<Row> rows = new ArrayList<>();
        for (Round round : summary.rounds()) {
            boolean judged = round.validationRows() > 0;
            rows.add(RowFactory.create(
                    version.model(),
                    version.version(),
                    round.round(),
                    round.epoch(),
                    round.learningRate(),
                    round.loss(),
                    orNull(judged, round.validationLoss()),
                    orNull(judged, round.validationAccuracy()),
                    round.examplesPerSecond(),
                    round.bytes(),
                    round.seconds(),
                    round.round() == summary.bestRound()));
        }
        return training.session().spark().createDataFrame(rows, ModelTables.TRAINING_HISTORY.unstamped());
    }

    private static @Nullable Double orNull(boolean isThere, double value) {
        return isThere ? value : null;
    }

    private static String text(TrainedModel version, DeepModel trained, DeepTrainingSummary summary) {
        Round best = summary.rounds().get(summary.bestRound() - 1);
        return String.format(
                Locale.ROOT,
                "version %d: %,d rows, %,d parameters, %d classes, %d rounds, the best after %.1f epochs%s%s",
                version.version(),
                summary.rows(),
                summary.parameters(),
                trained.labels().size(),
                summary.rounds().size(),
                best.epoch(),
                best.validationRows() > 0
                        ? String.format(Locale.ROOT, " (accuracy on validation %.4f)", best.validationAccuracy())
                        : "",
                summary.stoppedEarly() ? ", stopped early" : "");
    }
}
