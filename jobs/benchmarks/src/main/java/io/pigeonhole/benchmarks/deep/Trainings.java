package io.pigeonhole.benchmarks.deep;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.deep.DeepClassifier;
import io.pigeonhole.deep.DeepModel;
import io.pigeonhole.deep.DeepSettings;
import io.pigeonhole.deep.DeepTrainingSummary;
import io.pigeonhole.deep.devices.Device;
import io.pigeonhole.deep.learning.CheckpointSettings;
import io.pigeonhole.deep.learning.ClassWeights;
import io.pigeonhole.deep.learning.Compression;
import io.pigeonhole.deep.learning.LearningOptions;
import io.pigeonhole.deep.learning.Round;
import io.pigeonhole.deep.learning.Stopping;
import io.pigeonhole.deep.network.NetworkSpec;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** What this project's trainings have in common. */
final class Trainings {

    private Trainings() {}

    /** Steps between two averages where a benchmark does not set them. */
    static final int LOCAL_STEPS = 64;

    /** Two tasks of a thread each; the rate falls to zero along a cosine. Its rounds go to the contender's log. */
    static DeepClassifier classifier(
            NetworkSpec network,
            int batchSize,
            int epochs,
            double learningRate,
            int localSteps,
            double labelSmoothing) {
        DeepClassifier classifier = new DeepClassifier("deep");
        classifier.set(
                classifier.settings(),
                new DeepSettings(
                        network,
                        "softmax",
                        2,
                        new LearningOptions(
                                epochs,
                                batchSize,
                                localSteps,
                                "adam",
                                learningRate,
                                "cosine",
                                0.02,
                                0,
                                0,
                                0,
                                labelSmoothing,
                                1,
                                0,
                                Compression.NONE,
                                42),
                        new Stopping("accuracy", 0),
                        new ClassWeights("none", Map.of()),
                        CheckpointSettings.NONE,
                        Device.AUTO));
        return classifier.listen(Trainings::log);
    }

    private static void log(Round round, int rounds) {
        System.err.printf(
                Locale.ROOT,
                "%7.1f s: round %d of %d, loss %.4f, %.0f examples/s, validation accuracy %.4f%n",
                round.seconds(),
                round.round(),
                rounds,
                round.loss(),
                round.examplesPerSecond(),
                round.validationAccuracy());
    }

    /** Rows that are read once and for all. */
    static Dataset<Row> inMemory(Dataset<Row> rows) {
        Dataset<Row> kept = rows.repartition(4).persist(StorageLevel.MEMORY_ONLY());
        kept.count();
        return kept;
    }

    /**
     * Loads classes and natives, and starts Spark's threads, by a short training on some of the rows.
     *
     * @param classifier of one epoch
     */
    static void warmUp(DeepClassifier classifier, Dataset<Row> rows) {
        classifier.fit(rows.limit(2_000));
    }

    /** Share of the rows that a model decides as their labels say. */
    static double accuracy(DeepModel model, Dataset<Row> rows) {
        long right = model.transform(rows)
                .where(col("prediction").equalTo(col("label")))
                .count();
        return (double) right / rows.count();
    }

    /** Bytes that tasks and driver sent each other. */
    static double bytes(DeepTrainingSummary summary) {
        return summary.rounds().stream().mapToDouble(Round::bytes).sum();
    }
}
