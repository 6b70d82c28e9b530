package io.pigeonhole.evaluation.settings;

import io.pigeonhole.transforms.PipelineException;
import java.util.Collection;
import org.apache.spark.sql.types.DataType;

/** Every error of this module that a user can cause. */
public final class EvaluationErrors {

    private EvaluationErrors() {}

    public static PipelineException badSetting(String name, Object value, String cause, String remedy) {
        return PipelineException.configuration(
                "The evaluation cannot use " + name + " = " + value + ": " + cause + ". " + remedy + ".");
    }

    public static PipelineException noPredictions() {
        return PipelineException.dataContract(
                "There are no predictions to evaluate: the table has no row for this model"
                        + " version. Score the model first, or check the model, version and split.");
    }

    public static PipelineException missingColumns(Collection<String> missing, Collection<String> present) {
        return PipelineException.dataContract("The predictions lack the columns " + missing + "; they have " + present
                + ". Rename, add or map these columns.");
    }

    public static PipelineException wrongType(String column, DataType found, String expected) {
        return PipelineException.dataContract("Column '" + column + "' of the predictions has the type "
                + found.simpleString() + ", but the evaluation reads " + expected
                + ". Cast the column, or leave it out together with the metrics that need it.");
    }

    public static PipelineException badRows(long rows, String what, String example, String remedy) {
        return PipelineException.dataContract("The predictions have " + rows + " rows " + what
                + " (for example example_id '" + example + "'). " + remedy + ".");
    }

    public static PipelineException noNumber(String column, long rows, String value) {
        return PipelineException.dataContract("Column '" + column + "' of the predictions should hold numbers, but in "
                + rows + " rows it does not, such as '" + value + "'."
                + (value.matches("-?[0-9.]*,[0-9]+")
                        ? " Numbers need a decimal point: replace the commas where the file is written, or by a"
                                + " 'query' over it."
                        : " Correct the values, or map another column."));
    }

    public static PipelineException labelsNeverPredicted(Collection<String> labels, Collection<String> predicted) {
        return PipelineException.dataContract("No predicted class is the label of any row, so no prediction could be"
                + " right: labels are " + String.join(", ", labels) + ", predicted classes are "
                + String.join(", ", predicted) + ". Map the right columns under predictions.columns, or set"
                + " labels.aliases if these are other spellings.");
    }

    public static PipelineException badMapping(String problem, String remedy) {
        return PipelineException.configuration(
                "The mapping of the columns of the predictions is invalid: " + problem + ". " + remedy + ".");
    }

    public static PipelineException noProbabilities(String column, DataType found) {
        return PipelineException.dataContract("Column '" + column + "' of the predictions has the type "
                + found.simpleString()
                + ", which cannot hold probabilities. Use an array of numbers (with"
                + " predictions.columns.classes), a map or a struct of numbers by class, or an array of"
                + " structs (label, probability). If each class has a column of its own, map"
                + " predictions.columns.probability_columns.");
    }

    public static PipelineException unknownCosts(Collection<String> unknown) {
        return PipelineException.dataContract("The costs name classes that do not exist: '"
                + String.join("', '", unknown) + "'. Correct the names under costs, or in its table.");
    }

    public static PipelineException notOneSubject(Collection<String> subjects) {
        return PipelineException.dataContract("Predictions are compared, and judged by gates, one split of one model"
                + " version at a time, but these are about " + subjects + ". Filter them by model, version and split.");
    }

    public static PipelineException noLabelledRows() {
        return PipelineException.dataContract(
                "There is nothing to compare or judge: there are no labelled examples, or none that both sides scored"
                        + " under the same label. Score the same labelled examples first.");
    }

    public static PipelineException repeatedExample(String example) {
        return PipelineException.dataContract("Example '" + example
                + "' occurs more than once in the predictions of one model version and split. Keep one row for"
                + " each example.");
    }

    public static PipelineException badStatement(String text, int column, String problem) {
        return PipelineException.configuration("The gate '" + text + "' cannot be read at column " + column + ": "
                + problem + ". A gate looks like recall(class = \"billing\") >= 0.80, macro_f1 >= 0.60 by point, or"
                + " for each critical class: recall not lower than champion - 0.02.");
    }

    public static PipelineException nothingCritical(String statement) {
        return PipelineException.configuration("The gate '" + statement
                + "' looks at critical classes, but none is named, so every model would pass it. Name them in"
                + " labels.critical, or leave the gate out.");
    }

    public static PipelineException noUnknownRule(String statement) {
        return PipelineException.configuration(
                "The gate '" + statement + "' is about rows that are decided to be unknown,"
                        + " but there is no rule for them. Set score.unknown, and score again; or leave the gate out.");
    }

    public static PipelineException noDeciders(String statement) {
        return PipelineException.configuration(
                "The gate '" + statement + "' is about a rule or model that decided rows,"
                        + " but one model decided all rows here. Judge a model of trainer rules or cascade; or leave the gate out.");
    }

    public static PipelineException noFixedStatement() {
        return PipelineException.configuration(
                "All gates are about the champion, and there is none yet, so nothing can be judged. Add a gate that"
                        + " needs no champion, such as macro_f1 >= 0.60.");
    }

    public static PipelineException tooManySlices(long found, int most, String example) {
        return PipelineException.dataContract("The slices cut a split into " + found + " parts (for example '" + example
                + "'), but at most " + most
                + " can be evaluated. Slice by fewer columns, or group their values by an expression.");
    }
}
