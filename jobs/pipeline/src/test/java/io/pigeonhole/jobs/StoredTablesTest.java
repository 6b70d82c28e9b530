package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.pigeonhole.jobs.commands.Tables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of the tables: comments, constraints, keys, and access by any reader. */
class StoredTablesTest extends DeltaTest {

    private final Path store = TinyPipeline.undisturbed().store();

    @TempDir
    private Path folder = Path.of("none");

    static Stream<TableDefinition> tables() {
        return Tables.OF_A_RUN.stream();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void theTableIsStoredWithItsCommentsAndRules(TableDefinition definition) {
        Dataset<Row> stored = TinyPipeline.table(spark, store, definition);

        Map<String, String> comments = new TreeMap<>();
        for (var field : stored.schema().fields()) {
            comments.put(field.name(), field.getComment().getOrElse(() -> ""));
        }
        assertThat(comments.values()).noneMatch(String::isBlank);
        for (var field : definition.schema().fields()) {
            assertThat(comments).containsEntry(field.name(), field.getComment().get());
        }
        Row detail = spark.sql("DESCRIBE DETAIL delta.`" + store.resolve(definition.name()) + "`")
                .first();
        assertThat(detail.<String>getAs("description")).isEqualTo(definition.comment());
        Map<String, String> properties = detail.getJavaMap(detail.fieldIndex("properties"));
        definition
                .constraints()
                .forEach((name, condition) ->
                        assertThat(properties).containsEntry("delta.constraints." + name, condition));
        assertThat(stored.groupBy(definition.key().stream().map(key -> col(key)).toArray(Column[]::new))
                        .count()
                        .filter("count > 1")
                        .collectAsList())
                .as("rows that share the key " + definition.key())
                .isEmpty();
    }

    @Test
    void aRowThatBreaksARuleCannotBeWritten() {
        Path copy = folder.resolve("copy");
        TinyPipeline.copy(store.resolve("splits"), copy);

        assertThatThrownBy(() -> spark.sql("INSERT INTO delta.`" + copy
                        + "` SELECT example_id, label, 'tset', fold, weight, run_id FROM delta.`" + copy + "`"))
                .hasStackTraceContaining("known_split");
    }

    @ParameterizedTest
    @MethodSource("tables")
    void anyReaderOpensTheTable(TableDefinition definition) throws IOException {
        Path path = store.resolve(definition.name());
        Row detail = spark.sql("DESCRIBE DETAIL delta.`" + path + "`").first();
        assertThat(detail.<Integer>getAs("minReaderVersion")).isEqualTo(1);
        assertThat(detail.<Integer>getAs("minWriterVersion")).isLessThan(7);
        assertThat(detail.getList(detail.fieldIndex("tableFeatures")))
                .doesNotContain("deletionVectors", "columnMapping");
        assertThat(TinyPipeline.table(spark, store, definition).schema().json()).doesNotContain("\"map\"", "variant");

        assertThat(rowsByKernel(path))
                .isEqualTo(TinyPipeline.table(spark, store, definition).count());
        for (Path file : parquetFiles(path)) {
            assertTimesAreMilliseconds(file);
        }
    }

    private static List<Path> parquetFiles(Path table) {
        return TinyPipeline.list(table).stream()
                .filter(file -> file.toString().endsWith(".parquet"))
                .toList();
    }

    private static void assertTimesAreMilliseconds(Path file) throws IOException {
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toUri());
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(path, new Configuration()))) {
            for (Type field : reader.getFileMetaData().getSchema().getFields()) {
                assertThat(
                                field.isPrimitive()
                                        ? field.asPrimitiveType()
                                                .getPrimitiveTypeName()
                                                .name()
                                        : "")
                        .isNotEqualTo("INT96");
                LogicalTypeAnnotation annotation = field.getLogicalTypeAnnotation();
                if (annotation instanceof TimestampLogicalTypeAnnotation time) {
                    assertThat(time.getUnit()).as(file + " " + field.getName()).isEqualTo(TimeUnit.MILLIS);
                    assertThat(time.isAdjustedToUTC()).isTrue();
                } else {
                    assertThat(field.getName()).doesNotEndWith("_at").doesNotEndWith("_time");
                }
            }
        }
    }

    /** Counts rows without Spark. */
    private static long rowsByKernel(Path table) throws IOException {
        Engine engine = DefaultEngine.create(new Configuration());
        Snapshot snapshot =
                io.delta.kernel.Table.forPath(engine, table.toUri().toString()).getLatestSnapshot(engine);
        Scan scan = snapshot.getScanBuilder().build();
        io.delta.kernel.data.Row state = scan.getScanState(engine);
        StructType physical = ScanStateRow.getPhysicalDataReadSchema(state);
        long rows = 0;
        try (CloseableIterator<FilteredColumnarBatch> files = scan.getScanFiles(engine)) {
            while (files.hasNext()) {
                try (CloseableIterator<io.delta.kernel.data.Row> fileRows =
                        files.next().getRows()) {
                    while (fileRows.hasNext()) {
                        io.delta.kernel.data.Row file = fileRows.next();
                        FileStatus status = InternalScanFileUtils.getAddFileStatus(file);
                        try (CloseableIterator<ColumnarBatch> batches = engine.getParquetHandler()
                                        .readParquetFiles(singleton(status), physical, Optional.empty())
                                        .map(result -> result.getData());
                                CloseableIterator<FilteredColumnarBatch> logical =
                                        Scan.transformPhysicalData(engine, state, file, batches)) {
                            while (logical.hasNext()) {
                                rows += countRows(logical.next());
                            }
                        }
                    }
                }
            }
        }
        return rows;
    }

    private static long countRows(FilteredColumnarBatch batch) throws IOException {
        long rows = 0;
        try (CloseableIterator<io.delta.kernel.data.Row> each = batch.getRows()) {
            while (each.hasNext()) {
                each.next();
                rows++;
            }
        }
        return rows;
    }

    private static <T> CloseableIterator<T> singleton(T element) {
        var elements = List.of(element).iterator();
        return new CloseableIterator<>() {
            @Override
            public boolean hasNext() {
                return elements.hasNext();
            }

            @Override
            public T next() {
                return elements.next();
            }

            @Override
            public void close() {}
        };
    }
}
