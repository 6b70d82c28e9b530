package io.pigeonhole.transforms.cleaning;

import static io.pigeonhole.transforms.Columns.CONTENT_HASH;
import static io.pigeonhole.transforms.Columns.EVENT_TIME;
import static io.pigeonhole.transforms.Columns.EXAMPLE_ID;
import static io.pigeonhole.transforms.Columns.LABEL;
import static io.pigeonhole.transforms.Columns.LABEL_TIME;
import static io.pigeonhole.transforms.Columns.PARSE_ERROR;
import static io.pigeonhole.transforms.Columns.PATH;
import static io.pigeonhole.transforms.Columns.RAW;
import static io.pigeonhole.transforms.Columns.SOURCE;
import static org.apache.spark.sql.functions.array_position;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.try_element_at;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.split.Split;
import io.pigeonhole.transforms.split.SplitSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.StructType;

/**
 * Turns raw rows into examples. Each row is accepted, rejected for a {@link Reason}, or collapsed into an equal one. No
 * row is lost, and a row never causes the rejection of an unrelated one.
 *
 * <p>A row's <em>content</em> is its feature columns and its label. A row without an id gets the first 32 digits of its
 * content's SHA-256 as its id, so that equal rows without ids become one example. If the rows state their splits, equal
 * rows in different splits stay apart: the first split in the order train, validation, test keeps this id, unless an
 * earlier example has it, and for the others the split is part of what is hashed.
 */
public final class Cleaning {

    private static final List<String> REQUIRED =
            List.of(SOURCE, RAW, EXAMPLE_ID, LABEL, PATH, EVENT_TIME, LABEL_TIME, PARSE_ERROR);

    static final int ID_LENGTH = 32;

    private Cleaning() {}

    /**
     * Judges every row. Nothing runs until the result is used.
     *
     * @param raw source, raw, example_id, label, path (array), event_time, label_time and parse_error, then the feature
     *     columns and any others, which are carried along
     * @throws PipelineException (data contract) if a column is missing
     */
    public static Cleaned clean(Dataset<Row> raw, CleaningRules rules) {
        return new Cleaned(compare(judgeEach(raw, rules), rules));
    }

    /**
     * Judges every row, also against the examples accepted before. A row with the id of an example replaces it if the
     * content differs, and is a copy of it otherwise. Equal features with different labels are a conflict, as if both
     * had arrived together. Reads the rows several times.
     *
     * @param raw as above, with the column {@link Cleaned#REPLACES}
     * @param known earlier results of {@link Cleaned#examples}; the new result contains none of them
     */
    public static Cleaned clean(Dataset<Row> raw, CleaningRules rules, Dataset<Row> known) {
        return new Cleaned(EarlierExamples.compare(judgeEach(raw, rules), known, rules));
    }

    /**
     * A 64-bit hash of the features of a row. Equal features have equal hashes; different features have different ones,
     * but for about one pair in 2^64.
     */
    public static Column contentKey(StructType schema, List<String> featureColumns) {
        return Contents.key(schema, featureColumns);
    }

    /** Every row with the verdict of the checks on that row alone. */
    static Dataset<Row> judgeEach(Dataset<Row> raw, CleaningRules rules) {
        checkSchema(raw.schema(), rules);
        return judgeRows(normalise(raw, rules), rules);
    }

    /** Rows that passed through the checks one by one, with the verdicts of their comparison with each other added. */
    static Dataset<Row> compare(Dataset<Row> rows, CleaningRules rules) {
        return judgeConflicts(judgeDuplicates(rows, rules), rules);
    }

    private static void checkSchema(StructType schema, CleaningRules rules) {
        List<String> present = Arrays.asList(schema.fieldNames());
        List<String> missing = Stream.of(
                        REQUIRED.stream(),
                        rules.featureColumns().stream(),
                        rules.textColumns().stream(),
                        rules.given().stream().map(SplitSpec.Given::column),
                        rules.vectors().stream().map(CleaningRules.VectorSize::column))
                .flatMap(columns -> columns)
                .distinct()
                .filter(column -> !present.contains(column))
                .toList();
        if (!missing.isEmpty()) {
            throw PipelineException.dataContract("The sources do not have the columns " + String.join(", ", missing)
                    + ". They have " + String.join(", ", present) + ". Correct the column mapping.");
        }
    }

    /** Adds labels, paths, ids and content hashes in the form that the examples have. */
    private static Dataset<Row> normalise(Dataset<Row> raw, CleaningRules rules) {
        Column levels = Labels.levels(col(PATH));
        Column given = coalesce(Labels.present(col(LABEL)), try_element_at(levels, lit(-1)));
        StructType schema = raw.schema();
        return raw.withColumn(Cleaned.SPELLED, given)
                .withColumn(LABEL, Labels.resolve(col(Cleaned.SPELLED), rules.labelAliases()))
                .withColumn(PATH, Labels.path(levels, col(Cleaned.SPELLED), col(LABEL)))
                .withColumn(Cleaned.FEATURES_HASH, Contents.hash(schema, rules.featureColumns()))
                .withColumn(CONTENT_HASH, Contents.hash(schema, rules.featureColumns(), col(LABEL)))
                .withColumn(Cleaned.WITHOUT_ID, Labels.present(col(EXAMPLE_ID)).isNull())
                .withColumn(
                        EXAMPLE_ID,
                        when(col(Cleaned.WITHOUT_ID), substring(col(CONTENT_HASH), 1, ID_LENGTH))
                                .otherwise(col(EXAMPLE_ID)));
    }

    private static Dataset<Row> judgeRows(Dataset<Row> rows, CleaningRules rules) {
        return rows.withColumn(Cleaned.FAILURE, RowChecks.firstFailure(rows.schema(), rules))
                .withColumn(Cleaned.CLASS, when(RowChecks.isKnown(rules), RowChecks.classLabel(rules)));
    }

    private static Dataset<Row> judgeDuplicates(Dataset<Row> rows, CleaningRules rules) {
        // a column, since a window over an expression would not share the shuffle of the others
        Dataset<Row> marked = rows.withColumn("sound", col(Cleaned.FAILURE).isNull());
        return rules.given()
                .map(given -> judgeDuplicates(
                                apartBySplit(marked, given),
                                Window.partitionBy(col("sound"), col(EXAMPLE_ID), col("own_split")))
                        .withColumn(EXAMPLE_ID, idBySplit())
                        .drop("own_split", "first_split"))
                .orElseGet(() -> judgeDuplicates(marked, Window.partitionBy(col("sound"), col(EXAMPLE_ID))))
                .drop("sound");
    }

    /** Adds the split of a row whose id is its content, and that of the first of the rows with this id. */
    private static Dataset<Row> apartBySplit(Dataset<Row> rows, SplitSpec.Given given) {
        Column split = coalesce(given.split(), lit(""));
        Column order = struct(
                col(RAW).notEqual("").as("arrives"),
                array_position(lit(Split.codes().toArray(String[]::new)), split).as("order"),
                split.as("split"));
        return rows.withColumn("own_split", when(col(Cleaned.WITHOUT_ID), split).otherwise(""))
                .withColumn(
                        "first_split",
                        min(order)
                                .over(Window.partitionBy(col("sound"), col(EXAMPLE_ID)))
                                .getField("split"));
    }

    private static Column idBySplit() {
        Column other =
                sha2(concat(col(CONTENT_HASH), lit(" "), col("own_split")).cast("binary"), 256);
        return when(
                        col(Cleaned.WITHOUT_ID).and(col("own_split").notEqual(col("first_split"))),
                        substring(other, 1, ID_LENGTH))
                .otherwise(col(EXAMPLE_ID));
    }

    /** @param sameId over the rows that must have the same content */
    private static Dataset<Row> judgeDuplicates(Dataset<Row> rows, WindowSpec sameId) {
        Column differ =
                min(CONTENT_HASH).over(sameId).notEqual(max(CONTENT_HASH).over(sameId));
        WindowSpec ranked = sameId.orderBy(
                col(EVENT_TIME).asc_nulls_last(), col(LABEL_TIME).asc_nulls_last(), col(SOURCE), col(RAW));
        return rows.withColumn(Cleaned.COPIES, count(lit(1)).over(sameId))
                .withColumn("differ", differ)
                .withColumn("rank", row_number().over(ranked))
                .withColumn(
                        Cleaned.FAILURE,
                        coalesce(
                                col(Cleaned.FAILURE),
                                RowChecks.failure(
                                        col("differ"),
                                        Reason.DUPLICATE_ID,
                                        concat(
                                                lit("id '"),
                                                col(EXAMPLE_ID),
                                                lit("' occurs "),
                                                col(Cleaned.COPIES).cast("string"),
                                                lit(" times, not always with the same content")))))
                .withColumn(
                        Cleaned.COLLAPSED,
                        col(Cleaned.FAILURE).isNull().and(col("rank").gt(1)))
                .drop("differ", "rank");
    }

    private static Dataset<Row> judgeConflicts(Dataset<Row> rows, CleaningRules rules) {
        Column standing = col(Cleaned.FAILURE).isNull().and(not(Cleaned.COLLAPSED));
        WindowSpec sameFeatures = Window.partitionBy(col("standing"), col(Cleaned.FEATURES_HASH));
        WindowSpec sameLabel = Window.partitionBy(col("standing"), col(Cleaned.FEATURES_HASH), col(LABEL));
        Column votes = sum(when(col(Cleaned.WITHOUT_ID), col(Cleaned.COPIES)).otherwise(1L))
                .over(sameLabel);
        // of the rows of a content, the example accepted earlier is the original, or else the row with the first id
        Column order = struct(col(RAW).notEqual("").as("arrives"), col(EXAMPLE_ID));
        Column ofClass = RowChecks.classLabel(rules);
        Column ballot =
                when(ofClass.isNotNull(), struct(col("votes").multiply(-1).as("votes"), col(LABEL)));
        Dataset<Row> counted = rows.withColumn("standing", standing)
                .withColumn("first", min(ofClass).over(sameFeatures))
                .withColumn("last", max(ofClass).over(sameFeatures))
                .withColumn("original", min(order).over(sameFeatures))
                // after the windows above, so that all share one shuffle
                .withColumn("votes", votes)
                .withColumn("labelled_original", min(order).over(sameLabel))
                .withColumn("winner", min(ballot).over(sameFeatures).getField(LABEL))
                .withColumn(
                        Cleaned.CONFLICT,
                        coalesce(
                                col("standing")
                                        .and(ofClass.isNotNull())
                                        .and(col("first").notEqual(col("last"))),
                                lit(false)));
        Column rejected = switch (rules.conflicts()) {
            case KEEP -> lit(false);
            case DROP -> col(Cleaned.CONFLICT);
            case MAJORITY -> col(Cleaned.CONFLICT).and(col(LABEL).notEqual(col("winner")));
        };
        Column detail = concat(
                lit("equal features are labelled "),
                concat_ws(" and ", quotes(col("first")), quotes(col("last"))),
                lit(rules.conflicts() == ConflictPolicy.MAJORITY ? ", mostly " : ""),
                rules.conflicts() == ConflictPolicy.MAJORITY ? quotes(col("winner")) : lit(""));
        // the policies that reject rows leave no content with two labels
        String original = rules.conflicts() == ConflictPolicy.KEEP ? "original" : "labelled_original";
        Column accepted = col("standing").and(col(Cleaned.FAILURE).isNull());
        return counted.withColumn(
                        Cleaned.FAILURE,
                        coalesce(col(Cleaned.FAILURE), RowChecks.failure(rejected, Reason.CONFLICTING_LABEL, detail)))
                .withColumn(Cleaned.COPY, col(Cleaned.COLLAPSED).or(accepted.and(order.notEqual(col(original)))))
                .withColumn(
                        Cleaned.LABELLED_COPY,
                        col(Cleaned.COLLAPSED).or(accepted.and(order.notEqual(col("labelled_original")))))
                .drop("standing", "votes", "winner", "first", "last", "original", "labelled_original");
    }

    private static Column not(String flag) {
        return col(flag).equalTo(false);
    }

    private static Column quotes(Column text) {
        return concat(lit("'"), text, lit("'"));
    }
}
