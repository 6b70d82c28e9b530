package io.pigeonhole.jobs.predictions;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import io.pigeonhole.transforms.PipelineException;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The predictions of one model version on one split.
 *
 * @param runIds the runs that wrote them; one, unless another program wrote the table
 */
public record ScoredSplit(TrainedModel version, String split, List<String> runIds) {

    /** Figure of the job score in a forecast: the expected number of rows of its next run. */
    public static final String ROWS = "rows";

    /** The beginning of the figures of the job score that count the rows of a split by what decided them. */
    public static String decidedBy(String split) {
        return "rows_" + split + "_by_";
    }

    /**
     * Finds the predictions of a version on a split.
     *
     * @throws PipelineException (data contract) if the version was not scored on the split
     */
    public static ScoredSplit find(Session session, TrainedModel version, String split) {
        List<String> runs = session.store()
                .values(
                        PredictionTables.PREDICTIONS,
                        "run_id",
                        RowCondition.about(version.model(), version.version(), List.of(split)));
        if (runs.isEmpty()) {
            throw PredictionsErrors.notScored(version, split);
        }
        return new ScoredSplit(version, split, runs);
    }

    /** The artifact of the model, as an input of a run. */
    public Input artifact() {
        return version.input();
    }

    /** The predictions, as an input of a run. */
    public Input input(Session session) {
        return Input.of(session.store(), PredictionTables.PREDICTIONS, split + " of " + runIds);
    }

    /** The predictions at a version of their table, without rows whose label is no class. */
    public Dataset<Row> read(Session session, long tableVersion) {
        return ofClasses(session, all(session, tableVersion));
    }

    /**
     * Rows of predictions without those whose label is no class. They keep the unknown score only if decisions obey a
     * rule; otherwise 'unknown' may be the name of a class.
     */
    public static Dataset<Row> ofClasses(Session session, Dataset<Row> predictions) {
        if (!List.of(predictions.columns()).contains(Predictions.IS_UNKNOWN)) {
            return predictions;
        }
        Dataset<Row> kept = predictions.filter(not(coalesce(col(Predictions.IS_UNKNOWN), lit(false))));
        return session.config().score().unknown().isPresent() ? kept : kept.drop(Predictions.UNKNOWN_SCORE);
    }

    /** All predictions at a version of their table. */
    public Dataset<Row> all(Session session, long tableVersion) {
        return session.store()
                .read(PredictionTables.PREDICTIONS, tableVersion)
                .filter(about(version, split))
                .drop("run_id", "scored_at");
    }

    private static Column about(TrainedModel version, String split) {
        return col("model")
                .equalTo(version.model())
                .and(col("version").equalTo(version.version()))
                .and(col("split").equalTo(split));
    }
}
