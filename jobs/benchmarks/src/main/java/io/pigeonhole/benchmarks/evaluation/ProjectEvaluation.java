package io.pigeonhole.benchmarks.evaluation;

import io.pigeonhole.benchmarks.Measurement;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import io.pigeonhole.evaluation.Evaluation;
import io.pigeonhole.evaluation.EvaluationTables;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.files.StageFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The evaluation as the job {@code evaluate} does it: from a table of predictions to all its tables, written.
 *
 * @param predictions what is evaluated
 * @param replicates of the bootstrap; the fewest that a level allows stand for point estimates alone
 * @param confidenceLevel of the intervals
 */
record ProjectEvaluation(GeneratedPredictions predictions, int replicates, double confidenceLevel) implements Work {

    /**
     * A small evaluation first, so that starting Spark and loading classes are not measured; not so small that it is
     * computed within the driver, as the measured one is not.
     */
    private static final GeneratedPredictions WARM_UP = new GeneratedPredictions(40_000, 5, 2, 3);

    @Override
    public Measurement.Report run(Workplace place, String setting) {
        WARM_UP.make(place);
        evaluate(WARM_UP.read(place), place);
        Map<String, Double> figures = new TreeMap<>();
        double seconds = Workplace.seconds(() -> figures.putAll(evaluate(predictions.read(place), place)));
        return new Measurement.Report("this project", seconds, Workplace.peakMemoryMiB(), figures, "");
    }

    private Map<String, Double> evaluate(Dataset<Row> rows, Workplace place) {
        EvaluationSpec spec = new EvaluationSpec(
                List.of(3, 5), 15, replicates, confidenceLevel, 42, 10, 50, List.of(), List.of(), 0.05);
        Path folder = place.folder().resolve("evaluation");
        Map<String, Double> figures = new TreeMap<>();
        try (EvaluationTables tables = Evaluation.evaluate(rows, Taxonomy.flat(List.of()), spec)) {
            Map<String, Dataset<Row>> written = new LinkedHashMap<>();
            written.put("summary", tables.summary());
            written.put("per_class", tables.perClass());
            written.put("confusion", tables.confusion());
            written.put("clusters", tables.clusters());
            written.put("calibration", tables.calibration());
            written.put("curves", tables.curves());
            written.put("thresholds", tables.thresholds());
            written.forEach((name, table) -> write(table, folder.resolve(name)));
            for (Row row : tables.summary()
                    .where("slice = 'all' AND level = 'leaf'"
                            + " AND metric IN ('accuracy', 'macro_f1', 'macro_roc_auc')")
                    .select("metric", "value")
                    .collectAsList()) {
                figures.put(row.getString(0), row.getDouble(1));
            }
        }
        return figures;
    }

    /** As the job does: rows that this process holds become a file without a query. The job then adds a commit of some kB. */
    private static void write(Dataset<Row> table, Path folder) {
        if (!table.isLocal()) {
            table.write().format("delta").mode("overwrite").save(folder.toString());
            return;
        }
        try {
            Files.deleteIfExists(folder.resolve("held/part-00000.snappy.parquet"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        StageFiles.write(
                new StageFiles.Part("held", table.schema(), table.collectAsList()),
                folder.toString(),
                table.sparkSession());
    }
}
