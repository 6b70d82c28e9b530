package io.pigeonhole.evaluation.foreign;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.settings.EvaluationErrors;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.cleaning.Labels;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * The labels of predictions from elsewhere, in the form that the labels of examples have.
 *
 * @param schema columns of the table
 * @param aliases other spellings of labels
 */
record ForeignLabels(StructType schema, Map<String, String> aliases) {

    /** Share of the predicted classes that must be labels of some row, or else the two are doubtful together. */
    private static final double FEW = 0.5;

    private static final int SHOWN = 5;

    /** The label of a column, or null. */
    Column of(String name) {
        return of(Columns.named(name), schema.apply(name).dataType());
    }

    Column of(Column value, DataType type) {
        return Labels.resolve(Labels.of(value, type), aliases);
    }

    /** The label that a name in the configuration stands for. */
    String of(String name, String key) {
        String label = Labels.of(name)
                .orElseThrow(() -> EvaluationErrors.badMapping(key + " names a blank class", "Name each class"));
        return aliases.getOrDefault(label, label);
    }

    /**
     * What makes it doubtful that labels and predicted classes are written alike.
     *
     * @throws PipelineException (data contract) if no predicted class is the label of any row
     */
    static List<String> doubts(Dataset<Row> rows) {
        Row found = rows.agg(collect_set(col(Predictions.LABEL)), collect_set(col(Predictions.PREDICTED)))
                .head();
        TreeSet<String> labels = new TreeSet<>(found.<String>getList(0));
        TreeSet<String> predicted = new TreeSet<>(found.<String>getList(1));
        TreeSet<String> strange = new TreeSet<>(predicted);
        strange.removeAll(labels);
        if (labels.isEmpty() || strange.isEmpty()) {
            return List.of();
        }
        if (strange.size() == predicted.size()) {
            throw EvaluationErrors.labelsNeverPredicted(first(labels), first(predicted));
        }
        return strange.size() > FEW * predicted.size()
                ? List.of(strange.size() + " of " + predicted.size()
                        + " predicted classes are the label of no row, such as " + first(strange)
                        + ", while labels are " + first(labels)
                        + ". If these are other spellings, set labels.aliases")
                : List.of();
    }

    private static List<String> first(TreeSet<String> names) {
        return names.stream().limit(SHOWN).map(name -> "'" + name + "'").toList();
    }
}
