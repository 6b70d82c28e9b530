package io.pigeonhole.jobs;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.jobs.commands.Tables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
        Dataset<Row> stored = bySpark(definition);

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
        assertThat(TinyPipeline.table(spark, store, definition)
                        .groupBy(definition.key().stream().map(key -> col(key)).toArray(Column[]::new))
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
        Dataset<Row> stored = bySpark(definition);
        assertThat(stored.schema().json()).doesNotContain("\"map\"", "variant");

        // other tests read tables by Delta Kernel alone
        assertThat(texts(TinyPipeline.table(spark, store, definition))).isEqualTo(texts(stored));
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

    private Dataset<Row> bySpark(TableDefinition definition) {
        return spark.read()
                .format("delta")
                .load(store.resolve(definition.name()).toString());
    }

    private static List<String> texts(Dataset<Row> rows) {
        return rows.collectAsList().stream().map(Row::json).sorted().toList();
    }
}
