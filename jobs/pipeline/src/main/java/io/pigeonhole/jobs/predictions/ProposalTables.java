package io.pigeonhole.jobs.predictions;

import static io.pigeonhole.jobs.store.TableDefinition.column;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import io.pigeonhole.jobs.store.TableDefinition;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;

/** The tables of proposed classes. */
public final class ProposalTables {

    private static final StructType SUBJECT = new StructType()
            .add(column("model", StringType, "Name of the model"))
            .add(column("version", IntegerType, "Version of the model"))
            .add(column("split", StringType, "Split whose rows are clustered"))
            .add(column("cluster", IntegerType, "Counts the clusters of a split from 1, the largest first"));

    /** Ids of examples are in the other table only, so that a forgotten medoid takes no proposal with it. */
    public static final TableDefinition PROPOSED_CLASSES = new TableDefinition(
            "proposed_classes",
            "One row per model version, split, and cluster of rows that the version knows no class for",
            List.of("model", "version", "split", "cluster"),
            SUBJECT.add(column("name", StringType, "A suggestion: the cluster's most typical words"))
                    .add(column(
                            "verdict",
                            StringType,
                            "proposed, not_stable if other samples of the rows give other clusters, or too_few_rows"))
                    .add(column("rows", LongType, "Rows of the cluster"))
                    .add(column(
                            "stability",
                            DoubleType,
                            "Mean over Poisson resamples of the largest Jaccard overlap with one of their clusters"))
                    .add(column("similarity", DoubleType, "Mean cosine of the rows to the centre of the cluster"))
                    .add(column(
                            "terms",
                            createArrayType(StringType),
                            "Words, pairs of words, categories and high or low numbers that are more frequent here"
                                    + " than in the other clustered rows, most typical first; each is in two rows at"
                                    + " least"))
                    .add(column("nearest_class", StringType, "The known class that is most probable for most rows"))
                    .add(column("nearest_share", DoubleType, "Share of the rows for which it is the most probable one"))
                    .add(TableDefinition.RUN_ID),
            Map.of(
                    "stability_is_a_share",
                    "stability BETWEEN 0 AND 1",
                    "nearest_share_is_a_share",
                    "nearest_share BETWEEN 0 AND 1"));

    public static final TableDefinition PROPOSED_MEMBERS = new TableDefinition(
            "proposed_members",
            "One row per clustered example of a model version and split",
            List.of("example_id", "model", "version", "split"),
            new StructType()
                    .add(column("example_id", StringType, "The example"))
                    .add(SUBJECT.apply("model"))
                    .add(SUBJECT.apply("version"))
                    .add(SUBJECT.apply("split"))
                    .add(column("cluster", IntegerType, "Its cluster in proposed_classes"))
                    .add(column(
                            "position",
                            IntegerType,
                            "Place among the rows of the cluster, nearest to its centre first: 1 is the medoid, and the"
                                    + " first ten are good examples"))
                    .add(column("similarity", DoubleType, "Cosine to the centre of the cluster"))
                    .add(column(
                            "text",
                            StringType,
                            "The beginning of its text, of the first ten rows of a cluster; null for the others, and"
                                    + " where no feature reads a text"))
                    .add(TableDefinition.RUN_ID),
            Map.of("position_counts_from_1", "position >= 1"));

    private ProposalTables() {}
}
