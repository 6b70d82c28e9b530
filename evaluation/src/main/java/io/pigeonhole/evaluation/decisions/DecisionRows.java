package io.pigeonhole.evaluation.decisions;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_intersect;
import static org.apache.spark.sql.functions.array_position;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.evaluation.predictions.BootstrapUnit;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.predictions.ProbabilityLists;
import io.pigeonhole.evaluation.predictions.SliceColumn;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Predictions as one row per labelled example and level, with the columns of {@link EvaluationKey} and {@link
 * DecisionColumn}.
 *
 * <p>Decisions above the leaves come from the column {@code levels}; where a row has none, they follow from the
 * taxonomy and have no probabilities. A class whose path ends above a level represents itself there; so does an inner
 * node that was predicted, and a class that the taxonomy does not contain. So every level evaluates every row.
 */
public final class DecisionRows {

    private static final String LABEL_PATH = "label_path";
    private static final String PREDICTED_PATH = "predicted_path";
    private static final String DECISION = "decision";
    private static final int ALL_RANKS = Integer.MAX_VALUE;
    private static final StructType PATHS = StructType.fromDDL("node STRING, path ARRAY<STRING>");

    private final Set<String> present;
    private final boolean levelsList;
    private final Taxonomy taxonomy;

    private DecisionRows(Dataset<Row> predictions, Taxonomy taxonomy) {
        this.present = Set.copyOf(Arrays.asList(predictions.columns()));
        this.levelsList = ProbabilityLists.inLevels(predictions.schema());
        this.taxonomy = taxonomy;
    }

    /** The decisions of all rows with a label. */
    public static Dataset<Row> of(Dataset<Row> predictions, Taxonomy taxonomy) {
        DecisionRows decisions = new DecisionRows(predictions, taxonomy);
        Dataset<Row> labelled = predictions
                .where(col(Predictions.LABEL).isNotNull())
                .withColumn(Predictions.LABEL, text(Predictions.LABEL))
                .withColumn(Predictions.PREDICTED, text(Predictions.PREDICTED));
        Dataset<Row> withPaths = taxonomy.isFlat() ? labelled : decisions.withPaths(labelled);
        return withPaths
                .select(
                        text(EvaluationKey.MODEL),
                        col(EvaluationKey.VERSION).cast(DataTypes.IntegerType).as(EvaluationKey.VERSION),
                        text(EvaluationKey.SPLIT),
                        SliceColumn.of(decisions.present).as(EvaluationKey.SLICE),
                        BootstrapUnit.unit(decisions.present).as(BootstrapUnit.COLUMN),
                        explode(decisions.atEveryLevel()).as(DECISION))
                .select(
                        col(EvaluationKey.MODEL),
                        col(EvaluationKey.VERSION),
                        col(EvaluationKey.SPLIT),
                        explode(col(EvaluationKey.SLICE)).as(EvaluationKey.SLICE),
                        col(DECISION).getField(EvaluationKey.LEVEL).as(EvaluationKey.LEVEL),
                        DecisionColumn.UNIT.of(col(BootstrapUnit.COLUMN)),
                        DecisionColumn.LABEL.in(DECISION),
                        DecisionColumn.PREDICTED.in(DECISION),
                        DecisionColumn.CONFIDENCE.in(DECISION),
                        DecisionColumn.LABEL_PROBABILITY.in(DECISION),
                        DecisionColumn.SCORED.in(DECISION),
                        DecisionColumn.RANK.in(DECISION),
                        DecisionColumn.RANKS_KNOWN.in(DECISION),
                        DecisionColumn.SHARED_NODES.in(DECISION),
                        DecisionColumn.LABEL_NODES.in(DECISION),
                        DecisionColumn.PREDICTED_NODES.in(DECISION),
                        DecisionColumn.LISTED.in(DECISION),
                        DecisionColumn.UNLISTED.in(DECISION))
                .where(col(Predictions.LABEL)
                        .isNotNull()
                        .and(col(Predictions.PREDICTED).isNotNull()));
    }

    private Dataset<Row> withPaths(Dataset<Row> labelled) {
        List<Row> rows = new ArrayList<>();
        Set<String> nodes = new HashSet<>();
        // the predicted node may be an inner one
        taxonomy.paths().forEach((label, path) -> {
            for (int i = 0; i < path.size(); i++) {
                if (nodes.add(path.get(i))) {
                    rows.add(RowFactory.create(
                            path.get(i), path.subList(0, i + 1).toArray(String[]::new)));
                }
            }
        });
        Dataset<Row> paths = labelled.sparkSession().createDataFrame(rows, PATHS);
        Dataset<Row> joined = labelled;
        for (List<String> side :
                List.of(List.of(Predictions.LABEL, LABEL_PATH), List.of(Predictions.PREDICTED, PREDICTED_PATH))) {
            String node = side.get(0);
            String path = side.get(1);
            joined = joined.join(
                            broadcast(paths.toDF(node + "_node", path)),
                            col(node).equalTo(col(node + "_node")),
                            "left")
                    .withColumn(path, coalesce(col(path), array(col(node))));
        }
        return joined;
    }

    private Column atEveryLevel() {
        Column leaf = array(leaf());
        if (taxonomy.isFlat()) {
            return present.contains(Predictions.LEVELS) ? concat(leaf, given()) : leaf;
        }
        Column derived = array(derived());
        if (!present.contains(Predictions.LEVELS)) {
            return concat(leaf, derived);
        }
        Column hasLevels = coalesce(size(col(Predictions.LEVELS)), lit(0)).gt(0);
        return concat(leaf, when(hasLevels, given()).otherwise(derived));
    }

    private Column leaf() {
        boolean flat = taxonomy.isFlat();
        return decision(
                lit(EvaluationKey.LEAF),
                col(Predictions.LABEL),
                col(Predictions.PREDICTED),
                number(Predictions.CONFIDENCE),
                number(Predictions.LABEL_PROBABILITY),
                lit(present.contains(Predictions.LABEL_PROBABILITY)),
                rank(),
                ranksKnown(),
                flat ? lit(0) : size(array_intersect(col(LABEL_PATH), col(PREDICTED_PATH))),
                flat ? lit(0) : size(col(LABEL_PATH)),
                flat ? lit(0) : size(col(PREDICTED_PATH)),
                ProbabilityLists.isListed(present),
                ProbabilityLists.unlisted(present));
    }

    private Column given() {
        return transform(
                ProbabilityLists.levels(levelsList),
                level -> decision(
                        level.getField(Predictions.LEVEL).cast(DataTypes.StringType),
                        level.getField(Predictions.LABEL),
                        level.getField(Predictions.PREDICTED),
                        level.getField(Predictions.CONFIDENCE),
                        level.getField(Predictions.LABEL_PROBABILITY),
                        lit(true),
                        coalesce(level.getField(Predictions.LABEL_RANK), lit(0)),
                        lit(ALL_RANKS),
                        lit(0),
                        lit(0),
                        lit(0),
                        levelsList ? ProbabilityLists.isListed(level) : lit(false),
                        levelsList ? ProbabilityLists.unlisted(level) : lit(0.0)));
    }

    private Column[] derived() {
        Column unknown = lit(null).cast(DataTypes.DoubleType);
        Column[] decisions = new Column[taxonomy.depth() - 1];
        for (int level = 1; level <= decisions.length; level++) {
            decisions[level - 1] = decision(
                    lit(Integer.toString(level)),
                    node(LABEL_PATH, level),
                    node(PREDICTED_PATH, level),
                    unknown,
                    unknown,
                    lit(false),
                    lit(0),
                    lit(0),
                    lit(0),
                    lit(0),
                    lit(0),
                    lit(false),
                    lit(0.0));
        }
        return decisions;
    }

    private static Column node(String path, int level) {
        return element_at(col(path), least(lit(level), size(col(path))));
    }

    private Column rank() {
        if (present.contains(Predictions.LABEL_RANK)) {
            return coalesce(col(Predictions.LABEL_RANK).cast(DataTypes.IntegerType), lit(0));
        }
        return present.contains(Predictions.TOP_K) ? coalesce(position(), lit(0)) : lit(0);
    }

    private Column ranksKnown() {
        if (present.contains(Predictions.LABEL_RANK)) {
            return lit(ALL_RANKS);
        }
        if (!present.contains(Predictions.TOP_K)) {
            return lit(0);
        }
        return when(position().gt(0), lit(ALL_RANKS))
                .otherwise(when(col(Predictions.TOP_K).isNull(), lit(0)).otherwise(size(col(Predictions.TOP_K))));
    }

    private static Column position() {
        Column classes = col(Predictions.TOP_K).getField(Predictions.LABEL);
        return array_position(classes, col(Predictions.LABEL)).cast(DataTypes.IntegerType);
    }

    private Column number(String column) {
        return (present.contains(column) ? col(column) : lit(null)).cast(DataTypes.DoubleType);
    }

    private static Column text(String column) {
        return col(column).cast(DataTypes.StringType).as(column);
    }

    private static Column decision(
            Column level,
            Column label,
            Column predicted,
            Column confidence,
            Column labelProbability,
            Column scored,
            Column rank,
            Column ranksKnown,
            Column sharedNodes,
            Column labelNodes,
            Column predictedNodes,
            Column listed,
            Column unlisted) {
        return struct(
                level.as(EvaluationKey.LEVEL),
                DecisionColumn.LABEL.of(label),
                DecisionColumn.PREDICTED.of(predicted),
                DecisionColumn.CONFIDENCE.of(confidence),
                DecisionColumn.LABEL_PROBABILITY.of(labelProbability),
                DecisionColumn.SCORED.of(scored),
                DecisionColumn.RANK.of(rank),
                DecisionColumn.RANKS_KNOWN.of(ranksKnown),
                DecisionColumn.SHARED_NODES.of(sharedNodes),
                DecisionColumn.LABEL_NODES.of(labelNodes),
                DecisionColumn.PREDICTED_NODES.of(predictedNodes),
                DecisionColumn.LISTED.of(listed),
                DecisionColumn.UNLISTED.of(unlisted));
    }
}
