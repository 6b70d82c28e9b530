package io.pigeonhole.transforms.cleaning;

import static io.pigeonhole.transforms.Columns.CONTENT_HASH;
import static io.pigeonhole.transforms.Columns.EXAMPLE_ID;
import static io.pigeonhole.transforms.Columns.LABEL;
import static io.pigeonhole.transforms.Columns.PARSE_ERROR;
import static io.pigeonhole.transforms.Columns.RAW;
import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Compares arriving rows with the examples accepted before, as if all had arrived together. A row that replaces an
 * example is not compared with it.
 */
final class EarlierExamples {

    private static final String KNOWN = "__known";
    private static final String KNOWN_HASH = "__known_hash";
    private static final String REPLACED = "__replaced";
    private static final String SOUND = "__sound";
    private static final String SAME_ID = "__same_id";
    private static final String SAME_FEATURES = "__same_features";

    private EarlierExamples() {}

    /**
     * Adds verdicts to rows that passed through the checks one by one, by comparison with each other and with the
     * examples.
     *
     * @param rows with the column {@link Cleaned#REPLACES}
     * @param examples with the features and fields of the rows, as {@link Cleaned#examples} gives them
     */
    static Dataset<Row> compare(Dataset<Row> rows, Dataset<Row> examples, CleaningRules rules) {
        Dataset<Row> arriving = rows.withColumn(KNOWN, lit(false));
        Dataset<Row> all = arriving.unionByName(alike(judged(arriving.schema(), examples, rules), rows));
        return Cleaning.compare(withoutReplaced(all), rules)
                .where(not(col(KNOWN)))
                .drop(KNOWN);
    }

    /** The examples in the form of rows that passed all checks. */
    private static Dataset<Row> judged(StructType schema, Dataset<Row> examples, CleaningRules rules) {
        List<String> present = Arrays.asList(examples.columns());
        Column featuresHash = Contents.hash(examples.schema(), rules.featureColumns());
        Column[] columns = Arrays.stream(schema.fields())
                .map(field -> value(field, present, featuresHash)
                        .cast(field.dataType())
                        .as(field.name()))
                .toArray(Column[]::new);
        return examples.select(columns);
    }

    private static Column value(StructField field, List<String> present, Column featuresHash) {
        return switch (field.name()) {
            // among equal rows the first in order stays, so that equal input leaves the table unchanged
            case RAW -> lit("");
            case PARSE_ERROR, Cleaned.FAILURE -> lit(null);
            case Cleaned.SPELLED, Cleaned.CLASS -> col(LABEL);
            case Cleaned.FEATURES_HASH -> featuresHash;
            case Cleaned.WITHOUT_ID -> col(EXAMPLE_ID).equalTo(substring(col(CONTENT_HASH), 1, Cleaning.ID_LENGTH));
            case Cleaned.REPLACES -> lit(false);
            case KNOWN -> lit(true);
            default -> present.contains(field.name()) ? named(field.name()) : lit(null);
        };
    }

    /** The examples that share an id or features with one of the rows. */
    private static Dataset<Row> alike(Dataset<Row> examples, Dataset<Row> rows) {
        Dataset<Row> sound = rows.where(col(Cleaned.FAILURE).isNull());
        return flagged(flagged(examples, sound, EXAMPLE_ID, SAME_ID), sound, Cleaned.FEATURES_HASH, SAME_FEATURES)
                .where(col(SAME_ID).or(col(SAME_FEATURES)))
                .drop(SAME_ID, SAME_FEATURES);
    }

    private static Dataset<Row> flagged(Dataset<Row> examples, Dataset<Row> rows, String key, String flag) {
        Dataset<Row> keys = rows.select(key).distinct().withColumn(flag, lit(true));
        return examples.join(keys, new String[] {key}, "left").withColumn(flag, coalesce(col(flag), lit(false)));
    }

    /**
     * Leaves out the examples that a row of the same id replaces: a row of different content, or a row marked as a
     * replacement. Otherwise both would count as duplicates.
     */
    private static Dataset<Row> withoutReplaced(Dataset<Row> rows) {
        WindowSpec sameId = Window.partitionBy(col(SOUND), col(EXAMPLE_ID));
        Column replaces = col(Cleaned.REPLACES).or(col(CONTENT_HASH).notEqual(col(KNOWN_HASH)));
        return rows.withColumn(SOUND, col(Cleaned.FAILURE).isNull())
                .withColumn(KNOWN_HASH, max(when(col(KNOWN), col(CONTENT_HASH))).over(sameId))
                .withColumn(
                        REPLACED,
                        max(when(col(KNOWN), false).otherwise(replaces)).over(sameId))
                .where(not(col(KNOWN).and(col(REPLACED))))
                .drop(SOUND, KNOWN_HASH, REPLACED);
    }
}
