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
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.shiftleft;
import static org.apache.spark.sql.functions.shiftright;
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
 * Predictions as the rows that {@link ScoreScan} reads: one per labelled example, level and class that it lists, one for
 * its own class where it does not list that, and one for the decision. A class of a family is in one partition, validation
 * before other splits, its probabilities in falling order, rows of the class first among equals. What is left out are rows
 * of other classes, and they can be counted.
 *
 * <p>The order is that of one whole number, which Spark compares without looking at rows: a hash of the class, the place of
 * the split in its family, and the probability to 32 bits. So classes of one hash, which are rare, come mixed.
 */
public final class ScoreRows {

    static final int CLASS_SHIFT = 41;
    static final int SPLIT_SHIFT = 33;

    private static final long CLASS_HASHES = 1L << (Long.SIZE - 1 - CLASS_SHIFT);
    private static final int MOST_PLACES = 1 << (CLASS_SHIFT - SPLIT_SHIFT);

    private static final String ORDER = "sort_order";
    private static final String PART = "part";
    private static final String CLASS = "class";
    private static final String POSITIVE = "positive";
    private static final String DECISION = "decision";
    private static final String ENTRY = "entry";

    private ScoreRows() {}

    /**
     * TableColumns: order, part, class (null for the decision), probability, whether it is right, unit, slices. These are one
     * character for each slice, its number and one; null stands for the whole split alone.
     */
    static Dataset<Row> of(Dataset<Row> predictions, ScoreScopes scopes) {
        Set<String> present = Set.copyOf(Arrays.asList(predictions.columns()));
        return predictions
                .where(col(Predictions.LABEL).isNotNull())
                .select(
                        col(EvaluationKey.MODEL).cast(DataTypes.StringType).as(EvaluationKey.MODEL),
                        col(EvaluationKey.VERSION).cast(DataTypes.IntegerType).as(EvaluationKey.VERSION),
                        col(EvaluationKey.SPLIT).cast(DataTypes.StringType).as(EvaluationKey.SPLIT),
                        BootstrapUnit.unit(present).as(BootstrapUnit.COLUMN),
                        slices(present, scopes).as(Predictions.SLICES),
                        explode(decisions(predictions, present)).as(DECISION))
                .where(col(DECISION + ".label")
                        .isNotNull()
                        .and(col(DECISION + ".predicted").isNotNull()))
                .withColumn(PART, part(scopes))
                .where(col(PART).isNotNull())
                .withColumn(ENTRY, explode(entries()))
                .select(
                        col(PART),
                        col(ENTRY + ".label").as(CLASS),
                        // rounding may have carried it out of its range
                        least(lit(1.0), greatest(lit(0.0), col(ENTRY + ".probability")))
                                .as(Predictions.PROBABILITY),
                        when(
                                        col(ENTRY + ".label").isNull(),
                                        col(DECISION + ".label").equalTo(col(DECISION + ".predicted")))
                                .otherwise(col(ENTRY + ".label").equalTo(col(DECISION + ".label")))
                                .as(POSITIVE),
                        col(BootstrapUnit.COLUMN),
                        col(Predictions.SLICES))
                .select(
                        order(scopes).as(ORDER),
                        col(PART),
                        col(CLASS),
                        col(Predictions.PROBABILITY),
                        col(POSITIVE),
                        col(BootstrapUnit.COLUMN),
                        col(Predictions.SLICES))
                .repartition(shiftright(col(ORDER), CLASS_SHIFT))
                .sortWithinPartitions(
                        col(ORDER),
                        col(Predictions.PROBABILITY).desc(),
                        col(POSITIVE).desc());
    }

    private static Column order(ScoreScopes scopes) {
        Column hash = pmod(xxhash64(of(scopes, ScoreScopes.Part::family), col(CLASS)), lit(CLASS_HASHES));
        Column place = least(of(scopes, ScoreScopes.Part::place), lit(MOST_PLACES - 1));
        Column falling = floor(lit(1.0).minus(col(Predictions.PROBABILITY)).multiply(lit(0x1p32)));
        return shiftleft(hash, CLASS_SHIFT)
                .plus(shiftleft(place.cast(DataTypes.LongType), SPLIT_SHIFT))
                .plus(falling.cast(DataTypes.LongType));
    }

    /** Something of the row's part. */
    private static Column of(ScoreScopes scopes, ToIntFunction<ScoreScopes.Part> what) {
        Column[] values =
                scopes.parts().stream().map(part -> lit(what.applyAsInt(part))).toArray(Column[]::new);
        // an array without elements would have no type
        return values.length == 0 ? lit(0) : element_at(array(values), col(PART).plus(1));
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

    /** The scores of one decision, by class; that of the decision itself has none. */
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
