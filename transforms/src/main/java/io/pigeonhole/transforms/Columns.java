package io.pigeonhole.transforms;

import static org.apache.spark.sql.functions.col;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;

/** Names of the columns that tables share, and columns by their names. */
public final class Columns {

    public static final String EXAMPLE_ID = "example_id";
    public static final String LABEL = "label";
    public static final String PATH = "path";
    public static final String EVENT_TIME = "event_time";
    public static final String LABEL_TIME = "label_time";
    public static final String SOURCE = "source";
    public static final String RAW = "raw";
    public static final String PARSE_ERROR = "parse_error";
    public static final String CONTENT_HASH = "content_hash";
    /** A number that rows with equal features share. */
    public static final String CONTENT_KEY = "content_key";

    public static final String REASON = "reason";
    public static final String DETAIL = "detail";
    public static final String SPLIT = "split";
    public static final String FOLD = "fold";
    public static final String WEIGHT = "weight";
    public static final String RUN_ID = "run_id";

    /** The columns that every example has, whatever fields its sources have. */
    public static final Set<String> OF_EVERY_EXAMPLE =
            Set.of(EXAMPLE_ID, LABEL, PATH, EVENT_TIME, LABEL_TIME, SOURCE, RAW, PARSE_ERROR, CONTENT_HASH, RUN_ID);

    private Columns() {}

    /** A name quoted for Spark's parser, so that it may hold any character. */
    public static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /** The columns of some rows, but for those of some names. */
    public static Column[] allBut(Dataset<?> rows, String... names) {
        List<String> left = List.of(names);
        return Arrays.stream(rows.columns())
                .filter(name -> !left.contains(name))
                .map(Columns::named)
                .toArray(Column[]::new);
    }

    /** Some columns, and more after them. */
    public static Column[] with(Column[] columns, Column... more) {
        return Stream.concat(Arrays.stream(columns), Arrays.stream(more)).toArray(Column[]::new);
    }

    /** The top-level column of exactly this name, which may hold any character. */
    public static Column named(String name) {
        return col(quoted(name));
    }
}
