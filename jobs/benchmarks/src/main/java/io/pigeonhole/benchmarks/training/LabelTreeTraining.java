package io.pigeonhole.benchmarks.training;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.benchmarks.Measurement.Report;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import io.pigeonhole.training.LabelTreeClassifier;
import io.pigeonhole.training.LinearModel;
import io.pigeonhole.training.TrainingSummary;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * A label tree learnt and its nodes fitted, and then what a beam costs and loses.
 *
 * @param rows how they are generated
 * @param size number of them
 */
record LabelTreeTraining(GeneratedRows rows, int size) implements Work {

    static final String TRAIN_FILE = "label-tree.train";
    static final String TEST_FILE = "label-tree.test";

    private static final int TEST_ROWS = 5_000;
    private static final int MOST_PASSES = 500;
    private static final double TOLERANCE = 1e-3;
    /** 0 for all nodes. */
    private static final int[] BEAMS = {1, 2, 5, 10, 0};

    @Override
    public Report run(Workplace place, String setting) {
        Dataset<Row> data = rows.of(place.spark(), 0, size, 16).persist(StorageLevel.MEMORY_AND_DISK());
        data.count();
        LabelTreeClassifier classifier = new LabelTreeClassifier();
        classifier.set(classifier.tol(), TOLERANCE);
        classifier.set(classifier.maxIter(), MOST_PASSES);
        classifier.listen(new PassLog());
        LinearModel[] model = new LinearModel[1];
        double seconds = Workplace.seconds(() -> model[0] = classifier.fit(data));
        data.unpersist(true);
        TrainingSummary summary = model[0].summary().orElseThrow();
        Map<String, Double> figures = new TreeMap<>();
        figures.put("passes", (double) summary.passes());
        figures.put("not converged", (double) summary.open());
        figures.put("million coefficients", model[0].storedCoefficients() / 1e6);
        Dataset<Row> test = rows.of(place.spark(), size, size + TEST_ROWS, 2).persist(StorageLevel.MEMORY_ONLY());
        test.count();
        accuracy(model[0], test.limit(100));
        for (int beam : BEAMS) {
            model[0].set(model[0].beamWidth(), beam);
            String name = beam == 0 ? "no beam: " : "beam " + beam + ": ";
            double predicting = Workplace.seconds(() -> figures.put(name + "accuracy", accuracy(model[0], test)));
            figures.put(name + "rows/s", TEST_ROWS / predicting);
        }
        return new Report("this project", seconds, Workplace.peakMemoryMiB(), figures, "");
    }

    /** The same rows as files, for contenders in Python. */
    Report write(Workplace place) {
        double seconds = Workplace.seconds(() -> {
            rows.write(0, size, place.folder().resolve(TRAIN_FILE));
            rows.write(size, size + TEST_ROWS, place.folder().resolve(TEST_FILE));
        });
        return new Report("this project", seconds, Workplace.peakMemoryMiB(), Map.of(), "");
    }

    private static double accuracy(LinearModel model, Dataset<Row> rows) {
        long right = model.transform(rows)
                .where(col("prediction").equalTo(col("label")))
                .count();
        return (double) right / rows.count();
    }
}
