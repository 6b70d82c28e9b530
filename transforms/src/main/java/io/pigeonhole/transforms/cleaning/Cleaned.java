package io.pigeonhole.transforms.cleaning;

import static io.pigeonhole.transforms.Columns.CONTENT_HASH;
import static io.pigeonhole.transforms.Columns.DETAIL;
import static io.pigeonhole.transforms.Columns.EVENT_TIME;
import static io.pigeonhole.transforms.Columns.EXAMPLE_ID;
import static io.pigeonhole.transforms.Columns.LABEL;
import static io.pigeonhole.transforms.Columns.LABEL_TIME;
import static io.pigeonhole.transforms.Columns.PARSE_ERROR;
import static io.pigeonhole.transforms.Columns.PATH;
import static io.pigeonhole.transforms.Columns.RAW;
import static io.pigeonhole.transforms.Columns.REASON;
import static io.pigeonhole.transforms.Columns.SOURCE;
import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.try_element_at;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.transforms.PipelineException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/**
 * Raw rows with their verdicts.
 *
 * @param judged every raw row with its verdict, except the rows in {@code apart}; persist it if more than one part is
 *     used
 * @param apart rows accepted without a comparison with others; empty if all rows were compared
 */
public record Cleaned(Dataset<Row> judged, Optional<UniqueRows> apart) {

    /** Column of raw rows: whether a row replaces the earlier accepted row with its id. */
    public static final String REPLACES = "__replaces";

    static final String SPELLED = "__spelled";
    static final String FEATURES_HASH = "__features_hash";
    static final String WITHOUT_ID = "__without_id";
    static final String FAILURE = "__failure";
    static final String CLASS = "__class";
    static final String COPIES = "__copies";
    static final String COLLAPSED = "__collapsed";
    static final String CONFLICT = "__conflict";
    /** Whether the features are those of another row that is not rejected. */
    static final String COPY = "__copy";
    /** Whether features and label are those of another row that is not rejected. */
    static final String LABELLED_COPY = "__labelled_copy";

    private static final List<String> LEADING =
            List.of(EXAMPLE_ID, LABEL, PATH, EVENT_TIME, LABEL_TIME, SOURCE, CONTENT_HASH);
    private static final Set<String> LEFT_OUT = Set.of(
            RAW,
            PARSE_ERROR,
            REPLACES,
            SPELLED,
            FEATURES_HASH,
            WITHOUT_ID,
            FAILURE,
            CLASS,
            COPIES,
            COLLAPSED,
            CONFLICT,
            COPY,
            LABELLED_COPY);

    public Cleaned(Dataset<Row> judged) {
        this(judged, Optional.empty());
    }

    /** The same, persisted. */
    public Cleaned persist(StorageLevel level) {
        return new Cleaned(judged.persist(level), apart);
    }

    /**
     * The accepted rows: example_id, label, path, event_time, label_time, source, content_hash, then the feature
     * columns and all others in their order.
     */
    public Dataset<Row> examples() {
        Column[] columns = Stream.concat(
                        LEADING.stream(),
                        Arrays.stream(judged.columns())
                                .filter(column -> !LEADING.contains(column) && !LEFT_OUT.contains(column)))
                .map(name -> named(name))
                .toArray(Column[]::new);
        Dataset<Row> compared = judged.where(
                        col(FAILURE).isNull().and(col(COLLAPSED).equalTo(false)))
                .select(columns);
        return apart.map(others -> compared.union(others.rows().select(columns)))
                .orElse(compared);
    }

    /**
     * The same with the rows rejected that have another path than their class should have.
     *
     * @param places the path of each class that has rows with another one; at least one class
     */
    public Cleaned onlyAt(Map<String, List<String>> places) {
        Dataset<Row> all = apart.map(others -> judged.unionByName(others.rows()
                        .withColumn(COPIES, lit(1L))
                        .withColumn(COLLAPSED, lit(false))
                        .withColumn(CONFLICT, lit(false))
                        .withColumn(COPY, lit(false))
                        .withColumn(LABELLED_COPY, lit(false))))
                .orElse(judged);
        Column[] entries = places.entrySet().stream()
                .flatMap(place ->
                        Stream.of(lit(place.getKey()), lit(place.getValue().toArray(String[]::new))))
                .toArray(Column[]::new);
        Column place = try_element_at(map(entries), col(LABEL));
        Column own = coalesce(col(PATH), array(col(LABEL)));
        Column failure = RowChecks.failure(
                col(COLLAPSED).equalTo(false).and(own.notEqual(place)),
                Reason.OTHER_PARENT,
                concat(
                        lit("the path is "),
                        concat_ws(" / ", own),
                        lit(", but that of most rows is "),
                        concat_ws(" / ", place)));
        return new Cleaned(all.withColumn(FAILURE, coalesce(col(FAILURE), failure)));
    }

    /** The rejected rows: source, reason, detail, raw and the label in the source's spelling. */
    public Dataset<Row> rejects() {
        return judged.where(col(FAILURE).isNotNull())
                .select(
                        col(SOURCE),
                        col(FAILURE).getField(REASON).as(REASON),
                        col(FAILURE).getField(DETAIL).as(DETAIL),
                        col(RAW),
                        col(SPELLED).as(LABEL));
    }

    /** Counts everything, in one aggregation. */
    public CleaningCounts count() {
        return count(Integer.MAX_VALUE / (Reason.values().length + 1) - 1);
    }

    /**
     * Counts everything, in one aggregation.
     *
     * @throws PipelineException (data contract) if there are more than {@code mostClasses} classes; only so many are
     *     collected
     */
    public CleaningCounts count(int mostClasses) {
        Column reason = col(FAILURE).getField(REASON);
        Dataset<Row> groups = judged.groupBy(col(CLASS).as(LABEL), reason.as(REASON), col(PATH))
                .agg(
                        functions.count(lit(1)).as("rows"),
                        sum(when(col(COLLAPSED), 1L).otherwise(0L)).as("collapsed"),
                        sum(when(col(CONFLICT), 1L).otherwise(0L)).as("conflicting"),
                        min(col(FAILURE).getField(DETAIL)).as(DETAIL),
                        sum(when(col(COPY), 1L).otherwise(0L)).as("copies"),
                        sum(when(col(LABELLED_COPY), 1L).otherwise(0L)).as("labelled_copies"))
                .select(LABEL, REASON, "rows", "collapsed", "conflicting", DETAIL, PATH, "copies", "labelled_copies");
        List<Row> all = Stream.concat(
                        collected(groups, mostClasses).stream(),
                        apart.stream().flatMap(others -> others.counts(mostClasses).stream()))
                .toList();
        long classes = all.stream()
                .filter(group -> !group.isNullAt(0))
                .map(group -> group.getString(0))
                .distinct()
                .count();
        if (classes > mostClasses) {
            throw tooMany(all, mostClasses);
        }
        return CleaningCounts.of(all);
    }

    /**
     * Collects the groups; a class with rejects has several. Stops as soon as there are more than {@code mostClasses}
     * classes.
     */
    private static List<Row> collected(Dataset<Row> groups, int mostClasses) {
        List<Row> first = groups.limit(mostClasses + 1).collectAsList();
        if (first.size() <= mostClasses) {
            return first;
        }
        List<Row> classes = groups.select(LABEL)
                .where(col(LABEL).isNotNull())
                .distinct()
                .limit(mostClasses + 1)
                .collectAsList();
        if (classes.size() > mostClasses) {
            throw tooMany(classes, mostClasses);
        }
        return groups.collectAsList();
    }

    private static PipelineException tooMany(List<Row> groups, int mostClasses) {
        return PipelineException.dataContract("The rows have more than " + mostClasses + " classes, such as '"
                + groups.stream()
                        .filter(group -> !group.isNullAt(0))
                        .findFirst()
                        .orElseThrow()
                        .getString(0)
                + "'. Most likely the column of the labels is an id or a free text: correct the mapping of the"
                + " columns. If there are so many, raise labels.most_classes.");
    }
}
