package io.pigeonhole.jobs.sources;

import static io.pigeonhole.jobs.sources.Mappings.files;
import static io.pigeonhole.jobs.sources.Mappings.label;
import static io.pigeonhole.jobs.sources.Mappings.reading;
import static io.pigeonhole.jobs.sources.Mappings.source;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.jobs.DeltaTest;
import io.pigeonhole.jobs.configuration.ColumnMapping;
import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.jobs.configuration.SourceConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as people have them: each test is a kind of file that other tools read wrongly or refuse without a reason. */
class FilesAsTheyComeTest extends DeltaTest {

    private static final Map<String, String> HEADER = Map.of("header", "true");
    private static final Map<String, String> TEXT = Map.of("text", "text");
    private static final ColumnMapping LABEL_AND_TEXT = label("label", TEXT);

    @TempDir
    Path folder;

    private Path write(String name, String text) throws IOException {
        return write(name, text.getBytes(UTF_8));
    }

    private Path write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes);
    }

    private static List<Row> rows(SourceConfig source, String... columns) {
        return Sources.of(access(), source)
                .read((config, schema) -> {})
                .raw()
                .select(Arrays.stream(columns).map(functions::col).toArray(Column[]::new))
                .collectAsList();
    }

    private static List<Row> csv(Path file, Map<String, String> options) {
        return rows(source(files("csv", file, options), LABEL_AND_TEXT), "label", "text", "parse_error");
    }

    private static ColumnMapping columns(@Nullable String id, String label, @Nullable String time) {
        return new ColumnMapping(
                Optional.ofNullable(id),
                Optional.of(label),
                Optional.empty(),
                "/",
                List.of(),
                Optional.ofNullable(time),
                Optional.empty(),
                TEXT,
                Map.of());
    }

    @Test
    void csvIsReadByRfc4180WithLineEndsWithinQuotes() throws IOException {
        Path file = write("a.csv", "label,text\r\na,\"say \"\"no\"\", then\r\nleave\"\r\n\r\nb,5\" pipe\r\n");

        assertThat(csv(file, HEADER))
                .containsExactlyInAnyOrder(
                        RowFactory.create("a", "say \"no\", then\r\nleave", null),
                        RowFactory.create("b", "5\" pipe", null));
    }

    @Test
    void rowsThatDoNotFitAreErrorsWithTheirReasonAndTheOthersSurvive() throws IOException {
        Path file = write("a.csv", "label,text\na,one\nshort\nb,two,long\nc,\"open\nd,three\n");

        List<Row> rows = csv(file, HEADER);

        assertThat(rows)
                .filteredOn(row -> row.isNullAt(2))
                .extracting(row -> row.getString(0))
                .containsExactly("a", "d");
        assertThat(rows)
                .filteredOn(row -> !row.isNullAt(2))
                .extracting(row -> row.getString(2))
                .satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem).endsWith("does not fit the schema: short"),
                        problem -> assertThat(problem).endsWith("does not fit the schema: b,two,long"),
                        problem -> assertThat(problem).contains("never closed").endsWith("c,\"open"));
    }

    @Test
    void aQueryNeverSeesDamagedRowsAndNoneOfThemIsLost() throws IOException {
        Path file = write("a.csv", "label,text\na,one\nb,two,a piece\nc,\"open\n");
        String query = "SELECT text, label FROM input";

        List<Row> rows = rows(
                source(reading("csv", HEADER, file.toString(), query, null), LABEL_AND_TEXT),
                "label",
                "parse_error",
                "raw");

        assertThat(rows).hasSize(3);
        assertThat(rows)
                .filteredOn(row -> row.isNullAt(1))
                .extracting(row -> row.getString(0))
                .containsExactly("a");
        assertThat(rows)
                .filteredOn(row -> !row.isNullAt(1))
                .allMatch(row -> row.isNullAt(0))
                .extracting(row -> row.getString(2))
                .containsExactlyInAnyOrder("b,two,a piece", "c,\"open");
    }

    @Test
    void aLargeFileOfOneRowALineIsDividedAndGivesTheSameRows() throws IOException {
        StringBuilder text = new StringBuilder("label,text\n");
        for (int i = 0; i < 3000; i++) {
            text.append("c")
                    .append(i % 7)
                    .append(",\"row, ")
                    .append(i)
                    .append('"')
                    .append(i % 5 == 0 ? "\r\n\n\n" : "\n");
        }
        Path file = write("a.csv", text.toString());
        String size = spark.conf().get("spark.sql.files.maxPartitionBytes");
        String cost = spark.conf().get("spark.sql.files.openCostInBytes");
        spark.conf().set("spark.sql.files.maxPartitionBytes", "1000");
        spark.conf().set("spark.sql.files.openCostInBytes", "0");
        try {
            SourceConfig lines =
                    source(files("csv", file, Map.of("header", "true", "multiLine", "false")), LABEL_AND_TEXT);
            assertThat(Sources.of(access(), lines)
                            .read((config, schema) -> {})
                            .raw()
                            .rdd()
                            .getNumPartitions())
                    .isGreaterThan(20);
            assertThat(rows(lines, "label", "text"))
                    .containsExactlyInAnyOrderElementsOf(
                            rows(source(files("csv", file, HEADER), LABEL_AND_TEXT), "label", "text"))
                    .hasSize(3000);
        } finally {
            spark.conf().set("spark.sql.files.maxPartitionBytes", size);
            spark.conf().set("spark.sql.files.openCostInBytes", cost);
        }
    }

    @Test
    void encodingsThatAreNotUtf8AreNamedAndReadOnceTheyAreDeclared() throws IOException {
        String text = "label,text\nFußball,schöne Tore\n";
        Path latin = write("latin.csv", text.getBytes(Charset.forName("windows-1252")));
        Path wide = write("wide.csv", text.getBytes(UTF_16));
        Path marked = write("marked.csv", "\uFEFF" + text);

        assertThatThrownBy(() -> csv(latin, HEADER)).hasMessageContaining("encoding = \"windows-1252\"");
        assertThatThrownBy(() -> csv(wide, HEADER)).hasMessageContaining("encoding = \"UTF-16\"");
        Row expected = RowFactory.create("Fußball", "schöne Tore", null);
        assertThat(csv(marked, HEADER)).containsExactly(expected);
        assertThat(csv(latin, Map.of("header", "true", "encoding", "windows-1252")))
                .containsExactly(expected);
        assertThat(csv(wide, Map.of("header", "true", "encoding", "UTF-16"))).containsExactly(expected);
    }

    @Test
    void filesThatAreNotWhatTheirNamesSayAreNamed() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write("label,text\na,one\n".getBytes(UTF_8));
        }

        assertThatThrownBy(() -> csv(write("plain.csv.gz", "label,text\na,one\n"), HEADER))
                .hasMessageContaining("plain.csv.gz")
                .hasMessageContaining("compressed by gzip, but its content is not");
        assertThatThrownBy(() -> csv(write("packed.csv", bytes.toByteArray()), HEADER))
                .hasMessageContaining("packed.csv.gz");
        assertThatThrownBy(() -> csv(write("book.csv", "PK\u0003\u0004..."), HEADER))
                .hasMessageContaining("Excel");
        assertThatThrownBy(() -> csv(write("empty.csv", ""), HEADER)).hasMessageContaining("nothing in the file");
        assertThat(csv(write("packed.csv.gz", bytes.toByteArray()), HEADER))
                .containsExactly(RowFactory.create("a", "one", null));
    }

    @Test
    void headersAreShownAsTheyAreWithTheRemedy() throws IOException {
        assertThatThrownBy(() -> csv(write("semicolons.csv", "label;text\na;one\n"), HEADER))
                .hasMessageContaining("options { sep = \";\" }");
        assertThatThrownBy(() -> csv(write("blanks.csv", "label ,text\na,one\n"), HEADER))
                .hasMessageContaining("'label '")
                .hasMessageContaining("blanks");
        assertThatThrownBy(() -> csv(write("hidden.csv", "label\u200B,text\na,one\n"), HEADER))
                .hasMessageContaining("label\\u200B");
    }

    @Test
    void jsonOnLinesInAnArrayAndPrettyPrintedGivesTheSameRows() throws IOException {
        String one = "{\"label\": \"a\", \"text\": \"one\"}";
        String two = "{\"label\": \"b\", \"text\": \"two\"}";
        List<Path> files = List.of(
                write("lines.json", one + "\n" + two),
                write("array.json", "[\n" + one + ",\n" + two + "]"),
                write("pretty.json", (one + "\n" + two).replace(",", ",\n ").replace("{", "{\n")));

        for (Path file : files) {
            assertThat(rows(source(files("json", file, Map.of()), LABEL_AND_TEXT), "label", "text", "parse_error"))
                    .as(file.toString())
                    .containsExactlyInAnyOrder(
                            RowFactory.create("a", "one", null), RowFactory.create("b", "two", null));
        }
    }

    @Test
    void columnsThatDifferInLetterCaseAloneAreRefusedWithTheSettingThatReadsThem() throws IOException {
        Path file = write("a.json", "{\"label\": \"a\", \"Label\": \"b\", \"text\": \"one\"}");

        assertThatThrownBy(() -> rows(source(files("json", file, Map.of()), LABEL_AND_TEXT), "label"))
                .hasMessageContaining("spark.sql.caseSensitive");
    }

    @Test
    void aFieldWithinAColumnIsNamedWithADot() throws IOException {
        Path file = write("a.json", "{\"meta\": {\"label\": \"a\"}, \"text\": \"one\"}");

        assertThat(rows(source(files("json", file, Map.of()), label("meta.label", TEXT)), "label"))
                .containsExactly(RowFactory.create("a"));
        assertThatThrownBy(() -> rows(source(files("json", file, Map.of()), LABEL_AND_TEXT), "label"))
                .hasMessageContaining("meta.label");
    }

    @Test
    void namesOfFoldersAreClassesAsTheyAreWritten() throws IOException {
        for (String label : List.of("007", "7", "7.0")) {
            write("in/label=" + label + "/year=2024/a.json", "{\"text\": \"of " + label + "\"}");
        }

        assertThat(rows(source(files("json", folder.resolve("in"), Map.of()), LABEL_AND_TEXT), "label", "text"))
                .containsExactlyInAnyOrder(
                        RowFactory.create("007", "of 007"),
                        RowFactory.create("7", "of 7"),
                        RowFactory.create("7.0", "of 7.0"));
        assertThat(spark.createDataFrame(
                                rows(
                                        source(
                                                files("json", folder.resolve("in"), Map.of()),
                                                label("label", Map.of("text", "text", "year", "year"))),
                                        "year"),
                                new StructType().add("year", "int"))
                        .first()
                        .getInt(0))
                .as("plain numbers stay numbers")
                .isEqualTo(2024);
    }

    @Test
    void queriesMayUseTheNamesOfFiles() throws IOException {
        write("texts/spam/1.txt", "buy\nnow");
        write("texts/ham/2.txt", "see you");
        String query =
                "SELECT value AS text, regexp_extract(_metadata.file_path, '([^/]+)/[^/]+$', 1) AS label FROM input";
        Reading texts = reading(
                "text",
                Map.of("wholetext", "true", "recursiveFileLookup", "true"),
                folder.resolve("texts").toString(),
                query,
                null);
        write("splits/train.csv", "label,text\na,one\n");
        Reading csv = reading(
                "csv",
                HEADER,
                folder.resolve("splits").toString(),
                "SELECT text, replace(_metadata.file_name, '.csv') AS label FROM input",
                null);

        assertThat(rows(source(texts, LABEL_AND_TEXT), "label", "text"))
                .containsExactlyInAnyOrder(RowFactory.create("spam", "buy\nnow"), RowFactory.create("ham", "see you"));
        assertThat(rows(source(csv, LABEL_AND_TEXT), "label", "text"))
                .containsExactly(RowFactory.create("train", "one"));
    }

    @Test
    void whatAQueryReadsBesideItsFilesIsAnInputToo() throws IOException {
        Path texts = write("texts.csv", "id,text\n1,one\n");
        Path labels = write("labels.json", "{\"id\": \"1\", \"label\": \"a\"}");
        String query = "SELECT text, label FROM input JOIN json.`" + labels + "` USING (id)";

        assertThat(Sources.of(access(), source(reading("csv", HEADER, texts.toString(), query, null), LABEL_AND_TEXT))
                        .inputs()
                        .get(0)
                        .fingerprint())
                .startsWith("2 files");
    }

    @Test
    void idsStayApartOrAreErrors() throws IOException {
        Path json = write("a.json", """
                {"id": 9007199254740993, "label": "a", "text": "x"}
                {"id": 9007199254740992, "label": "a", "text": "y"}
                {"id": 0.5, "label": "a", "text": "z"}
                """);
        Path csv = write("a.csv", "id,label,text\n0001,007,x\n1,7,y\n");
        Path parquet = folder.resolve("parquet");
        table(
                        "id DOUBLE, label DOUBLE, text STRING",
                        RowFactory.create(9007199254740994.0, 1.0, "x"),
                        RowFactory.create(Double.NaN, Double.NaN, "y"),
                        RowFactory.create(7.0, 1.5, "z"))
                .write()
                .parquet(parquet.toString());

        assertThat(rows(source(files("json", json, Map.of()), columns("id", "label", null)), "example_id"))
                .extracting(row -> row.getString(0))
                .containsExactlyInAnyOrder("9007199254740993", "9007199254740992", "0.5");
        assertThat(rows(
                        source(
                                files("csv", csv, Map.of("header", "true", "inferSchema", "true")),
                                columns("id", "label", null)),
                        "example_id",
                        "label"))
                .containsExactlyInAnyOrder(RowFactory.create("0001", "007"), RowFactory.create("1", "7"));
        List<Row> doubles = new ArrayList<>(rows(
                source(files("parquet", parquet, Map.of()), columns("id", "label", null)),
                "text",
                "example_id",
                "label",
                "parse_error"));
        doubles.sort(Comparator.comparing(row -> row.getString(0)));
        assertThat(doubles.get(0).getString(3)).contains("cannot tell whole numbers of this size apart");
        assertThat(doubles.get(1).getString(3)).contains("identifies nothing");
        assertThat(doubles.get(1).isNullAt(2)).isTrue();
        assertThat(doubles.get(2)).isEqualTo(RowFactory.create("z", "7", "1.5", null));
    }

    @Test
    void numbersSince1970AreToldApartByTheirSizeOrRefused() throws IOException {
        Path json = write("a.json", """
                {"t": 1711852200, "label": "seconds", "text": "x"}
                {"t": 1711852200123, "label": "milliseconds", "text": "x"}
                {"t": 1711852200123456, "label": "microseconds", "text": "x"}
                {"t": 1711852200123456789, "label": "nanoseconds", "text": "x"}
                {"t": 20240331, "label": "a date", "text": "x"}
                {"t": null, "label": "nothing", "text": "x"}
                """);
        Path csv = write(
                "a.csv", "t,label,text\n1711852200,number,x\n2024-03-31T02:30:00Z,text,x\n0001-01-01,too early,x\n");

        Map<String, Row> times = new TreeMap<>();
        rows(source(files("json", json, Map.of()), columns(null, "label", "t")), "label", "event_time", "parse_error")
                .forEach(row -> times.put(row.getString(0), row));
        rows(source(files("csv", csv, HEADER), columns(null, "label", "t")), "label", "event_time", "parse_error")
                .forEach(row -> times.put(row.getString(0), row));

        for (String sound : List.of("seconds", "milliseconds", "microseconds", "nanoseconds", "number", "text")) {
            assertThat(times.get(sound).getTimestamp(1).toInstant().toString())
                    .as(sound)
                    .startsWith("2024-03-31T02:30:00");
            assertThat(times.get(sound).isNullAt(2)).as(sound).isTrue();
        }
        assertThat(times.get("a date").getString(2)).contains("t '20240331' is not clearly a time", "yyyyMMdd");
        assertThat(times.get("too early").getString(2)).contains("outside of the years 1678 to 2261");
        assertThat(times.get("nothing").isNullAt(2)).isTrue();
    }

    @Test
    void aColumnOfAnotherTypeInTheNextFileIsNamed() {
        table("label STRING, text STRING", RowFactory.create("a", "one"))
                .write()
                .parquet(folder.resolve("in/a").toString());
        table("label BIGINT, text STRING", RowFactory.create(3L, "two"))
                .write()
                .parquet(folder.resolve("in/b").toString());
        SourceConfig source = source(files("parquet", folder.resolve("in/*"), Map.of()), LABEL_AND_TEXT);

        assertThatThrownBy(() -> {
                    try {
                        rows(source, "label");
                    } catch (Exception e) {
                        Sources.throwExplained(e);
                        throw e;
                    }
                })
                .hasMessageContaining("'label'")
                .hasMessageContaining("INT64")
                .hasMessageContaining("a source of its own");
    }

    @Test
    void tablesThatHaveNoRejectsRefuseDamagedRows() throws IOException {
        Path file = write("t.csv", "label,parent\na,top\nb\n");

        assertThatThrownBy(() -> Sources.table(access(), "The table", files("csv", file, HEADER), List.of("label")))
                .hasMessageContaining("1 row cannot be read")
                .hasMessageContaining("b");
    }

    @Test
    void twoFilesWhoseLinesBelongTogetherAreOneSource() throws IOException {
        Path texts = write("texts.txt", "one\n\nthree\n");
        Path labels = write("labels.txt", "a\nb\na\n");
        Map<String, String> options = Map.of("parallel", labels.toString());
        ColumnMapping columns = label("parallel", Map.of("text", "value"));
        SourceConfig source = source(files("text", texts, options), columns);

        assertThat(rows(source, "label", "text"))
                .containsExactlyInAnyOrder(
                        RowFactory.create("a", "one"), RowFactory.create("b", ""), RowFactory.create("a", "three"));
        assertThat(Sources.of(access(), source).inputs().get(0).fingerprint()).startsWith("2 files");
        write("labels.txt", "a\nb\n");
        assertThatThrownBy(() -> rows(source, "label"))
                .hasMessageContaining("3 lines")
                .hasMessageContaining("2, so their lines do not belong together");
    }

    @Test
    void manyColumnsAreNamedByARangeOrAPattern() throws IOException {
        Path file = write("a.csv", "label,f1,f2,f3,sensor_a,sensor_b,note\na,1,2,3,4,5,x\n");
        ColumnMapping columns = new ColumnMapping(
                Optional.empty(),
                Optional.of("label"),
                Optional.empty(),
                "/",
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Map.of("f1..f3", "f1..f3", "sensor_*", "sensor_*"),
                Map.of("f1..f2", "DOUBLE", "sensor_*", "INT"));

        StructType schema = Sources.of(access(), source(files("csv", file, HEADER), columns))
                .schema();

        assertThat(schema.fieldNames())
                .endsWith("f1", "f2", "f3", "sensor_a", "sensor_b")
                .doesNotContain("note");
        assertThat(List.of("f1", "f2", "f3", "sensor_a", "sensor_b"))
                .extracting(name -> schema.apply(name).dataType().sql())
                .containsExactly("DOUBLE", "DOUBLE", "STRING", "INT", "INT");
    }
}
