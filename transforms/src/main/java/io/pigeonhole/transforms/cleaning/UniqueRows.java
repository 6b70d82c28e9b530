package io.pigeonhole.transforms.cleaning;

import static io.pigeonhole.transforms.Columns.EXAMPLE_ID;
import static io.pigeonhole.transforms.Columns.LABEL;
import static io.pigeonhole.transforms.Columns.PATH;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * Rows that need no comparison with others: they pass all checks, and no other row has their id or their features. They
 * are found by 64-bit hashes, so only two numbers of each row are shuffled, whereas {@link Cleaning#clean} shuffles
 * whole rows twice. A hash collision only causes an unnecessary comparison. The result is the same, row for row.
 *
 * @param rows the rows with the verdict of the checks on each
 */
public record UniqueRows(Dataset<Row> rows) {

    private static final String ID_KEY = "__id_key";
    private static final String NO_ID = "__no_id";
    private static final String KIND = "__kind";
    private static final String KEY = "__key";
    private static final String TIMES = "__times";
    private static final String EXCLUDED = "__excluded";
    private static final String SAME_ID = "__same_id";
    private static final String SAME_FEATURES = "__same_features";

    /**
     * Judges every row as {@link Cleaning#clean} does, but compares only rows that share an id or features with others.
     * Reads the rows several times, so each read must return the same rows.
     *
     * @param mostShared largest number of shared ids, and of shared features, that this shortcut handles
     * @return empty if more are shared, rows lack an id, or a feature's type is not suited to hashing
     */
    public static Optional<Cleaned> clean(Dataset<Row> raw, CleaningRules rules, int mostShared) {
        StructType schema = raw.schema();
        if (!rules.featureColumns().stream()
                .allMatch(name -> isPlain(schema.apply(name).dataType()))) {
            return Optional.empty();
        }
        Dataset<Row> rows = Cleaning.judgeEach(raw, rules);
        Column id = xxhash64(col(EXAMPLE_ID));
        Column features = xxhash64(rules.featureColumns().stream()
                .map(name -> Contents.plain(schema, name))
                .toArray(Column[]::new));
        // the ids as they came, since making those that are missing costs a hash of the content
        Dataset<Row> both = Cleaning.judgeEach(
                        raw.withColumn(ID_KEY, id)
                                .withColumn(
                                        NO_ID, Labels.present(col(EXAMPLE_ID)).isNull()),
                        rules)
                .select(explode(array(
                                key(SAME_ID, col(ID_KEY), col(NO_ID)),
                                key(
                                        SAME_FEATURES,
                                        features,
                                        col(Cleaned.FAILURE).isNotNull())))
                        .as("key"))
                .select("key.*");
        List<Row> keys = keys(both).limit(2 * mostShared + 2).collectAsList();
        List<Row> sharedIds = of(SAME_ID, keys);
        List<Row> sharedFeatures = of(SAME_FEATURES, keys);
        if (sharedIds.size() > mostShared
                || sharedFeatures.size() > mostShared
                || sharedIds.stream().anyMatch(shared -> shared.getBoolean(2))) {
            return Optional.empty();
        }
        Dataset<Row> marked = marked(marked(rows, id, sharedIds, SAME_ID), features, sharedFeatures, SAME_FEATURES);
        Column isShared = col(SAME_ID).or(col(SAME_FEATURES));
        Dataset<Row> shared = marked.where(isShared).drop(SAME_ID, SAME_FEATURES);
        Dataset<Row> others = marked.where(isShared.equalTo(false)).drop(SAME_ID, SAME_FEATURES);
        return Optional.of(new Cleaned(Cleaning.compare(shared, rules), Optional.of(new UniqueRows(others))));
    }

    /** Types for which the hash and the content have the same notion of equality. */
    private static boolean isPlain(DataType type) {
        if (type instanceof ArrayType array) {
            return isPlain(array.elementType());
        }
        return type instanceof StringType
                || List.of(
                                DataTypes.DoubleType,
                                DataTypes.FloatType,
                                DataTypes.LongType,
                                DataTypes.IntegerType,
                                DataTypes.ShortType,
                                DataTypes.ByteType,
                                DataTypes.BooleanType,
                                DataTypes.BinaryType)
                        .contains(type);
    }

    /** One key of a row, of one kind. */
    private static Column key(String kind, Column key, Column excluded) {
        return struct(lit(kind).as(KIND), key.as(KEY), excluded.as(EXCLUDED));
    }

    private static List<Row> of(String kind, List<Row> keys) {
        return keys.stream().filter(key -> key.getString(0).equals(kind)).toList();
    }

    /** The keys that occur several times or in an excluded row, with a flag for the latter. */
    private static Dataset<Row> keys(Dataset<Row> rows) {
        return rows.groupBy(KIND, KEY)
                .agg(count(lit(1)).as(TIMES), max(EXCLUDED).as(EXCLUDED))
                .where(col(TIMES).gt(1).or(col(EXCLUDED)))
                .select(KIND, KEY, EXCLUDED);
    }

    /** Adds a flag to the rows: whether their key is one of {@code keys}. */
    private static Dataset<Row> marked(Dataset<Row> rows, Column key, List<Row> keys, String flag) {
        if (keys.isEmpty()) {
            return rows.withColumn(flag, lit(false));
        }
        Dataset<Row> few = rows.sparkSession()
                .createDataFrame(
                        keys,
                        new StructType().add(KIND, "string").add(KEY, "bigint").add(EXCLUDED, "boolean"))
                .select(col(KEY).as(flag));
        return rows.join(broadcast(few), key.equalTo(few.col(flag)), "left")
                .withColumn(flag, few.col(flag).isNotNull());
    }

    /** The input of {@link CleaningCounts}; at most one class more than {@code mostClasses}. */
    List<Row> counts(int mostClasses) {
        return rows.groupBy(col(Cleaned.CLASS).as(LABEL), col(PATH))
                .agg(count(lit(1)))
                .select(
                        col(LABEL),
                        lit(null).cast("string"),
                        col("count(1)"),
                        lit(0L),
                        lit(0L),
                        lit(null).cast("string"),
                        col(PATH),
                        lit(0L),
                        lit(0L))
                .limit(mostClasses + 1)
                .collectAsList();
    }
}
