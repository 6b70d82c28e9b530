package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.LabelsConfig.TaxonomyTable;
import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Opens sources, and other tables that the configuration names. Each method throws a {@link PipelineException} where a source is not there or not as configured. */
public final class Sources {

    private static final String TAXONOMY = "taxonomy";
    private static final String OTHER_EXAMPLES = "The table of examples to score (score.examples)";

    private Sources() {}

    /** The source that an entry of the configuration describes. */
    public static Source of(SparkSession spark, SourceConfig config) {
        if (config instanceof SourceConfig.Cldr cldr) {
            return new CldrSource(spark, cldr);
        }
        if (config instanceof SourceConfig.Idx idx) {
            return new IdxSource(spark, idx);
        }
        return new SparkSource(spark, (SourceConfig.Spark) config);
    }

    /** What {@link #taxonomy} would read, without reading it. */
    public static List<Input> inputs(SparkSession spark, TaxonomyTable table) {
        return inputs(spark, owner(table), TAXONOMY, table.read());
    }

    /** The rows of a table of the shape of {@code examples}, to be scored. */
    public static Dataset<Row> otherExamples(SparkSession spark, Reading reading) {
        Relation relation = Relation.open(spark, OTHER_EXAMPLES, reading);
        relation.require(List.of(Columns.EXAMPLE_ID));
        return relation.rows();
    }

    /** What {@link #otherExamples} would read, without reading it. */
    public static List<Input> inputs(SparkSession spark, Reading reading) {
        return inputs(spark, OTHER_EXAMPLES, "examples", reading);
    }

    /**
     * The rows of any other table.
     *
     * @param owner whose reading it is, as error messages begin
     * @param columns that it must have
     */
    public static Dataset<Row> table(SparkSession spark, String owner, Reading reading, List<String> columns) {
        Relation relation = Relation.open(spark, owner, reading);
        relation.require(columns);
        return relation.rows();
    }

    /** Checks that a taxonomy table can be opened and has its two columns. */
    public static void checkTaxonomy(SparkSession spark, TaxonomyTable table) {
        parentages(spark, table);
    }

    /** The distinct rows of a taxonomy table in order, labels and parents trimmed; an empty parent is none. */
    public static List<Parentage> taxonomy(SparkSession spark, TaxonomyTable table) {
        List<Row> rows = parentages(spark, table).distinct().collectAsList();
        if (rows.stream().anyMatch(row -> row.isNullAt(0))) {
            throw SourcesErrors.noLabels(owner(table), table.labelColumn());
        }
        return rows.stream()
                .map(row -> new Parentage(row.getString(0), Optional.ofNullable(row.getString(1))))
                .sorted((a, b) -> {
                    int order = a.label().compareTo(b.label());
                    return order != 0
                            ? order
                            : a.parent().orElse("").compareTo(b.parent().orElse(""));
                })
                .toList();
    }

    private static Dataset<Row> parentages(SparkSession spark, TaxonomyTable table) {
        Relation relation = Relation.open(spark, owner(table), table.read());
        relation.require(List.of(table.labelColumn(), table.parentColumn()));
        return relation.rows().select(trimmed(table.labelColumn()), trimmed(table.parentColumn()));
    }

    private static Column trimmed(String column) {
        Column text = functions.trim(Columns.named(column).cast("string"));
        return functions.nullif(text, functions.lit(""));
    }

    /**
     * What {@link #table} would read, without reading it.
     *
     * @param name under which it stands among the inputs of a run
     */
    public static List<Input> inputs(SparkSession spark, String owner, String name, Reading reading) {
        return Inventory.of(Relation.openForInputs(spark, owner, reading).rows())
                .inputs(name);
    }

    /** How error messages about a source begin. */
    static String owner(SourceConfig source) {
        return "Source '" + source.name() + "'";
    }

    private static String owner(TaxonomyTable table) {
        return "The taxonomy table (" + table.labelColumn() + ", " + table.parentColumn() + ")";
    }

    /**
     * Where a failure comes of a file of a source that was opened and then could not be read to its end, says so.
     *
     * @throws PipelineException (data contract) in that case alone
     */
    public static void throwExplained(Exception failure) {
        ReadFailures.ofRows(failure).ifPresent(explained -> {
            throw explained;
        });
    }
}
