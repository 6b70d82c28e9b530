package io.pigeonhole.jobs.extract;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.examples.DataContract;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.sources.Access;
import io.pigeonhole.jobs.sources.IncrementalSource;
import io.pigeonhole.jobs.sources.Source;
import io.pigeonhole.jobs.sources.SourceRows;
import io.pigeonhole.jobs.sources.Sources;
import io.pigeonhole.transforms.Taxonomies;
import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.cleaning.Cleaned;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows of all sources in one table, in the form that the data contract checks. */
final class RawRows {

    private static final Logger LOG = LoggerFactory.getLogger(RawRows.class);

    private RawRows() {}

    /**
     * Reads all sources and adds figures for each source under its name.
     *
     * @param positions receives the positions read of incremental sources
     */
    static Dataset<Row> read(
            Session session, SourceContract contract, Positions positions, Map<String, Double> figures) {
        Dataset<Row> all = null;
        for (SourceConfig source : session.config().sources()) {
            session.progress().phase("reading source " + source.name());
            SourceRows rows = read(Sources.of(Access.of(session), source), contract, positions);
            rows.increment().ifPresent(increment -> {
                session.progress().update("source " + source.name() + ", " + increment.text());
                LOG.info("source '{}': {}", source.name(), increment.text());
            });
            rows.figures().forEach((name, value) -> figures.put(source.name() + "_" + name, value));
            Dataset<Row> arrays = DataContract.vectorsAsArrays(rows.raw());
            all = all == null ? arrays : union(all, arrays, source.name());
        }
        Dataset<Row> raw = Objects.requireNonNull(all);
        return positions.areKept()
                ? raw.withColumn(Cleaned.REPLACES, coalesce(col(Cleaned.REPLACES), lit(false)))
                : raw;
    }

    private static SourceRows read(Source source, SourceContract contract, Positions positions) {
        Optional<IncrementalSource> incremental = source.incremental();
        if (incremental.isEmpty()) {
            return source.read(contract::check);
        }
        IncrementalSource some = incremental.get();
        SourceRows rows = some.read(contract::check, positions.before(some));
        positions.add(some, rows.increment().orElseThrow());
        return rows;
    }

    private static Dataset<Row> union(Dataset<Row> all, Dataset<Row> next, String name) {
        for (StructField field : next.schema().fields()) {
            for (StructField other : all.schema().fields()) {
                if (field.name().equals(other.name()) && !field.dataType().sameType(other.dataType())) {
                    throw ExtractErrors.typesDiffer(field, other, name);
                }
            }
        }
        return all.unionByName(next, true);
    }

    /** The examples, each with a path. */
    static Dataset<Row> withPaths(Dataset<Row> examples, Optional<Taxonomy> taxonomy) {
        if (taxonomy.isEmpty()) {
            return examples.withColumn(
                    "path", coalesce(col("path"), when(col("label").isNotNull(), array(col("label")))));
        }
        List<Row> paths = taxonomy.get().paths().entrySet().stream()
                .map(entry -> RowFactory.create(entry.getKey(), entry.getValue().toArray(String[]::new)))
                .toList();
        Dataset<Row> lookup = examples.sparkSession()
                .createDataFrame(paths, StructType.fromDDL("label STRING, taxonomy_path ARRAY<STRING>"));
        return examples.join(broadcast(lookup), new String[] {"label"}, "left")
                .withColumn("path", col("taxonomy_path"))
                .drop("taxonomy_path");
    }

    /** The configured taxonomy table as a tree of these labels; empty if none is configured. */
    static Optional<Taxonomy> taxonomy(Session session, Collection<String> labels) {
        return session.config()
                .labels()
                .taxonomy()
                .map(table -> Taxonomies.fromPairs(
                        Sources.taxonomy(Access.of(session), table).stream()
                                .map(row -> new Taxonomies.Link(
                                        row.label(), row.parent().orElse(null)))
                                .toList(),
                        List.copyOf(labels)));
    }
}
