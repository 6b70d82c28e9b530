package io.pigeonhole.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.jobs.DeltaTest;
import io.pigeonhole.jobs.configuration.StoreConfig;
import io.pigeonhole.transforms.PipelineException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of a run replace its earlier rows, in whatever files they lie. */
class StoreTest extends DeltaTest {

    private static final TableDefinition NOTES = new TableDefinition(
            "notes",
            "One row per note",
            List.of("subject"),
            new StructType()
                    .add(TableDefinition.column("subject", DataTypes.StringType, "About what"))
                    .add(TableDefinition.column("text", DataTypes.StringType, "The note"))
                    .add(TableDefinition.column("run_id", DataTypes.StringType, "Run that wrote it")),
            Map.of("text_present", "text IS NOT NULL"));

    @TempDir
    private Path folder = Path.of("none");

    private Store store = new Store(spark, new StoreConfig("unused", Optional.empty()));

    @BeforeEach
    void open() {
        store = new Store(spark, new StoreConfig(folder.toString(), Optional.empty()));
        write("run-1", "cat", "one");
        write("run-2", "dog", "two");
    }

    private static Dataset<Row> notes(String subject, String text) {
        return table("subject STRING, text STRING", RowFactory.create(subject, text));
    }

    private void write(String runId, String subject, String text) {
        store.replaceRun(NOTES, notes(subject, text), runId, List.of(RowCondition.having(Map.of("subject", subject))));
    }

    private List<String> stored() {
        return store.read(NOTES).selectExpr("concat_ws(' ', run_id, subject, text)").collectAsList().stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
    }

    @Test
    void aRunThatWritesAgainReplacesItsRowsAloneInOneCommit() {
        long before = store.version(NOTES);

        write("run-2", "eel", "three");

        assertThat(store.version(NOTES)).isEqualTo(before + 1);
        assertThat(stored()).containsExactly("run-1 cat one", "run-2 eel three");
    }

    @Test
    void aLaterRunTakesThePlaceOfTheRowsItSupersedes() {
        write("run-3", "cat", "three");

        assertThat(stored()).containsExactly("run-2 dog two", "run-3 cat three");
    }

    @Test
    void rowsThatShareAFileWithReplacedOnesStay() {
        spark.sql("OPTIMIZE delta.`" + folder.resolve("notes") + "`");
        assertThat(store.read(NOTES).inputFiles()).hasSize(1);

        write("run-2", "dog", "three");
        write("run-4", "cat", "four");

        assertThat(stored()).containsExactly("run-2 dog three", "run-4 cat four");
    }

    @Test
    void writersOfOneRunAtOnceLeaveItsRowsOnce() {
        IntStream.range(0, 4).parallel().forEach(i -> write("run-5", "fox", "five"));

        assertThat(stored()).containsExactly("run-1 cat one", "run-2 dog two", "run-5 fox five");
    }

    @Test
    void aRuleOfTheTableHolds() {
        assertThatThrownBy(() -> store.replaceRun(
                        NOTES, table("subject STRING, text STRING", RowFactory.create("cat", null)), "run-6"))
                .hasStackTraceContaining("constraint text_present");
        assertThat(stored()).containsExactly("run-1 cat one", "run-2 dog two");
    }

    @Test
    void aTableWithAColumnOfAnotherTypeIsRefused() {
        TableDefinition other = new TableDefinition(
                "notes",
                "One row per note",
                List.of("subject"),
                new StructType()
                        .add(TableDefinition.column("subject", DataTypes.IntegerType, "About what"))
                        .add(TableDefinition.column("run_id", DataTypes.StringType, "Run that wrote it")),
                Map.of());

        assertThatThrownBy(() -> store.replaceRun(other, table("subject INT", RowFactory.create(1)), "run-7"))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("has the columns subject as string instead of int");
    }
}
