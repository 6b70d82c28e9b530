package io.pigeonhole.jobs.predictions;

import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.transforms.PipelineException;
import java.util.List;
import org.apache.spark.sql.Row;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class PredictionsErrors {

    private PredictionsErrors() {}

    static PipelineException costTwice(String names) {
        return PipelineException.dataContract(CostTables.OWNER + " has two rows for '" + names + "'. Keep one.");
    }

    static PipelineException costIncomplete(List<String> columns, Row row) {
        return PipelineException.dataContract(CostTables.OWNER + " has a row without " + String.join(", ", columns)
                + ", or with a text where a number should be: " + row + ". Give each row all of them.");
    }

    static PipelineException notScored(TrainedModel version, String split) {
        return PipelineException.dataContract("There are no predictions of model '" + version.model() + "' version "
                + version.version() + " on split '" + split + "'. Score it first: score --model " + version.model()
                + " --set score.version=" + version.version() + "; or name another split.");
    }
}
