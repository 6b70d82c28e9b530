package io.pigeonhole.evaluation;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.Constraints;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.evaluation.tables.TableColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * One class of a cluster. A cluster consists of classes that are mostly confused with each other and could be merged,
 * or placed below a node of their own. All fields but the label describe the whole cluster.
 *
 * @param cluster number of the cluster; 1 has the most errors within
 * @param support rows of its classes
 * @param errors the rows that were misclassified
 * @param errorsWithin the errors in which another class of the cluster was predicted
 */
public record EvaluationClusters(
        EvaluationKey key,
        int cluster,
        String label,
        int classes,
        long support,
        long errors,
        long errorsWithin,
        Estimate withinRate,
        Estimate recall,
        Estimate mergedRecall) {

    public static final String TABLE = "evaluation_clusters";
    public static final String CLUSTER = "cluster";
    public static final String LABEL = "label";

    public static final StructType SCHEMA = TableColumns.keyed(
            TableColumns.required(CLUSTER, IntegerType, "Number of the cluster; 1 has the most errors within"),
            TableColumns.required(
                    LABEL, StringType, "A class of the cluster; the columns that follow describe the whole cluster"),
            TableColumns.required("classes", IntegerType, "Classes of the cluster"),
            TableColumns.required("support", LongType, "Rows of these classes"),
            TableColumns.required("errors", LongType, "Rows of these classes that were misclassified"),
            TableColumns.required(
                    "errors_within", LongType, "Of these, rows predicted to be of another class of the cluster"),
            TableColumns.required("within_rate", DoubleType, "errors_within / errors"),
            TableColumns.required("within_rate_low", DoubleType, "Lower bound of within_rate (Wilson)"),
            TableColumns.required("within_rate_high", DoubleType, "Upper bound of within_rate (Wilson)"),
            TableColumns.required("recall", DoubleType, "Share of support that was classified correctly"),
            TableColumns.required("recall_low", DoubleType, "Lower bound of recall (Wilson)"),
            TableColumns.required("recall_high", DoubleType, "Upper bound of recall (Wilson)"),
            TableColumns.required(
                    "merged_recall",
                    DoubleType,
                    "Share of support that would be correct if the cluster were one class"),
            TableColumns.required("merged_recall_low", DoubleType, "Lower bound of merged_recall (Wilson)"),
            TableColumns.required("merged_recall_high", DoubleType, "Upper bound of merged_recall (Wilson)"));

    /** The constraints of every row: name and SQL condition. */
    public static final Map<String, String> CONSTRAINTS = Map.of(
            "clusters_counts",
            "classes > 1 AND 0 < errors_within AND errors_within <= errors AND errors <= support",
            "clusters_within",
            Constraints.rate("within_rate", "within_rate_low", "within_rate_high"),
            "clusters_recall",
            Constraints.rate("recall", "recall_low", "recall_high"),
            "clusters_merged_recall",
            Constraints.rate("merged_recall", "merged_recall_low", "merged_recall_high"));

    static EvaluationClusters of(
            EvaluationKey key,
            int cluster,
            String label,
            int classes,
            long support,
            long errors,
            long errorsWithin,
            Wilson wilson) {
        return new EvaluationClusters(
                key,
                cluster,
                label,
                classes,
                support,
                errors,
                errorsWithin,
                wilson.estimate(errorsWithin, errors),
                wilson.estimate(support - errors, support),
                wilson.estimate(support - errors + errorsWithin, support));
    }

    public Row toRow() {
        List<@Nullable Object> values =
                new ArrayList<>(List.of(cluster, label, classes, support, errors, errorsWithin));
        List.of(withinRate, recall, mergedRecall).forEach(estimate -> TableColumns.addEstimate(values, estimate));
        return key.row(values.toArray());
    }
}
