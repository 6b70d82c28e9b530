package io.pigeonhole.jobs.store.delta;

import static io.pigeonhole.jobs.store.TableDefinition.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.jobs.DeltaTest;
import io.pigeonhole.jobs.store.RowCondition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCommitTest extends DeltaTest {

    private static final StructType FIGURE = new StructType()
            .add(column("name", DataTypes.StringType, "Name"))
            .add(column("value", DataTypes.DoubleType, "Value"));
    private static final LocalCommit.Shape TABLE = new LocalCommit.Shape(
            new StructType()
                    .add(column("run_id", DataTypes.StringType, "Run"))
                    .add(column("number", DataTypes.IntegerType, "Number"))
                    .add(column("rows", DataTypes.LongType, "Rows"))
                    .add(column("share", DataTypes.DoubleType, "Share"))
                    .add(column("good", DataTypes.BooleanType, "Whether it is good"))
                    .add(column("at", DataTypes.TimestampType, "When"))
                    .add(column("labels", DataTypes.createArrayType(DataTypes.StringType), "Labels"))
                    .add(column("figures", DataTypes.createArrayType(FIGURE), "Figures")),
            Map.of("share_is_a_share", "share IS NULL OR (share BETWEEN 0 AND 1)", "run_present", "length(run_id) > 0"),
            8);
    private static final Timestamp AT = Timestamp.from(Instant.parse("2026-01-02T03:04:05.678Z"));

    @TempDir
    private Path folder;

    private Configuration hadoop = new Configuration();
    private LocalCommit commit = new LocalCommit(hadoop, TABLE, "unused", () -> {});

    @BeforeEach
    void create() {
        hadoop = spark.sparkContext().hadoopConfiguration();
        commit = new LocalCommit(hadoop, TABLE, folder.toString(), () -> {});
        commit.create(
                "One row per thing",
                Map.of(
                        "delta.constraints.share_is_a_share", "share IS NULL OR (share BETWEEN 0 AND 1)",
                        "delta.constraints.run_present", "length(run_id) > 0"));
    }

    private static Row thing(String run, int number) {
        return RowFactory.create(
                run,
                number,
                3_000_000_000L + number,
                number / 100.0,
                number % 2 == 0,
                AT,
                new String[] {"a", null, "ü"},
                new Row[] {RowFactory.create("f", 0.5), RowFactory.create("none", null)});
    }

    private static Row nothing(String run) {
        return RowFactory.create(run, null, null, null, null, null, null, null);
    }

    private static RowCondition ofRun(String run) {
        return RowCondition.having(Map.of("run_id", run));
    }

    private Dataset<Row> inSpark() {
        return spark.read().format("delta").load(folder.toString()).orderBy("run_id", "number");
    }

    private static List<String> texts(List<Row> rows) {
        return rows.stream().map(row -> row.json()).sorted().toList();
    }

    private List<Row> here(RowCondition... conditions) {
        return TableVersion.latest(hadoop, folder.toString()).orElseThrow().rows(TABLE.schema(), List.of(conditions));
    }

    @Test
    void spark_reads_every_type_as_it_was_written_and_this_process_reads_what_spark_reads() {
        commit.replace(List.of(thing("one", 1), nothing("one"), thing("one", 2)), List.of(ofRun("one")));
        Row row = inSpark().collectAsList().get(1);
        assertThat(row.<Long>getAs("rows")).isEqualTo(3_000_000_001L);
        assertThat(row.<Timestamp>getAs("at")).isEqualTo(AT);
        assertThat(row.<String>getList(row.fieldIndex("labels"))).containsExactly("a", null, "ü");
        assertThat(row.<Row>getList(row.fieldIndex("figures")).get(0).<Double>getAs("value"))
                .isEqualTo(0.5);
        assertThat(texts(here())).isEqualTo(texts(inSpark().collectAsList())).hasSize(3);
    }

    @Test
    void a_run_that_writes_again_replaces_its_own_rows_alone() {
        commit.replace(List.of(thing("one", 1)), List.of(ofRun("one")));
        commit.replace(List.of(thing("two", 1)), List.of(ofRun("two")));
        commit.replace(List.of(thing("one", 7)), List.of(ofRun("one")));
        assertThat(inSpark().select("run_id", "number").collectAsList())
                .containsExactly(RowFactory.create("one", 7), RowFactory.create("two", 1));
        assertThat(here(ofRun("one")))
                .singleElement()
                .satisfies(row -> assertThat(row.<Integer>getAs("number")).isEqualTo(7));
    }

    @Test
    void files_that_spark_wrote_are_replaced_and_their_other_rows_stay() {
        spark.createDataFrame(List.of(thing("one", 1)), TABLE.schema())
                .write()
                .format("delta")
                .mode("append")
                .save(folder.toString());
        assertThat(commit.replace(List.of(thing("one", 2)), List.of(ofRun("one"))))
                .contains(2L);
        spark.createDataFrame(List.of(thing("two", 1), thing("three", 1)), TABLE.schema())
                .coalesce(1)
                .write()
                .format("delta")
                .mode("append")
                .save(folder.toString());
        assertThat(commit.replace(List.of(thing("two", 2)), List.of(ofRun("two"))))
                .contains(4L);
        assertThat(texts(inSpark().collectAsList()))
                .isEqualTo(texts(List.of(typed(thing("one", 2)), typed(thing("three", 1)), typed(thing("two", 2)))));
        assertThat(commit.replace(List.of(), List.of(ofRun("two")))).contains(5L);
        assertThat(texts(here())).isEqualTo(texts(List.of(typed(thing("one", 2)), typed(thing("three", 1)))));
    }

    private static Row typed(Row row) {
        return spark.createDataFrame(List.of(row), TABLE.schema()).first();
    }

    @Test
    void a_large_file_with_other_rows_is_left_to_a_query() {
        // hashes do not shrink: more than a megabyte
        spark.range(150_000)
                .selectExpr("if(id = 0, 'two', 'one') AS run_id", "cast(id AS INT) AS number", "xxhash64(id) AS rows")
                .coalesce(1)
                .write()
                .format("delta")
                .mode("append")
                .save(folder.toString());
        assertThat(commit.replace(List.of(thing("two", 2)), List.of(ofRun("two"))))
                .isEmpty();
        assertThat(inSpark().count()).isEqualTo(150_000);
    }

    @Test
    void statistics_let_spark_skip_files_and_are_right() {
        commit.replace(List.of(thing("one", 1), nothing("one")), List.of());
        commit.replace(List.of(thing("two", 5)), List.of());
        assertThat(inSpark().where("number > 3").select("run_id").collectAsList())
                .containsExactly(RowFactory.create("two"));
        assertThat(inSpark().where("number IS NULL").count()).isEqualTo(1);
        assertThat(inSpark().where("at > '2026-01-02 03:04:05.677'").count()).isEqualTo(2);
        assertThat(inSpark().where("share <= 0.01").count()).isEqualTo(1);
    }

    @Test
    void after_many_commits_the_log_has_checkpoints_that_spark_reads() throws Exception {
        for (int i = 0; i < 25; i++) {
            commit.replace(List.of(thing("run" + i % 7, i)), List.of(ofRun("run" + i % 7)));
        }
        try (var files = Files.list(folder.resolve("_delta_log"))) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.contains("checkpoint")))
                    .contains("00000000000000000010.checkpoint.parquet", "00000000000000000020.checkpoint.parquet");
        }
        assertThat(inSpark().select("run_id").collectAsList())
                .isEqualTo(IntStream.range(0, 7)
                        .mapToObj(i -> RowFactory.create("run" + i))
                        .toList());
        // Delta continues with the next version
        inSpark().limit(1).write().format("delta").mode("append").save(folder.toString());
        assertThat(here()).hasSize(8);
    }

    @Test
    void a_row_that_breaks_a_constraint_is_refused_and_nothing_is_committed() {
        Row bad = RowFactory.create("one", 1, 1L, 1.5, true, AT, null, null);
        assertThatThrownBy(() -> commit.replace(List.of(bad), List.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("share_is_a_share");
        Row nameless = RowFactory.create(null, 1, 1L, 0.5, true, AT, null, null);
        // null is not true: Delta refuses it as well
        assertThatThrownBy(() -> commit.replace(List.of(nameless), List.of())).hasMessageContaining("run_present");
        assertThat(here()).isEmpty();
    }

    @Test
    void of_two_writers_of_one_version_the_second_is_refused() {
        LocalCommit slow = new LocalCommit(
                hadoop,
                TABLE,
                folder.toString(),
                () -> commit.replace(List.of(thing("fast", 1)), List.of(ofRun("fast"))));
        assertThatThrownBy(() -> slow.replace(List.of(thing("slow", 1)), List.of(ofRun("slow"))))
                .isInstanceOf(ConcurrentModificationException.class);
        assertThat(here())
                .singleElement()
                .satisfies(row -> assertThat(row.<String>getAs("run_id")).isEqualTo("fast"));
    }

    @Test
    void a_merge_replaces_the_rows_with_the_same_key_and_adds_the_others() {
        commit.replace(List.of(thing("one", 1), thing("one", 2)), List.of(ofRun("one")));
        Row other = RowFactory.create("one", 2, 7L, null, null, null, null, null);
        assertThat(commit.merge(List.of(other, thing("two", 1)), List.of("run_id", "number"), Optional.empty()))
                .isTrue();
        assertThat(texts(here())).isEqualTo(texts(inSpark().collectAsList())).hasSize(3);
        assertThat(inSpark().filter("run_id = 'one'").select("rows").collectAsList())
                .containsExactly(RowFactory.create(3_000_000_001L), RowFactory.create(7L));
    }

    @Test
    void a_change_of_a_series_is_made_once_and_delta_knows_it() {
        List<String> key = List.of("run_id", "number");
        commit.merge(List.of(thing("one", 1)), key, Optional.of(new LocalCommit.Change("champion", 1)));
        long version =
                TableVersion.latest(hadoop, folder.toString()).orElseThrow().number();
        // a second process with the same number was slower
        commit.merge(List.of(thing("two", 1)), key, Optional.of(new LocalCommit.Change("champion", 1)));
        assertThat(TableVersion.latest(hadoop, folder.toString()).orElseThrow().number())
                .isEqualTo(version);
        assertThat(here(ofRun("two"))).isEmpty();
        commit.merge(List.of(thing("two", 1)), key, Optional.of(new LocalCommit.Change("champion", 2)));
        assertThat(here(ofRun("two"))).hasSize(1);
        // Delta's own writer passes over a number that the table has
        table("run_id STRING, number INT", RowFactory.create("three", 1))
                .write()
                .format("delta")
                .mode("append")
                .option("txnAppId", "champion")
                .option("txnVersion", 2)
                .save(folder.toString());
        assertThat(here(ofRun("three"))).isEmpty();
    }

    @Test
    void a_merge_that_breaks_a_constraint_writes_nothing() {
        Row wrong = RowFactory.create("one", 1, 7L, 1.5, null, null, null, null);
        assertThatThrownBy(() -> commit.merge(List.of(wrong), List.of("run_id", "number"), Optional.empty()))
                .hasMessageContaining("share_is_a_share");
        assertThat(here()).isEmpty();
    }

    @Test
    void the_values_of_a_column_are_found_by_the_statistics_or_else_in_the_rows() {
        commit.replace(List.of(thing("one", 1), thing("one", 2)), List.of(ofRun("one")));
        commit.replace(List.of(thing("two", 2), thing("two", 3)), List.of(ofRun("two")));
        table("run_id STRING, number INT", RowFactory.create("three", 3), RowFactory.create("four", 4))
                .coalesce(1)
                .write()
                .format("delta")
                .mode("append")
                .save(folder.toString());
        assertThat(runsWith(2)).containsExactly("one", "two");
        assertThat(runsWith(3)).containsExactly("three", "two");
        assertThat(runsWith(4)).containsExactly("four");
        assertThat(runsWith(5)).isEmpty();
    }

    private Set<String> runsWith(int number) {
        StructType asked = new StructType().add("run_id", DataTypes.StringType).add("number", DataTypes.IntegerType);
        return TableVersion.latest(hadoop, folder.toString())
                .orElseThrow()
                .values("run_id", asked, RowCondition.having(Map.of("number", number)));
    }
}
