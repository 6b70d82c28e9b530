package io.pigeonhole.evaluation.probabilities;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.array_position;
import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.pigeonhole.evaluation.predictions.BootstrapUnit;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.predictions.ProbabilityLists;
import io.pigeonhole.evaluation.predictions.SliceColumn;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.Arrays;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * Predictions as the rows that {@link ScoreScan} reads: one per labelled example, level and listed class, one for its
 * own class if that is not listed, and one for the decision. A class of a family is in one partition, validation before
 * other splits, its probabilities in falling order, rows of the class first among equals. The rows that are left out
 * belong to other classes, so their number is known. The columns are those of {@link ScoreColumn}, the order that of
 * {@link SortKey}.
 */
public final class ScoreRows {

    private static final String DECISION = "decision";
    private static final String ENTRY = "entry";

    private ScoreRows() {}

    static Dataset<Row> of(Dataset<Row> predictions, ScoreScopes scopes) {
        Set<String> present = Set.copyOf(Arrays.asList(predictions.columns()));
        return predictions
                .where(col(Predictions.LABEL).isNotNull())
                .select(
                        col(EvaluationKey.MODEL).cast(DataTypes.StringType).as(EvaluationKey.MODEL),
                        col(EvaluationKey.VERSION).cast(DataTypes.IntegerType).as(EvaluationKey.VERSION),
                        col(EvaluationKey.SPLIT).cast(DataTypes.StringType).as(EvaluationKey.SPLIT),
                        BootstrapUnit.unit(present).as(ScoreColumn.UNIT.column()),
                        slices(present, scopes).as(ScoreColumn.SLICES.column()),
                        explode(decisions(predictions, present)).as(DECISION))
                .where(col(DECISION + ".label")
                        .isNotNull()
                        .and(col(DECISION + ".predicted").isNotNull()))
                .withColumn(ScoreColumn.PART.column(), part(scopes))
                .where(ScoreColumn.PART.col().isNotNull())
                .withColumn(ENTRY, explode(entries()))
                .withColumn(ScoreColumn.CLASS.column(), col(ENTRY + ".label"))
                // rounding may have carried it out of its range
                .withColumn(
                        ScoreColumn.PROBABILITY.column(),
                        least(lit(1.0), greatest(lit(0.0), col(ENTRY + ".probability"))))
                .withColumn(
                        ScoreColumn.POSITIVE.column(),
                        when(
                                        col(ENTRY + ".label").isNull(),
                                        col(DECISION + ".label").equalTo(col(DECISION + ".predicted")))
                                .otherwise(col(ENTRY + ".label").equalTo(col(DECISION + ".label"))))
                .withColumn(
                        ScoreColumn.SORT_KEY.column(),
                        SortKey.of(
                                xxhash64(of(scopes, ScoreScopes.Part::family), ScoreColumn.CLASS.col()),
                                of(scopes, ScoreScopes.Part::place),
                                ScoreColumn.PROBABILITY.col()))
                .select(ScoreColumn.all())
                .repartition(SortKey.ofClass(ScoreColumn.SORT_KEY.col()))
                .sortWithinPartitions(
                        ScoreColumn.SORT_KEY.col(),
                        ScoreColumn.PROBABILITY.col().desc(),
                        ScoreColumn.POSITIVE.col().desc());
    }

    /** A property of the row's part. */
    private static Column of(ScoreScopes scopes, ToIntFunction<ScoreScopes.Part> what) {
        Column[] values =
                scopes.parts().stream().map(part -> lit(what.applyAsInt(part))).toArray(Column[]::new);
        // an array without elements would have no type
        return values.length == 0
                ? lit(0)
                : element_at(array(values), ScoreColumn.PART.col().plus(1));
    }

    private static Column slices(Set<String> present, ScoreScopes scopes) {
        if (!present.contains(Predictions.SLICES)) {
            return lit(null).cast(DataTypes.StringType);
        }
        Column names = array(scopes.slices().stream().map(name -> lit(name)).toArray(Column[]::new));
        return array_join(
                transform(SliceColumn.of(present), slice -> call_function("char", array_position(names, slice))), "");
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
        boolean levelsList = ProbabilityLists.inLevels(predictions.schema());
        Column levels = transform(
                ProbabilityLists.levels(levelsList),
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

    /** The scores of one decision by class; the entry of the decision itself has no class. */
    private static Column entries() {
        Column label = col(DECISION + ".label");
        Column confidence = col(DECISION + ".confidence");
        Column listed = col(DECISION + ".probabilities");
        Column none = array().cast(Predictions.PROBABILITIES_TYPE);
        Column isListed = array_contains(listed.getField(Predictions.LABEL), label);
        Column own = when(listed.isNull().or(isListed), none).otherwise(array(entry(label, lit(0.0))));
        Column decided = when(confidence.isNull(), none)
                .otherwise(array(entry(lit(null).cast(DataTypes.StringType), confidence)));
        return concat(coalesce(listed, none), own, decided);
    }

    private static Column entry(Column label, Column probability) {
        return struct(label.as(Predictions.LABEL), probability.as(Predictions.PROBABILITY));
    }
}
