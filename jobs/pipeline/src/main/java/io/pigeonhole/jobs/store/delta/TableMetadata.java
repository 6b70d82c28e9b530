package io.pigeonhole.jobs.store.delta;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaOperations;
import org.apache.spark.sql.delta.OptimisticTransaction;
import org.apache.spark.sql.delta.actions.Action;
import org.apache.spark.sql.delta.actions.Metadata;
import org.apache.spark.sql.delta.catalog.DeltaTableV2;
import org.apache.spark.sql.delta.catalog.DeltaTableV2$;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Map$;
import scala.jdk.javaapi.CollectionConverters;

/** The columns, comment and properties of a Delta table at the time of opening. */
public final class TableMetadata {

    private static final String OPERATION = "UPDATE SCHEMA";

    private final DeltaTableV2 table;
    private final Metadata metadata;

    private TableMetadata(DeltaTableV2 table) {
        this.table = table;
        this.metadata = table.initialSnapshot().metadata();
    }

    /** The metadata of the table in a folder. */
    public static TableMetadata of(SparkSession spark, Path folder) {
        return new TableMetadata(
                DeltaTableV2$.MODULE$.apply(spark, folder, Map$.MODULE$.<String, String>empty(), OPERATION));
    }

    /**
     * The metadata of a table in a catalog.
     *
     * @param schema prefixed by the catalog's name and a dot, unless the catalog is Spark's own
     */
    public static TableMetadata of(SparkSession spark, String schema, String name) {
        return new TableMetadata(DeltaTableV2$.MODULE$.apply(spark, TableLog.identifier(schema, name), OPERATION));
    }

    public StructType columns() {
        return metadata.schema();
    }

    public String comment() {
        return Optional.ofNullable(metadata.description()).orElse("");
    }

    public Map<String, String> properties() {
        return new TreeMap<>(metadata.getConfiguration());
    }

    /**
     * Replaces all three in one commit. It changes no row, and conflicts with every concurrent commit.
     *
     * @param check runs right before the commit
     */
    public void replace(StructType columns, String comment, Map<String, String> properties, Runnable check) {
        OptimisticTransaction transaction = table.startTransactionWithInitialSnapshot();
        transaction.readWholeTable();
        transaction.updateMetadata(
                metadata.copy(
                        metadata.id(),
                        metadata.name(),
                        comment,
                        metadata.format(),
                        columns.json(),
                        metadata.partitionColumns(),
                        scala.collection.immutable.Map.from(CollectionConverters.asScala(properties)),
                        metadata.createdTime()),
                false);
        check.run();
        transaction.commit(
                CollectionConverters.asScala(List.<Action>of()).toList(),
                new DeltaOperations.UpdateSchema(metadata.schema(), columns));
    }
}
