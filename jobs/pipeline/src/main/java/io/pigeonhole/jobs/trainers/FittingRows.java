package io.pigeonhole.jobs.trainers;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.runs.Progress;
import io.pigeonhole.training.resampling.ShareCorrection;
import io.pigeonhole.transforms.resampling.ClassShare;
import io.pigeonhole.transforms.resampling.Resampled;
import io.pigeonhole.transforms.resampling.Resampling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows that a model is fitted on.
 *
 * @param rows the training rows, or the resampled ones
 * @param classes what resampling did to each class; empty without resampling
 * @param isInvertible whether the probabilities can be corrected by the shares of the classes
 */
public record FittingRows(Dataset<Row> rows, List<ClassShare> classes, boolean isInvertible) {

    /** Name of the phase in {@code run_phases}. */
    private static final String RESAMPLING = "resampling";

    static FittingRows of(
            PipelineConfig config, String model, Dataset<Row> vectors, String features, Progress progress) {
        Resampling how = config.model(model).resampling();
        if (!how.isOn()) {
            return new FittingRows(vectors, List.of(), false);
        }
        progress.phase(RESAMPLING);
        Resampled resampled = Resampled.of(vectors, features, how, config.seed());
        return new FittingRows(resampled.rows(), resampled.classes(), !how.makesRows());
    }

    /**
     * The stages to put behind the classifier: one that gives its probabilities the shares that the classes have without
     * resampling, or none.
     *
     * @param labels the classes, in the order of the probabilities
     */
    public List<Transformer> corrections(String model, List<String> labels) {
        return isInvertible ? List.of(ShareCorrection.of(model + "-shares", labels, classes)) : List.of();
    }

    /** Figures of the training: rows added and left out. */
    public Map<String, Double> figures() {
        Map<String, Double> figures = new LinkedHashMap<>();
        if (!classes.isEmpty()) {
            figures.put(
                    "rows_added",
                    classes.stream()
                            .mapToDouble(share -> Math.max(0, share.rowsAfter() - share.rowsBefore()))
                            .sum());
            figures.put(
                    "rows_left_out",
                    classes.stream()
                            .mapToDouble(share -> Math.max(0, share.rowsBefore() - share.rowsAfter()))
                            .sum());
        }
        return figures;
    }
}
