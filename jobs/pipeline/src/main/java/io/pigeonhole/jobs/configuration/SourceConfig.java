package io.pigeonhole.jobs.configuration;

/** One source of examples. */
public sealed interface SourceConfig {

    /** Name of the source, as the tables show it. */
    String name();

    /** Anything Spark reads. */
    record Spark(String name, Reading read, ColumnMapping columns) implements SourceConfig {}

    /**
     * The Unicode CLDR locale data that the JDK itself carries: short texts (column {@code text}), the language they
     * are written in as label, its script as parent.
     *
     * @param minimumPerLanguage languages with fewer texts are left out
     */
    record Cldr(String name, int minimumPerLanguage) implements SourceConfig {}
}
