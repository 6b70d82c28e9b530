package io.pigeonhole.jobs.store;

import static io.pigeonhole.jobs.store.TableDefinition.column;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.jobs.DeltaTest;
import io.pigeonhole.jobs.configuration.StoreConfig;
import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpgradeTest extends DeltaTest {

    private static final TableDefinition OLD_NOTES = notes(
            "One row per note",
            Map.of("subject_present", "subject IS NOT NULL"),
            new StructType()
                    .add(column("subject", StringType, "About what"))
                    .add(column(
                            "marks",
                            createArrayType(new StructType().add(column("name", StringType, "Of the mark"))),
                            "Its marks"))
                    .add(column("run_id", StringType, "Run that wrote it")));

    private static final TableDefinition NOTES = notes(
            "One row per note that was taken",
            Map.of("subject_present", "subject IS NOT NULL", "size_positive", "size IS NULL OR size > 0"),
            new StructType()
                    .add(column("subject", StringType, "What it is about"))
                    .add(column("size", LongType, "Characters; null in rows of earlier versions"))
                    .add(column(
                            "marks",
                            createArrayType(new StructType()
                                    .add(column("name", StringType, "Of the mark"))
                                    .add(column("value", IntegerType, "Its value"))),
                            "Its marks"))
                    .add(column("run_id", StringType, "Run that wrote it")));

    private static final TableDefinition OTHERS = new TableDefinition(
            "others",
            "One row per thing",
            List.of("thing"),
            new StructType().add(column("thing", StringType, "The thing")),
            Map.of());

    @TempDir
    private Path folder = Path.of("none");

    private Store store = new Store(spark, new StoreConfig("unused", Optional.empty()));

    private static TableDefinition notes(String comment, Map<String, String> constraints, StructType schema) {
        return new TableDefinition("notes", comment, List.of("subject"), schema, constraints);
    }

    @BeforeEach
    void writeAnOldStore() {
        store = new Store(spark, new StoreConfig(folder.toString(), Optional.empty()));
        store.bringUpToDate(List.of(OLD_NOTES, OTHERS));
        store.append(
                OLD_NOTES,
                table(
                        "subject STRING, marks ARRAY<STRUCT<name: STRING>>, run_id STRING",
                        RowFactory.create("cat", new Row[] {RowFactory.create("red")}, "run-1")));
        store.append(OTHERS, table("thing STRING", RowFactory.create("one")));
    }

    private Row detail(String table) {
        return spark.sql("DESCRIBE DETAIL delta.`" + folder.resolve(table) + "`")
                .first();
    }

    private List<String> rows() {
        return store.read(NOTES).toJSON().collectAsList();
    }

    private List<String> marks() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("_format"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void columnsCommentsAndConstraintsAreAddedInOneCommitAndRowsStay() {
        long before = store.version(NOTES);
        List<String> rows = rows();

        store.bringUpToDate(List.of(NOTES, OTHERS));

        assertThat(store.version(NOTES)).isEqualTo(before + 1);
        assertThat(store.version(OTHERS)).isEqualTo(1);
        assertThat(rows())
                .isEqualTo(rows)
                .containsExactly("{\"subject\":\"cat\",\"marks\":[{\"name\":\"red\"}],\"run_id\":\"run-1\"}");
        assertThat(store.read(NOTES).schema()).isEqualTo(NOTES.schema());
        Row detail = detail("notes");
        assertThat(detail.<String>getAs("description")).isEqualTo(NOTES.comment());
        assertThat(detail.<Integer>getAs("minReaderVersion")).isEqualTo(1);
        assertThat(detail.<Integer>getAs("minWriterVersion")).isEqualTo(3);
        assertThat(detail.<String, String>getMap(detail.fieldIndex("properties"))
                        .get("delta.constraints.size_positive"))
                .isEqualTo(scala.Option.apply("size IS NULL OR size > 0"));
    }

    @Test
    void theNewColumnsAreWrittenAndTheNewConstraintsHoldFromThenOn() {
        store.bringUpToDate(List.of(NOTES, OTHERS));
        String columns = "subject STRING, size BIGINT, marks ARRAY<STRUCT<name: STRING, value: INT>>, run_id STRING";

        store.append(
                NOTES, table(columns, RowFactory.create("dog", 3L, new Row[] {RowFactory.create("blue", 7)}, "run-2")));

        assertThat(rows())
                .containsExactlyInAnyOrder(
                        "{\"subject\":\"cat\",\"marks\":[{\"name\":\"red\"}],\"run_id\":\"run-1\"}",
                        "{\"subject\":\"dog\",\"size\":3,\"marks\":[{\"name\":\"blue\",\"value\":7}],\"run_id\":\"run-2\"}");
        assertThatThrownBy(() ->
                        store.append(NOTES, table(columns, RowFactory.create("eel", -1L, new Row[0], "run-3"))))
                .hasStackTraceContaining("size_positive");
    }

    @Test
    void whatWasDoneIsNotDoneAgain() throws IOException {
        List<TableDefinition> tables = List.of(NOTES, OTHERS);
        store.bringUpToDate(tables);
        long version = store.version(NOTES);
        List<String> marks = marks();

        store.bringUpToDate(tables);
        assertThat(marks()).isEqualTo(marks).hasSize(2).allMatch(name -> name.startsWith(FormatMarks.CURRENT + "-"));

        // simulates a crash before the format mark
        for (String mark : marks) {
            Files.delete(folder.resolve("_format").resolve(mark));
        }
        store.bringUpToDate(tables);
        assertThat(store.version(NOTES)).isEqualTo(version);
        assertThat(store.version(OTHERS)).isEqualTo(1);
    }

    @Test
    void rowsThatBreakANewConstraintAreCountedAndNothingIsChanged() {
        TableDefinition strict = notes(
                NOTES.comment(), Map.of("no_cats", "subject != 'cat'", "size_present", "size > 0"), NOTES.schema());
        TableDefinition renamed = new TableDefinition(
                "others", "One row per other thing", OTHERS.key(), OTHERS.schema(), OTHERS.constraints());

        assertThatThrownBy(() -> store.bringUpToDate(List.of(renamed, strict)))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("1 rows of table notes do not meet the constraint no_cats of this version,"
                        + " subject != 'cat'. Nothing was changed.");

        assertThat(store.version(NOTES)).isEqualTo(1);
        assertThat(detail("others").<String>getAs("description")).isEqualTo(OTHERS.comment());
    }

    @Test
    void aColumnOfAnotherTypeIsRefusedWithWhatToDo() {
        TableDefinition other = notes(
                NOTES.comment(),
                Map.of(),
                new StructType()
                        .add(column("subject", IntegerType, "Number of the subject"))
                        .add(column(
                                "marks",
                                createArrayType(new StructType().add(column("name", LongType, "Of the mark"))),
                                "Its marks")));

        assertThatThrownBy(() -> store.bringUpToDate(List.of(other)))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("subject as string instead of int")
                .hasMessageContaining("marks as array<struct<name:string>> instead of array<struct<name:bigint>>")
                .hasMessageContaining("Use a store.root of its own");
        assertThatThrownBy(() -> store.read(other)).hasMessageContaining("subject as string instead of int");
        assertThat(store.version(NOTES)).isEqualTo(1);
    }

    @Test
    void aNewerFormatIsRefused() throws IOException {
        int newer = FormatMarks.CURRENT + 1;
        Files.createFile(folder.resolve("_format").resolve(newer + "-of-a-later-version"));

        assertThatThrownBy(() -> store.requireKnownFormat())
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("was written by a newer version of Pigeonhole: its format is " + newer
                        + ", and this version knows formats up to " + FormatMarks.CURRENT
                        + ". Use that version or a later one");
        assertThatThrownBy(() -> store.bringUpToDate(List.of(NOTES))).isInstanceOf(PipelineException.class);
        assertThat(store.version(NOTES)).isEqualTo(1);
    }

    @Test
    void columnsThatOnlyTheStoreHasStay() {
        store.bringUpToDate(List.of(NOTES, OTHERS));
        TableDefinition wider = NOTES.withColumns(List.of(column("of_the_user", StringType, "Whatever")));
        assertThatThrownBy(() -> store.ensure(wider))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("lacks the columns of_the_user string: it was written for another configuration");

        store.bringUpToDate(List.of(OLD_NOTES, OTHERS));

        assertThat(store.read(OLD_NOTES).columns()).containsExactly("subject", "size", "marks", "run_id");
    }
}
