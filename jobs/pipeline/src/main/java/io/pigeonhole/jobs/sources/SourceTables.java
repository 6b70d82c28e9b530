package io.pigeonhole.jobs.sources;

import static io.pigeonhole.jobs.store.TableDefinition.column;
import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;

import io.pigeonhole.jobs.store.TableDefinition;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;

/** The tables about the sources: their contents, and the positions up to which they were read. */
public final class SourceTables {

    public static final TableDefinition SOURCE_COLUMNS = new TableDefinition(
            "source_columns",
            "One row per column of a source, as extract found it last, and which run found it first",
            List.of("source", "name"),
            new StructType()
                    .add(column("source", StringType, "Configured source"))
                    .add(column("name", StringType, "Column of the source"))
                    .add(column("type", StringType, "Its type in Spark SQL"))
                    .add(column("mapped", BooleanType, "Whether the configuration maps it, so that it must stay"))
                    .add(column(
                            "configuration_hash",
                            StringType,
                            "SHA-256 over the source's configuration; under another one, columns may be others"))
                    .add(TableDefinition.RUN_ID),
            Map.of("type_present", "length(type) > 0"));

    public static final TableDefinition SOURCE_POSITIONS = new TableDefinition(
            "source_positions",
            "One row per file or table version that a run of extract read of an incremental source",
            List.of("run_id", "source", "path"),
            new StructType()
                    .add(column("source", StringType, "Configured source"))
                    .add(column(
                            "configuration_hash",
                            StringType,
                            "SHA-256 over all that decides what becomes of its rows; under another one, all is read"
                                    + " again"))
                    .add(column("kind", StringType, "What was read: file, version, or nothing where nothing was new"))
                    .add(column("path", StringType, "The file, or the folder of the Delta table; null for nothing"))
                    .add(column("length", LongType, "Bytes of the file; null for a version"))
                    .add(column("modified_at", TimestampType, "When the file was last changed; null for a version"))
                    .add(column("table_id", StringType, "Delta's id of the table; null for a file"))
                    .add(column("version", LongType, "Delta version up to which was read; null for a file"))
                    .add(
                            column(
                                    "number",
                                    LongType,
                                    "Counts the runs that read the source, from 1; of several rows of a path the last one holds"))
                    .add(TableDefinition.RUN_ID),
            Map.of(
                    "known_kind",
                    "kind IN ('file', 'version', 'nothing')",
                    "file_state",
                    "kind != 'file' OR (path IS NOT NULL AND length >= 0 AND modified_at IS NOT NULL)",
                    "version_read",
                    "kind != 'version' OR (path IS NOT NULL AND table_id IS NOT NULL AND version >= 0)"));

    private SourceTables() {}
}
