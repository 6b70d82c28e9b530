package io.pigeonhole.benchmarks.deep;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.benchmarks.Measurement.Report;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import io.pigeonhole.benchmarks.training.FeatureTables;
import io.pigeonhole.deep.DeepClassifier;
import io.pigeonhole.deep.DeepModel;
import io.pigeonhole.deep.DeepTrainingSummary;
import io.pigeonhole.deep.network.NetworkSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A network on CLINC150, of the settings at hand the one that is best on the validation rows; the test rows are looked at once,
 * by that one.
 *
 * @param column that the networks read
 */
record ClincTraining(String column, List<Trial> trials) implements Work {

    private static final int BATCH = 64;

    ClincTraining {
        trials = List.copyOf(trials);
    }

    /** Settings of a training. */
    record Trial(NetworkSpec network, int epochs, double learningRate, double labelSmoothing) {}

    /** What a trial came to, on validation. */
    private record Outcome(Trial trial, DeepModel model, double accuracy, double seconds) {}

    @Override
    public Report run(Workplace place, String setting) {
        Dataset<Row> all = Trainings.inMemory(FeatureTables.CLINC150.read(place).select("label", "split", column));
        Dataset<Row> learning =
                all.where("split != 'test'").withColumn("judging", col("split").equalTo("validation"));
        Trainings.warmUp(classifier(trials.get(0), 1), learning);
        Outcome best = outcome(trials.get(0), learning);
        double seconds = best.seconds();
        for (Trial trial : trials.subList(1, trials.size())) {
            Outcome next = outcome(trial, learning);
            seconds += next.seconds();
            best = next.accuracy() > best.accuracy() ? next : best;
        }
        Map<String, Double> figures = new TreeMap<>();
        figures.put("accuracy", Trainings.accuracy(best.model(), all.where("split = 'test'")));
        figures.put("validation accuracy", best.accuracy());
        figures.put("trials", (double) trials.size());
        figures.put("seconds of the best trial", best.seconds());
        return new Report("this project", seconds, Workplace.peakMemoryMiB(), figures, "chosen: " + best.trial());
    }

    private Outcome outcome(Trial trial, Dataset<Row> learning) {
        DeepModel[] model = new DeepModel[1];
        double seconds = Workplace.seconds(
                () -> model[0] = classifier(trial, trial.epochs()).fit(learning));
        DeepTrainingSummary summary = model[0].summary().orElseThrow();
        double accuracy = summary.rounds().get(summary.bestRound() - 1).validationAccuracy();
        System.err.println(accuracy + " on validation after " + seconds + " s: " + trial);
        return new Outcome(trial, model[0], accuracy, seconds);
    }

    private DeepClassifier classifier(Trial trial, int epochs) {
        DeepClassifier classifier = Trainings.classifier(
                trial.network(), BATCH, epochs, trial.learningRate(), Trainings.LOCAL_STEPS, trial.labelSmoothing());
        classifier.set(classifier.inputCol(), column);
        classifier.set(classifier.validationCol(), "judging");
        return classifier;
    }
}
