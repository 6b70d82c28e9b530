package io.pigeonhole.evaluation;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * Predictions as one row per labelled example, level and class that it lists, and one for its own class where it does not
 * list that: the rows that {@link ScoreScan} reads, a class in one partition and its probabilities in falling order. What
 * is left out are rows of other classes, and they can be counted.
 */
final class Scores {

    static final String SCOPE = "scope";
    static final String CLASS = "class";
    static final String POSITIVE = "positive";

    private static final String LISTED = "listed";
    private static final String ENTRY = "entry";

    private Scores() {}

    /** The scores of these scopes; the column {@link #SCOPE} is a place in the list. */
    static Dataset<Row> of(Dataset<Row> predictions, List<ScoreScope> scopes) {
        Column[] scopeAndClass = {col(SCOPE), col(CLASS)};
        return predictions
                .where(col(Predictions.LABEL).isNotNull())
                .select(
                        col(EvaluationKey.MODEL).cast(DataTypes.StringType).as(EvaluationKey.MODEL),
                        col(EvaluationKey.VERSION).cast(DataTypes.IntegerType).as(EvaluationKey.VERSION),
                        col(EvaluationKey.SPLIT).cast(DataTypes.StringType).as(EvaluationKey.SPLIT),
                        xxhash64(col(Predictions.EXAMPLE_ID).cast(DataTypes.StringType))
                                .as(Decisions.UNIT),
                        explode(lists(predictions)).as(LISTED))
                .select(
                        scope(scopes).as(SCOPE),
                        col(Decisions.UNIT),
                        col(LISTED + ".label").as(Predictions.LABEL),
                        col(LISTED + ".probabilities").as(Predictions.PROBABILITIES))
                .where(col(SCOPE).isNotNull().and(col(Predictions.LABEL).isNotNull()))
                .select(
                        col(SCOPE),
                        col(Decisions.UNIT),
                        col(Predictions.LABEL),
                        explode(withOwnClass()).as(ENTRY))
                .select(
                        col(SCOPE),
                        col(ENTRY + ".label").as(CLASS),
                        col(ENTRY + ".probability").as(Predictions.PROBABILITY),
                        col(ENTRY + ".label").equalTo(col(Predictions.LABEL)).as(POSITIVE),
                        col(Decisions.UNIT))
                .repartition(scopeAndClass)
                .sortWithinPartitions(
                        col(SCOPE), col(CLASS), col(Predictions.PROBABILITY).desc());
    }

    private static Column lists(Dataset<Row> predictions) {
        Column leaf = array(list(
                lit(EvaluationKey.LEAF),
                col(Predictions.LABEL).cast(DataTypes.StringType),
                Arrays.asList(predictions.columns()).contains(Predictions.PROBABILITIES)
                        ? col(Predictions.PROBABILITIES)
                        : lit(null).cast(Predictions.PROBABILITIES_TYPE)));
        if (!Listing.inLevels(predictions.schema())) {
            return leaf;
        }
        Column levels = transform(
                coalesce(col(Predictions.LEVELS), array().cast(Predictions.LEVELS_TYPE)),
                level -> list(
                        level.getField(Predictions.LEVEL).cast(DataTypes.StringType),
                        level.getField(Predictions.LABEL),
                        level.getField(Predictions.PROBABILITIES)));
        return concat(leaf, levels);
    }

    private static Column list(Column level, Column label, Column probabilities) {
        return struct(level.as("level"), label.as("label"), probabilities.as("probabilities"));
    }

    private static Column scope(List<ScoreScope> scopes) {
        Column place = lit(null).cast(DataTypes.IntegerType);
        for (int i = 0; i < scopes.size(); i++) {
            EvaluationKey key = scopes.get(i).key();
            Column same = col(EvaluationKey.MODEL)
                    .equalTo(key.model())
                    .and(col(EvaluationKey.VERSION).equalTo(key.version()))
                    .and(col(EvaluationKey.SPLIT).equalTo(key.split()))
                    .and(col(LISTED + ".level").equalTo(key.level()));
            place = when(same, lit(i)).otherwise(place);
        }
        return place;
    }

    private static Column withOwnClass() {
        Column listed = col(Predictions.PROBABILITIES);
        Column isListed =
                exists(listed, entry -> entry.getField(Predictions.LABEL).equalTo(col(Predictions.LABEL)));
        Column own = struct(col(Predictions.LABEL).as(Predictions.LABEL), lit(0.0).as(Predictions.PROBABILITY));
        return when(isListed, listed).otherwise(concat(listed, array(own)));
    }
}
