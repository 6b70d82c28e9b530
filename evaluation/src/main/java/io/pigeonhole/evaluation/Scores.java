package io.pigeonhole.evaluation;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_position;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * Predictions as the rows that {@link ScoreScan} reads: one per labelled example, level and class that it lists, one for
 * its own class where it does not list that, and one for the decision. A class of a family is in one partition, part by
 * part, its probabilities in falling order, rows of the class first among equals. What is left out are rows of other
 * classes, and they can be counted.
 */
final class Scores {

    private static final String PART = "part";
    private static final String FAMILY = "family";
    private static final String CLASS = "class";
    private static final String POSITIVE = "positive";
    private static final String DECISION = "decision";
    private static final String ENTRY = "entry";

    private Scores() {}

    /** Columns: part, class (null for the decision), probability, whether it is right, unit, numbers of the slices. */
    static Dataset<Row> of(Dataset<Row> predictions, ScoreScopes scopes) {
        Set<String> present = Set.copyOf(Arrays.asList(predictions.columns()));
        // an array without elements would have no type
        Column family = scopes.parts().isEmpty()
                ? lit(0)
                : element_at(
                        array(scopes.parts().stream()
                                .map(part -> lit(part.family()))
                                .toArray(Column[]::new)),
                        col(PART).plus(1));
        return predictions
                .where(col(Predictions.LABEL).isNotNull())
                .select(
                        col(EvaluationKey.MODEL).cast(DataTypes.StringType).as(EvaluationKey.MODEL),
                        col(EvaluationKey.VERSION).cast(DataTypes.IntegerType).as(EvaluationKey.VERSION),
                        col(EvaluationKey.SPLIT).cast(DataTypes.StringType).as(EvaluationKey.SPLIT),
                        Sampling.unit(present).as(Decisions.UNIT),
                        slices(present, scopes).as(Predictions.SLICES),
                        explode(decisions(predictions, present)).as(DECISION))
                .select(
                        part(scopes).as(PART),
                        col(Decisions.UNIT),
                        col(Predictions.SLICES),
                        explode(entries()).as(ENTRY))
                .where(col(PART).isNotNull())
                .select(
                        col(PART),
                        col(ENTRY + ".label").as(CLASS),
                        col(ENTRY + ".probability").as(Predictions.PROBABILITY),
                        col(ENTRY + ".positive").as(POSITIVE),
                        col(Decisions.UNIT),
                        col(Predictions.SLICES),
                        family.as(FAMILY))
                .repartition(col(FAMILY), col(CLASS))
                .sortWithinPartitions(
                        col(FAMILY),
                        col(CLASS),
                        col(PART),
                        col(Predictions.PROBABILITY).desc(),
                        col(POSITIVE).desc());
    }

    private static Column slices(Set<String> present, ScoreScopes scopes) {
        if (!present.contains(Predictions.SLICES)) {
            return array(lit(0));
        }
        Column names = array(scopes.slices().stream().map(name -> lit(name)).toArray(Column[]::new));
        return transform(
                Slices.withAll(), slice -> array_position(names, slice).minus(1).cast(DataTypes.IntegerType));
    }

    private static Column decisions(Dataset<Row> predictions, Set<String> present) {
        Column leaf = array(decision(
                lit(EvaluationKey.LEAF),
                col(Predictions.LABEL).cast(DataTypes.StringType),
                col(Predictions.PREDICTED).cast(DataTypes.StringType),
                present.contains(Predictions.CONFIDENCE)
                        ? col(Predictions.CONFIDENCE).cast(DataTypes.DoubleType)
                        : lit(null).cast(DataTypes.DoubleType),
                present.contains(Predictions.PROBABILITIES)
                        ? col(Predictions.PROBABILITIES)
                        : lit(null).cast(Predictions.PROBABILITIES_TYPE)));
        if (!present.contains(Predictions.LEVELS)) {
            return leaf;
        }
        boolean levelsList = Listing.inLevels(predictions.schema());
        Column levels = transform(
                coalesce(
                        col(Predictions.LEVELS),
                        array().cast(levelsList ? Predictions.LEVELS_TYPE : Predictions.LEVELS_WITHOUT_LISTS)),
                level -> decision(
                        level.getField(Predictions.LEVEL).cast(DataTypes.StringType),
                        level.getField(Predictions.LABEL),
                        level.getField(Predictions.PREDICTED),
                        level.getField(Predictions.CONFIDENCE),
                        levelsList
                                ? level.getField(Predictions.PROBABILITIES)
                                : lit(null).cast(Predictions.PROBABILITIES_TYPE)));
        return concat(leaf, levels);
    }

    private static Column decision(
            Column level, Column label, Column predicted, Column confidence, Column probabilities) {
        return struct(
                level.as("level"),
                label.as("label"),
                predicted.as("predicted"),
                confidence.as("confidence"),
                probabilities.as("probabilities"));
    }

    private static Column part(ScoreScopes scopes) {
        Column number = lit(null).cast(DataTypes.IntegerType);
        for (int i = 0; i < scopes.parts().size(); i++) {
            EvaluationKey key = scopes.parts().get(i).key();
            Column same = col(EvaluationKey.MODEL)
                    .equalTo(key.model())
                    .and(col(EvaluationKey.VERSION).equalTo(key.version()))
                    .and(col(EvaluationKey.SPLIT).equalTo(key.split()))
                    .and(col(DECISION + ".level").equalTo(key.level()));
            number = when(same, lit(i)).otherwise(number);
        }
        return number;
    }

    /** The scores of one decision; none where the label or the prediction is not known at its level. */
    private static Column entries() {
        Column label = col(DECISION + ".label");
        Column predicted = col(DECISION + ".predicted");
        Column confidence = col(DECISION + ".confidence");
        Column listed = col(DECISION + ".probabilities");
        Column none = array().cast("array<struct<label:string,probability:double,positive:boolean>>");
        Column decided = when(
                        confidence.isNotNull(),
                        array(entry(lit(null).cast(DataTypes.StringType), confidence, label.equalTo(predicted))))
                .otherwise(none);
        Column classes = transform(
                listed,
                score -> entry(
                        score.getField(Predictions.LABEL),
                        score.getField(Predictions.PROBABILITY),
                        score.getField(Predictions.LABEL).equalTo(label)));
        Column isListed =
                exists(listed, score -> score.getField(Predictions.LABEL).equalTo(label));
        Column own = when(isListed, none).otherwise(array(entry(label, lit(0.0), lit(true))));
        return when(
                        label.isNotNull().and(predicted.isNotNull()),
                        when(listed.isNull(), decided).otherwise(concat(decided, classes, own)))
                .otherwise(none);
    }

    private static Column entry(Column label, Column probability, Column positive) {
        // rounding may have carried it out of its range
        Column bounded = least(lit(1.0), greatest(lit(0.0), probability));
        return struct(label.as("label"), bounded.as("probability"), positive.as("positive"));
    }
}
