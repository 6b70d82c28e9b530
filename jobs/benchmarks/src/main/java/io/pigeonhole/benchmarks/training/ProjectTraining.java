package io.pigeonhole.benchmarks.training;

import io.pigeonhole.benchmarks.Measurement;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import io.pigeonhole.training.LinearClassifier;
import io.pigeonhole.training.LinearModel;
import io.pigeonhole.training.ModelFiles;
import io.pigeonhole.training.TrainingSummary;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One of this project's trainers: a whole {@code fit} over rows in memory.
 *
 * @param table what it is trained on
 * @param kind logistic, softmax or hierarchical
 * @param trainer makes it
 */
record ProjectTraining(FeatureTable table, String kind, Supplier<LinearClassifier> trainer) implements Work {

    private static final int MOST_PASSES = 2_000;

    @Override
    public Measurement.Report run(Workplace place, String setting) throws Exception {
        Dataset<Row> rows = table.train(place);
        fit(rows.limit(1_000), "1e-2");
        LinearModel[] model = new LinearModel[1];
        double seconds = Workplace.seconds(() -> model[0] = fit(rows, setting));
        double peak = Workplace.peakMemoryMiB();
        Path file = place.folder().resolve("coefficients-" + table.name() + "-" + kind);
        ModelFiles.write(model[0], file);
        Map<String, Double> figures = new HashMap<>(Figures.of(place, table, kind, file));
        TrainingSummary summary = model[0].summary().orElseThrow();
        figures.put("passes", (double) summary.passes());
        return new Measurement.Report("this project", seconds, peak, figures, "");
    }

    private LinearModel fit(Dataset<Row> rows, String tolerance) {
        LinearClassifier classifier = trainer.get();
        classifier.set(classifier.regParam(), table.regParam());
        classifier.set(classifier.tol(), Double.parseDouble(tolerance));
        classifier.set(classifier.maxIter(), MOST_PASSES);
        if (kind.equals("hierarchical")) {
            classifier.set(classifier.pathCol(), "path");
        }
        return classifier.fit(rows);
    }
}
