package io.pigeonhole.benchmarks.evaluation;

import io.pigeonhole.benchmarks.Measurement;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.mllib.evaluation.MulticlassMetrics;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What MLlib's {@link MulticlassMetrics} has: point values of precision, recall and F1 of each class and their averages;
 * no intervals, nothing of probabilities.
 *
 * @param predictions what is evaluated
 */
record MllibEvaluation(GeneratedPredictions predictions) implements Work {

    @Override
    public Measurement.Report run(Workplace place, String setting) {
        GeneratedPredictions warmUp = new GeneratedPredictions(2_000, 5, 2, 3);
        warmUp.make(place);
        evaluate(warmUp.read(place));
        Map<String, Double> figures = new TreeMap<>();
        double seconds = Workplace.seconds(() -> figures.putAll(evaluate(predictions.read(place))));
        return new Measurement.Report(
                "Spark MLlib " + place.spark().version(), seconds, Workplace.peakMemoryMiB(), figures, "");
    }

    private static Map<String, Double> evaluate(Dataset<Row> rows) {
        MulticlassMetrics metrics = new MulticlassMetrics(rows.selectExpr(number("predicted"), number("label")));
        double sum = 0;
        for (double label : metrics.labels()) {
            metrics.precision(label);
            metrics.recall(label);
            sum += metrics.fMeasure(label);
        }
        metrics.weightedPrecision();
        metrics.weightedFMeasure();
        return Map.of("accuracy", metrics.accuracy(), "macro_f1", sum / metrics.labels().length);
    }

    private static String number(String column) {
        return "cast(substring(" + column + ", 7) as double) as " + column;
    }
}
