package io.pigeonhole.evaluation;

import io.pigeonhole.transforms.PipelineException;
import java.util.Collection;
import org.apache.spark.sql.types.DataType;

/** Every error of this module that a user can cause. */
final class EvaluationErrors {

    private EvaluationErrors() {}

    static PipelineException badSetting(String name, Object value, String cause, String remedy) {
        return PipelineException.configuration(
                "The evaluation cannot use " + name + " = " + value + ": " + cause + ". " + remedy + ".");
    }

    static PipelineException noPredictions() {
        return PipelineException.dataContract(
                "There are no predictions to evaluate: the table has no row for this model"
                        + " version. Score the model first, or check which model, version and split were asked for.");
    }

    static PipelineException missingColumns(Collection<String> missing, Collection<String> present) {
        return PipelineException.dataContract("The predictions lack the columns " + missing + "; they have " + present
                + ". Rename or add these columns.");
    }

    static PipelineException wrongType(String column, DataType found, String expected) {
        return PipelineException.dataContract("Column '" + column + "' of the predictions has the type "
                + found.simpleString() + ", but the evaluation reads " + expected
                + ". Cast the column, or leave it out: metrics that need it are then left out too.");
    }

    static PipelineException badRows(long rows, String what, String example, String remedy) {
        return PipelineException.dataContract("The predictions have " + rows + " rows " + what
                + " (for example example_id '" + example + "'). " + remedy + ".");
    }

    static PipelineException tooManySlices(long found, int most, String example) {
        return PipelineException.dataContract("The slices cut a split into " + found + " parts (for example '" + example
                + "'), and no more than " + most
                + " can be evaluated. Slice by fewer columns, or group their values by an expression.");
    }
}
