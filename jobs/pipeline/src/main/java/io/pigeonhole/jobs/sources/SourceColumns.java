package io.pigeonhole.jobs.sources;

/** The columns that the rows of every source begin with, whatever the source; the mapped fields follow. */
public final class SourceColumns {

    /** STRING: name of the source. */
    public static final String SOURCE = "source";

    /** STRING: the row as it was read, as JSON; columns that are null are not in it. */
    public static final String RAW = "raw";

    /** STRING: identifies the example; null where the source has no id. */
    public static final String EXAMPLE_ID = "example_id";

    /** STRING: the class as the source spells it; null where it has none. */
    public static final String LABEL = "label";

    /** ARRAY of STRING: top level to leaf; null where the source gives a label without its path. */
    public static final String PATH = "path";

    /** TIMESTAMP: when what the row describes happened. */
    public static final String EVENT_TIME = "event_time";

    /** TIMESTAMP: when the label became known. */
    public static final String LABEL_TIME = "label_time";

    /** STRING: the values of the row that could not be read, and why; null where there is none. */
    public static final String PARSE_ERROR = "parse_error";

    private SourceColumns() {}
}
