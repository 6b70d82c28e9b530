package io.pigeonhole.jobs.trainers.linear;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.training.LinearModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The cost of pruning and of a beam, on validation rows: the accuracy with each shortcut, and its agreement with the
 * exact model.
 */
final class Shortcuts {

    /**
     * Largest number of rows compared: enough for an accuracy within a percent, few enough for ten thousand classes.
     */
    private static final int MOST_ROWS = 10_000;

    private final LinearModel exact;
    private final Map<String, LinearModel> shortened = new LinkedHashMap<>();

    /** @param exact the trained model without shortcuts */
    Shortcuts(LinearModel exact) {
        this.exact = exact;
    }

    /** Adds a shortcut: its name and the model with it. */
    void add(String name, LinearModel model) {
        shortened.put(name, model);
    }

    /** Figures by name; empty without a shortcut or without validation rows. */
    Map<String, Double> figures(Training training, PipelineModel features) {
        Map<String, Double> figures = new LinkedHashMap<>();
        if (shortened.isEmpty()) {
            return figures;
        }
        Dataset<Row> rows = training.validation()
                .orderBy(xxhash64(col("example_id")), col("example_id"))
                .limit(MOST_ROWS);
        Dataset<Row> vectors =
                features.transform(rows).select("label", Training.FEATURES).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            Row row = compared(vectors);
            if (row.getLong(0) == 0) {
                return figures;
            }
            figures.put("validation_rows_compared", (double) row.getLong(0));
            figures.put("validation_accuracy_exact", row.getDouble(1));
            int next = 2;
            for (String name : shortened.keySet()) {
                figures.put("validation_accuracy_" + name, row.getDouble(next++));
                figures.put("validation_agreement_" + name, row.getDouble(next++));
            }
            return figures;
        } finally {
            vectors.unpersist();
        }
    }

    private Row compared(Dataset<Row> vectors) {
        Dataset<Row> predicted = predicted(vectors, exact, "exact");
        List<Column> columns = new ArrayList<>();
        columns.add(share(col("exact").equalTo(col("label"))));
        for (Map.Entry<String, LinearModel> shortcut : shortened.entrySet()) {
            predicted = predicted(predicted, shortcut.getValue(), shortcut.getKey());
            columns.add(share(col(shortcut.getKey()).equalTo(col("label"))));
            columns.add(share(col(shortcut.getKey()).equalTo(col("exact"))));
        }
        return predicted.agg(count(lit(1)), columns.toArray(Column[]::new)).first();
    }

    private static Column share(Column holds) {
        return avg(when(holds, 1.0).otherwise(0.0));
    }

    private static Dataset<Row> predicted(Dataset<Row> rows, LinearModel model, String column) {
        LinearModel copy = model.copy(ParamMap.empty());
        copy.set(copy.probabilityCol(), "probability_" + column);
        copy.set(copy.predictionCol(), column);
        return copy.transform(rows).drop("probability_" + column);
    }

    /** Text for people, such as ", beam: 0.9312 on validation where 0.9318 is exact, 0.9975 alike". */
    static String summary(Map<String, Double> figures) {
        StringBuilder summary = new StringBuilder();
        for (String name : List.of("pruned", "beam")) {
            Double accuracy = figures.get("validation_accuracy_" + name);
            if (accuracy != null) {
                summary.append(String.format(
                        Locale.ROOT,
                        ", %s: accuracy on validation %.4f where %.4f is exact, %.4f decided alike",
                        name,
                        accuracy,
                        figures.getOrDefault("validation_accuracy_exact", 0.0),
                        figures.getOrDefault("validation_agreement_" + name, 0.0)));
            }
        }
        return summary.toString();
    }
}
