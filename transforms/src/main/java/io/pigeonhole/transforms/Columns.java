package io.pigeonhole.transforms;

import static org.apache.spark.sql.functions.col;

import java.util.Set;
import org.apache.spark.sql.Column;

/** Names of the columns that tables share. */
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

    /** The top-level column of exactly this name, which may hold any character. */
    public static Column named(String name) {
        return col(quoted(name));
    }
}
