package io.pigeonhole.benchmarks.deep;

import io.pigeonhole.benchmarks.Measurement.Report;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import io.pigeonhole.deep.DeepClassifier;
import io.pigeonhole.deep.DeepModel;
import io.pigeonhole.deep.DeepTrainingSummary;
import io.pigeonhole.deep.network.NetworkSpec;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * This project's training on Fashion-MNIST: a whole {@code fit} over rows in memory, then the accuracy on the test images.
 * The setting begins with the number of epochs.
 *
 * @param localSteps that a task takes by itself between two averages
 */
record FashionTraining(NetworkSpec network, int localSteps) implements Work {

    static final int BATCH = 64;
    static final double LEARNING_RATE = 2e-3;

    @Override
    public Report run(Workplace place, String setting) {
        int epochs = Integer.parseInt(setting.split(" ")[0]);
        Dataset<Row> train = rows(FashionMnist.TRAIN, place);
        Trainings.warmUp(classifier(1), train);
        DeepClassifier classifier = classifier(epochs);
        DeepModel[] model = new DeepModel[1];
        double seconds = Workplace.seconds(() -> model[0] = classifier.fit(train));
        double peak = Workplace.peakMemoryMiB();
        DeepTrainingSummary summary = model[0].summary().orElseThrow();
        Map<String, Double> figures = new TreeMap<>();
        figures.put("accuracy", Trainings.accuracy(model[0], rows(FashionMnist.TEST, place)));
        figures.put("parameters", (double) summary.parameters());
        figures.put("examples/s", epochs * (double) summary.rows() / seconds);
        figures.put("MB exchanged", Trainings.bytes(summary) / 1e6);
        return new Report("this project", seconds, peak, figures, "");
    }

    private DeepClassifier classifier(int epochs) {
        return Trainings.classifier(network, BATCH, epochs, LEARNING_RATE, localSteps, 0);
    }

    private Dataset<Row> rows(FashionMnist part, Workplace place) {
        return Trainings.inMemory(network instanceof NetworkSpec.Cnn ? part.bytes(place) : part.numbers(place));
    }
}
