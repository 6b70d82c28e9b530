package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.LabelsConfig.TaxonomyTable;
import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.cleaning.Cleaned;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** Opens sources. Each method throws a {@link PipelineException} where a source is not there or not as configured. */
public final class Sources {

    private static final String TAXONOMY = "taxonomy";
    private static final String OTHER_EXAMPLES = "The table of examples to score (score.examples)";

    private Sources() {}

    /** Looks at the columns of a source before they are mapped. */
    @FunctionalInterface
    public interface Check {
        void of(SourceConfig.Spark source, StructType columns);
    }

    /** The rows of a source, mapped; they are read when the data set is used. */
    public static SourceRows read(SparkSession spark, SourceConfig source) {
        return read(spark, source, (of, columns) -> {});
    }

    /**
     * The same.
     *
     * @param check made where Spark reads the source; its columns are not ours to choose then
     */
    public static SourceRows read(SparkSession spark, SourceConfig source, Check check) {
        if (source instanceof SourceConfig.Cldr cldr) {
            return CldrSource.read(spark, cldr);
        }
        if (source instanceof SourceConfig.Idx idx) {
            return IdxSource.read(spark, owner(idx), idx);
        }
        SourceConfig.Spark configured = (SourceConfig.Spark) source;
        Relation relation = Relation.open(spark, owner(source), configured.read());
        check.of(configured, relation.rows().schema());
        Inventory inventory = Inventory.of(relation.rows());
        return new SourceRows(map(relation, configured), inventory.inputs(source.name()), inventory.figures());
    }

    /**
     * What is new in an incremental source, found without reading rows.
     *
     * @throws PipelineException (configuration) if the source does not tell, and (data contract) if what the run has read of
     *     it is gone
     */
    public static Increment increment(SparkSession spark, SourceConfig.Spark source, ReadBefore before) {
        return Increments.of(spark, Relation.openForInputs(spark, owner(source), source.read()), source, before);
    }

    /**
     * The rows of what is new in an incremental source, each with the column {@link Cleaned#REPLACES}.
     *
     * @param check as in the methods above
     */
    public static SourceRows read(SparkSession spark, SourceConfig.Spark source, Check check, ReadBefore before) {
        Relation relation = Relation.open(spark, owner(source), source.read());
        check.of(source, relation.rows().schema());
        Increment increment = Increments.of(spark, relation, source, before);
        Dataset<Row> raw = increment.parts().stream()
                .map(part -> map(relation.with(part.rows()), source)
                        .withColumn(Cleaned.REPLACES, functions.lit(part.replaces())))
                .reduce(Dataset::unionByName)
                .orElseThrow();
        List<Input> inputs = Inventory.of(relation.rows()).inputs(source.name());
        return new SourceRows(raw, inputs, increment.figures(), Optional.of(increment));
    }

    /**
     * What {@link #read} would read, without reading it. A format that holds no schema is still scanned once where a
     * query needs one that is not given.
     */
    public static List<Input> inputs(SparkSession spark, SourceConfig source) {
        if (source instanceof SourceConfig.Cldr cldr) {
            return CldrSource.inputs(cldr);
        }
        if (source instanceof SourceConfig.Idx idx) {
            return IdxSource.inventory(spark, idx).inputs(idx.name());
        }
        SourceConfig.Spark configured = (SourceConfig.Spark) source;
        Relation relation = Relation.openForInputs(spark, owner(source), configured.read());
        if (configured.incremental()) {
            Increments.files(relation);
        }
        return Inventory.of(relation.rows()).inputs(source.name());
    }

    /** Whether an input is what was read of a source. */
    public static boolean isOf(SourceConfig source, Input input) {
        return input.name().equals(source.name()) || input.name().startsWith(source.name() + " (");
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

    /** Checks that a source can be opened and has the columns that are mapped; the columns of its mapped rows. */
    public static StructType schema(SparkSession spark, SourceConfig source) {
        if (source instanceof SourceConfig.Cldr) {
            return CldrSource.schema();
        }
        if (source instanceof SourceConfig.Idx idx) {
            return IdxSource.schema(spark, owner(idx), idx);
        }
        SourceConfig.Spark configured = (SourceConfig.Spark) source;
        Relation relation = Relation.open(spark, owner(source), configured.read());
        if (configured.incremental()) {
            Increments.files(relation);
        }
        return map(relation, configured).schema();
    }

    /** Checks that a taxonomy table can be opened and has its two columns. */
    public static void checkTaxonomy(SparkSession spark, TaxonomyTable table) {
        parentages(spark, table);
    }

    /** The distinct rows of a taxonomy table in order, labels and parents trimmed; an empty parent is none. */
    public static List<Parentage> taxonomy(SparkSession spark, TaxonomyTable table) {
        List<Row> rows = parentages(spark, table).distinct().collectAsList();
        if (rows.stream().anyMatch(row -> row.isNullAt(0))) {
            throw PipelineException.dataContract(owner(table) + " has rows without a label in column '"
                    + table.labelColumn() + "'. Give them one, or leave them out by a 'query'.");
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

    private static Dataset<Row> map(Relation relation, SourceConfig.Spark source) {
        return ReadFailures.explain(
                relation.owner(), source.read(), () -> Mapping.map(source.name(), relation, source.columns()));
    }

    private static String owner(SourceConfig source) {
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
