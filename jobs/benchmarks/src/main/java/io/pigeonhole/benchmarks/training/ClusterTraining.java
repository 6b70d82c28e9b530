package io.pigeonhole.benchmarks.training;

import io.pigeonhole.benchmarks.Measurement.Report;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import io.pigeonhole.training.LinearModel;
import io.pigeonhole.training.OneVsRestClassifier;
import io.pigeonhole.training.TrainingSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * One against the rest on two executors of an unmodified Spark, fitted and saved; this process is the driver.
 *
 * @param rows how they are generated
 * @param size number of them
 * @param executorMiB memory of each executor
 */
record ClusterTraining(GeneratedRows rows, int size, int executorMiB) implements Work {

    private static final int TEST_ROWS = 2_000;
    private static final int MOST_PASSES = 1_000;
    private static final double TOLERANCE = 1e-3;

    @Override
    public Report run(Workplace place, String setting) throws IOException {
        SparkSession spark = place.cluster(2, executorMiB);
        Dataset<Row> data = rows.of(spark, 0, size, 4).persist(StorageLevel.MEMORY_AND_DISK());
        data.count();
        OneVsRestClassifier classifier = new OneVsRestClassifier();
        classifier.set(classifier.tol(), TOLERANCE);
        classifier.set(classifier.maxIter(), MOST_PASSES);
        classifier.listen(new PassLog());
        LinearModel[] model = new LinearModel[1];
        double seconds = Workplace.seconds(() -> model[0] = classifier.fit(data));
        Path saved = place.folder().resolve("cluster-model");
        long start = System.nanoTime();
        model[0].write().overwrite().save(saved.toString());
        Map<String, Double> figures = new TreeMap<>();
        figures.put("seconds to save", (System.nanoTime() - start) / 1e9);
        figures.put(
                "accuracy",
                StoredAccuracy.of(
                        spark,
                        saved.toString(),
                        rows.of(spark, size, size + TEST_ROWS, 2),
                        model[0].labels(),
                        rows.features()));
        TrainingSummary summary = model[0].summary().orElseThrow();
        figures.put("million coefficients", model[0].storedCoefficients() / 1e6);
        figures.put("passes", (double) summary.passes());
        figures.put("not converged", (double) summary.open());
        figures.put("sum of objectives", summary.objective());
        figures.put("heap of the driver, MiB", (double) (Runtime.getRuntime().maxMemory() >> 20));
        double peak = Workplace.peakMemoryMiB();
        spark.stop();
        return new Report(
                "this project",
                seconds,
                peak,
                figures,
                String.format(Locale.ROOT, "memory is the driver's; each executor has %,d MiB", executorMiB));
    }
}
