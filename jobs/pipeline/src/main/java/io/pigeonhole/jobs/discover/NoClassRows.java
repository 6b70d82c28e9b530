package io.pigeonhole.jobs.discover;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.jobs.configuration.DiscoverConfig;
import io.pigeonhole.jobs.runs.Session;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows of a split that a model version knows no class for.
 *
 * @param found their number
 * @param nearest the ids of those that are clustered, each with the most probable class
 * @param chosenBy how they were chosen, as words after their number
 */
record NoClassRows(long found, SortedMap<String, String> nearest, String chosenBy) {

    /** Those decided 'unknown', if decisions obey a rule; otherwise the share that is least like any class. */
    static NoClassRows collect(Session session, Dataset<Row> predictions) {
        DiscoverConfig config = session.config().discover();
        boolean hasRule = session.config().score().unknown().isPresent();
        Column isUnknown = hasRule ? col(Predictions.PREDICTED).equalTo(Predictions.UNKNOWN) : lit(true);
        Row counts = predictions
                .agg(
                        count(when(isUnknown, 1)),
                        coalesce(sum(col(Predictions.UNKNOWN_SCORE).isNull().cast("long")), lit(0L)))
                .first();
        long found = hasRule ? counts.getLong(0) : (long) Math.ceil(counts.getLong(0) * config.share());
        boolean hasScores = counts.getLong(1) == 0;
        Dataset<Row> rows = predictions.filter(isUnknown);
        if (!hasRule) {
            Column score = hasScores
                    ? col(Predictions.UNKNOWN_SCORE)
                    : col(Predictions.CONFIDENCE).multiply(-1);
            rows = rows.orderBy(score.desc(), col(Predictions.EXAMPLE_ID)).limit((int) found);
        }
        if (found > config.mostRows()) {
            rows = rows.orderBy(
                            xxhash64(lit(session.config().seed()), col(Predictions.EXAMPLE_ID)),
                            col(Predictions.EXAMPLE_ID))
                    .limit(config.mostRows());
        }
        SortedMap<String, String> nearest = new TreeMap<>();
        List<Row> kept = rows.select(
                        col(Predictions.EXAMPLE_ID),
                        coalesce(col(Predictions.TOP_K).getItem(0).getField(Predictions.LABEL), lit("")))
                .collectAsList();
        kept.forEach(row -> nearest.put(row.getString(0), row.getString(1)));
        String by =
                hasRule ? "decided unknown" : hasScores ? "of the highest unknown_score" : "of the lowest confidence";
        return new NoClassRows(found, nearest, by);
    }
}
