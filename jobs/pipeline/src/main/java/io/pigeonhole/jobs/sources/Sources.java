package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.ColumnMapping;
import io.pigeonhole.jobs.configuration.LabelsConfig.TaxonomyTable;
import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.cleaning.Labels;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Opens sources and other tables of the configuration. Each method throws a {@link PipelineException} if a source does
 * not exist or does not match its configuration.
 */
public final class Sources {

    private static final String TAXONOMY = "taxonomy";
    private static final String OTHER_EXAMPLES = "The table of examples to score (score.examples)";

    private Sources() {}

    /** The source of an entry of the configuration. */
    public static Source of(Access access, SourceConfig config) {
        if (config instanceof SourceConfig.Cldr cldr) {
            return new CldrSource(access.sparks(), cldr);
        }
        if (config instanceof SourceConfig.Idx idx) {
            return new IdxSource(access, idx);
        }
        return new SparkSource(access, (SourceConfig.Spark) config);
    }

    /** The inputs of {@link #taxonomy}, without reading them. */
    public static List<Input> inputs(Access access, TaxonomyTable table) {
        return inputs(access, owner(table), TAXONOMY, table.read());
    }

    /** The rows to score of a table with the columns of {@code examples}. */
    public static Dataset<Row> otherExamples(Access access, Reading reading) {
        Relation relation = Relation.open(access.spark(), OTHER_EXAMPLES, reading);
        relation.require(List.of(Columns.EXAMPLE_ID));
        relation.refuseDamaged();
        return relation.plain();
    }

    /**
     * The rows of a source that are to be scored. Columns that only training needs may be missing.
     *
     * @param features columns of the features, which must be there
     */
    public static Dataset<Row> toScore(Access access, SourceConfig.Spark source, List<String> features) {
        Relation relation = Relation.open(
                access.spark(), owner(source), source.read(), source.columns().id());
        ColumnMapping columns = source.columns()
                .resolved(List.of(relation.plain().columns()))
                .without(name -> relation.field(name).isEmpty(), features);
        return ReadFailures.explain(owner(source), source.read(), () -> Mapping.map(source.name(), relation, columns));
    }

    /** The inputs of {@link #otherExamples}, without reading them. */
    public static List<Input> inputs(Access access, Reading reading) {
        return inputs(access, OTHER_EXAMPLES, "examples", reading);
    }

    /**
     * The rows of any other table.
     *
     * @param owner owner of the reading, which begins error messages
     * @param columns that the table must have
     */
    public static Dataset<Row> table(Access access, String owner, Reading reading, List<String> columns) {
        Relation relation = Relation.open(access.spark(), owner, reading);
        relation.require(columns);
        relation.refuseDamaged();
        return relation.plain();
    }

    /** Checks that a taxonomy table can be opened and has its two columns. */
    public static void checkTaxonomy(Access access, TaxonomyTable table) {
        parentages(access, table);
    }

    /** The distinct rows of a taxonomy table in order, labels and parents trimmed; an empty parent counts as absent. */
    public static List<Parentage> taxonomy(Access access, TaxonomyTable table) {
        List<Row> rows = parentages(access, table).distinct().collectAsList();
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

    private static Dataset<Row> parentages(Access access, TaxonomyTable table) {
        Relation relation = Relation.open(access.spark(), owner(table), table.read());
        relation.require(List.of(table.labelColumn(), table.parentColumn()));
        relation.refuseDamaged();
        return relation.rows().select(label(relation, table.labelColumn()), label(relation, table.parentColumn()));
    }

    private static Column label(Relation relation, String column) {
        Relation.Field field = relation.field(column).orElseThrow();
        return Labels.of(field.column(), field.type());
    }

    /**
     * The inputs of {@link #table}, without reading them.
     *
     * @param name of the input in a run
     */
    public static List<Input> inputs(Access access, String owner, String name, Reading reading) {
        return Inventory.of(access, owner, reading).inputs(name);
    }

    /** The beginning of error messages about a source. */
    static String owner(SourceConfig source) {
        return "Source '" + source.name() + "'";
    }

    private static String owner(TaxonomyTable table) {
        return "The taxonomy table (" + table.labelColumn() + ", " + table.parentColumn() + ")";
    }

    /**
     * Explains a failure that is caused by a source file that was opened but could not be read to its end.
     *
     * @throws PipelineException (data contract) in that case alone
     */
    public static void throwExplained(Exception failure) {
        ReadFailures.ofRows(failure).ifPresent(explained -> {
            throw explained;
        });
    }
}
