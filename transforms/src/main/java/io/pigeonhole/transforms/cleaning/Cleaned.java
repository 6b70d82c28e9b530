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
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Raw rows, judged.
 *
 * @param judged every raw row with its verdict, from which all else here is derived; worth persisting while more than one
 *     part is used
 */
public record Cleaned(Dataset<Row> judged) {

    static final String SPELLED = "__spelled";
    static final String FEATURES_HASH = "__features_hash";
    static final String WITHOUT_ID = "__without_id";
    static final String FAILURE = "__failure";
    static final String CLASS = "__class";
    static final String COPIES = "__copies";
    static final String COLLAPSED = "__collapsed";
    static final String CONFLICT = "__conflict";

    private static final List<String> LEADING =
            List.of(EXAMPLE_ID, LABEL, PATH, EVENT_TIME, LABEL_TIME, SOURCE, CONTENT_HASH);
    private static final Set<String> LEFT_OUT =
            Set.of(RAW, PARSE_ERROR, SPELLED, FEATURES_HASH, WITHOUT_ID, FAILURE, CLASS, COPIES, COLLAPSED, CONFLICT);

    /**
     * The accepted rows: example_id, label, path, event_time, label_time, source, content_hash, then the feature columns
     * and all others in their order.
     */
    public Dataset<Row> examples() {
        Column[] columns = Stream.concat(
                        LEADING.stream(),
                        Arrays.stream(judged.columns())
                                .filter(column -> !LEADING.contains(column) && !LEFT_OUT.contains(column)))
                .map(name -> named(name))
                .toArray(Column[]::new);
        return judged.where(col(FAILURE).isNull().and(col(COLLAPSED).equalTo(false)))
                .select(columns);
    }

    /** The rejected rows: source, reason, detail, raw and the label as the source spells it. */
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
        Column reason = col(FAILURE).getField(REASON);
        List<Row> groups = judged.groupBy(col(CLASS).as(LABEL), reason.as(REASON))
                .agg(
                        functions.count(lit(1)),
                        sum(when(col(COLLAPSED), 1L).otherwise(0L)),
                        sum(when(col(CONFLICT), 1L).otherwise(0L)),
                        min(col(FAILURE).getField(DETAIL)))
                .collectAsList();
        return CleaningCounts.of(groups);
    }
}
