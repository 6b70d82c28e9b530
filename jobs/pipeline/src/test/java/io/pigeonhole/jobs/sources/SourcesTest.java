package io.pigeonhole.jobs.sources;

import static io.pigeonhole.jobs.sources.Mappings.files;
import static io.pigeonhole.jobs.sources.Mappings.label;
import static io.pigeonhole.jobs.sources.Mappings.mapping;
import static io.pigeonhole.jobs.sources.Mappings.reading;
import static io.pigeonhole.jobs.sources.Mappings.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.jobs.DeltaTest;
import io.pigeonhole.jobs.configuration.ColumnMapping;
import io.pigeonhole.jobs.configuration.LabelsConfig.TaxonomyTable;
import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourcesTest extends DeltaTest {

    private static final Map<String, String> HEADER = Map.of("header", "true");
    private static final Map<String, String> TEXT = Map.of("text", "text");

    @TempDir
    Path folder;

    @Test
    void csvKeepsLabelsThatReadNaOrNull() throws IOException {
        Path csv = write("a.csv", "label,text\nNA,Neotoma albigula\nnull,nothing\n,no label\n");

        List<Row> rows = rows(source(files("csv", csv, HEADER), label("label", TEXT)), "label", "text", "source");

        assertThat(rows)
                .containsExactlyInAnyOrder(
                        RowFactory.create("NA", "Neotoma albigula", "birds"),
                        RowFactory.create("null", "nothing", "birds"),
                        RowFactory.create(null, "no label", "birds"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "parquet", "orc", "csv"})
    void everyFormatOfColumnsGivesTheSameRows(String format) {
        Dataset<Row> table = table(
                "id BIGINT, label STRING, text STRING",
                RowFactory.create(7L, "finch", "small"),
                RowFactory.create(8L, null, "unknown"));
        Path path = folder.resolve(format);
        table.write().format(format).option("header", "true").save(path.toString());
        ColumnMapping columns = new ColumnMapping(
                Optional.of("id"),
                Optional.of("label"),
                Optional.empty(),
                "/",
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Map.of("words", "text"),
                Map.of());
        SourceConfig source = source(files(format, path, format.equals("csv") ? HEADER : Map.of()), columns);

        assertThat(rows(source, "example_id", "label", "words", "parse_error"))
                .containsExactlyInAnyOrder(
                        RowFactory.create("7", "finch", "small", null), RowFactory.create("8", null, "unknown", null));
        assertThat(Sources.of(access(), source).read().raw().columns())
                .containsExactly(
                        "source",
                        "raw",
                        "example_id",
                        "label",
                        "path",
                        "event_time",
                        "label_time",
                        "parse_error",
                        "words");
    }

    @Test
    void libsvmLabelsAreWrittenAsInTheFileAndVectorsSurvive() throws IOException {
        Path file = write("a.libsvm", "3 1:0.5 4:2.0\n-1 2:1.0\n");
        SourceConfig source =
                source(files("libsvm", file, Map.of("numFeatures", "4")), label("label", Map.of("vector", "features")));

        List<Row> rows = rows(source, "label", "vector", "raw");

        assertThat(rows).extracting(row -> row.getString(0)).containsExactlyInAnyOrder("3", "-1");
        Row three = rows.stream()
                .filter(row -> row.getString(0).equals("3"))
                .findFirst()
                .orElseThrow();
        assertThat(three.<Vector>getAs("vector"))
                .isEqualTo(Vectors.sparse(4, new int[] {0, 3}, new double[] {0.5, 2.0}));
        assertThat(three.<String>getAs("raw")).contains("\"label\":3.0", "[0.5,2.0]");
    }

    @Test
    void linesOfTextAreSplitByAQueryOverTheViewInput() throws IOException {
        Path file = write("a.txt", "finch:small bird\nowl:night bird\n");
        Reading read = reading(
                "text",
                Map.of(),
                file.toString(),
                "SELECT split_part(value, ':', 1) AS label, split_part(value, ':', 2) AS text FROM input",
                null);

        assertThat(rows(source(read, label("label", TEXT)), "label", "text"))
                .containsExactlyInAnyOrder(
                        RowFactory.create("finch", "small bird"), RowFactory.create("owl", "night bird"));
    }

    @Test
    void twoSourcesWithQueriesOverTheirOwnInputsDoNotMix() throws IOException {
        String query = "SELECT label, text FROM input";
        SourceConfig first = source(
                reading("csv", HEADER, write("1.csv", "label,text\na,first\n").toString(), query, null),
                label("label", TEXT));
        SourceConfig second = source(
                reading("csv", HEADER, write("2.csv", "label,text\nb,second\n").toString(), query, null),
                label("label", TEXT));

        Dataset<Row> one = Sources.of(access(), first).read().raw();
        Dataset<Row> two = Sources.of(access(), second).read().raw();

        assertThat(one.union(two).select("text").collectAsList())
                .containsExactlyInAnyOrder(RowFactory.create("first"), RowFactory.create("second"));
        assertThat(spark.catalog().tableExists("input")).isFalse();
    }

    @Test
    void deltaIsReadAsItWasAtATimeBetweenAndAfterItsCommits() throws IOException {
        Path path = folder.resolve("past");
        Instant now = Instant.now();
        for (int version = 0; version < 2; version++) {
            table("label STRING, text STRING", RowFactory.create("a", "version " + version))
                    .write()
                    .format("delta")
                    .mode("overwrite")
                    .save(path.toString());
            // Delta takes the time of a commit from its file
            Path commit = path.resolve("_delta_log").resolve(String.format("%020d.json", version));
            Files.setLastModifiedTime(commit, FileTime.from(now.minus(Duration.ofDays(4 - 2L * version))));
        }
        SourceConfig source = source(reading("delta", Map.of(), path.toString(), null, null), label("label", TEXT));

        assertThat(rows(source.asOf(now.minus(Duration.ofDays(3)).toString()), "text"))
                .containsExactly(RowFactory.create("version 0"));
        assertThat(rows(source.asOf(now.minus(Duration.ofDays(1)).toString()), "text"))
                .containsExactly(RowFactory.create("version 1"));
        SourceConfig pinned = source(reading("delta", Map.of(), path.toString(), null, 0L), label("label", TEXT));
        assertThat(pinned.asOf(now.toString())).as("a pin of its own stays").isEqualTo(pinned);
        for (Duration never : List.of(Duration.ofDays(-9), Duration.ofDays(9))) {
            SourceConfig refused = source.asOf(now.plus(never).toString());
            assertThatThrownBy(() -> Sources.of(access(), refused).read())
                    .isInstanceOf(PipelineException.class)
                    .hasMessageContaining("Source 'birds' cannot be read");
        }
        SourceConfig file = source(reading("csv", Map.of(), path.toString(), null, null), label("label", TEXT));
        assertThatThrownBy(() -> file.asOf(now.toString()))
                .isInstanceOf(PipelineException.class)
                .hasMessageContainingAll(
                        "source 'birds' cannot be read as of", "only a Delta table", "leave out 'as_of'");
    }

    @Test
    void deltaIsReadAtItsPinnedVersionAndTellsWhichItRead() {
        String path = folder.resolve("delta").toString();
        table("label STRING, text STRING", RowFactory.create("a", "old"))
                .write()
                .format("delta")
                .save(path);
        SourceConfig pinned = source(reading("delta", Map.of(), path, null, 0L), label("label", TEXT));
        SourceConfig latest = source(reading("delta", Map.of(), path, null, null), label("label", TEXT));
        SourceRows atFirst = Sources.of(access(), latest).read();
        table("label STRING, text STRING", RowFactory.create("b", "new"))
                .write()
                .format("delta")
                .mode("append")
                .save(path);

        assertThat(rows(pinned, "text")).containsExactly(RowFactory.create("old"));
        assertThat(rows(latest, "text")).hasSize(2);
        assertThat(atFirst.raw().count())
                .as("opened before the append, used after it")
                .isEqualTo(1);
        assertThat(atFirst.inputs().get(0).version()).hasValue(0L);
        assertThat(Sources.of(access(), pinned).inputs()).isEqualTo(atFirst.inputs());
        assertThat(Sources.of(access(), latest).inputs().get(0).version()).hasValue(1L);
        assertThat(Sources.of(access(), latest).inputs())
                .isEqualTo(Sources.of(access(), latest).inputs());
        SourceConfig missing = source(reading("delta", Map.of(), path, null, 9L), label("label", TEXT));
        assertThatThrownBy(() -> Sources.of(access(), missing).read())
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("Source 'birds' cannot be read")
                .hasMessageContaining("version 9");
    }

    @Test
    void fingerprintsChangeWithTheFilesAndNotOtherwise() throws IOException {
        Path json = write("a.json", "{\"label\":\"a\",\"text\":\"one\"}\n");
        SourceConfig byPath = source(files("json", json, Map.of()), label("label", TEXT));
        SourceConfig bySubquery = source(
                reading(
                        null,
                        Map.of(),
                        null,
                        "SELECT 'a' AS label, (SELECT max(text) FROM json.`" + json + "`) AS text",
                        null),
                label("label", TEXT));

        List<Object> before = List.of(
                Sources.of(access(), byPath).inputs(),
                Sources.of(access(), bySubquery).inputs());

        assertThat(Sources.of(access(), byPath).read().inputs()).isEqualTo(before.get(0));
        assertThat(Sources.of(access(), bySubquery).read().inputs()).isEqualTo(before.get(1));
        Files.writeString(json, "{\"label\":\"a\",\"text\":\"other\"}\n");
        assertThat(Sources.of(access(), byPath).inputs()).isNotEqualTo(before.get(0));
        assertThat(Sources.of(access(), bySubquery).inputs()).isNotEqualTo(before.get(1));
    }

    @Test
    void thisProcessListsTheFilesThatSparkReads() throws IOException {
        Path files = Files.createDirectories(folder.resolve("files"));
        for (String name : List.of("a.csv", "b.csv", "_c=d.csv")) {
            Files.writeString(files.resolve(name), "label,text\na,one\n");
        }
        // Spark passes over these
        for (String name : List.of("_SUCCESS", ".b.csv.crc", "_hidden.csv", "e.csv._COPYING_")) {
            Files.writeString(files.resolve(name), "no row\n");
        }
        SourceConfig source = source(files("csv", files, HEADER), label("label", TEXT));
        assertThat(Sources.of(withoutSpark(), source).inputs())
                .isEqualTo(Sources.of(access(), source).read().inputs());
        assertThat(Sources.of(withoutSpark(), source).inputs().get(0).fingerprint())
                .startsWith("3 files");
        // partitions, patterns and readers' choices are Spark's business
        Path partitions = Files.createDirectories(folder.resolve("partitions/day=1"));
        Files.writeString(partitions.resolve("a.csv"), "label,text\na,one\n");
        for (SourceConfig other : List.of(
                source(files("csv", partitions.getParent(), HEADER), label("label", TEXT)),
                source(files("csv", files.resolve("*.csv"), HEADER), label("label", TEXT)),
                source(files("csv", files, Map.of("header", "true", "pathGlobFilter", "a*")), label("label", TEXT)))) {
            assertThatThrownBy(() -> Sources.of(withoutSpark(), other).inputs()).hasMessageContaining("no session");
            assertThat(Sources.of(access(), other).inputs())
                    .isEqualTo(Sources.of(access(), other).read().inputs());
        }
    }

    private static Access withoutSpark() {
        return new Access(
                () -> {
                    throw new IllegalStateException("there is no session");
                },
                new Configuration());
    }

    @Test
    void aSourceThatCannotTellItsStateIsAlwaysReadAgain() {
        Dataset<Row> table = table("label STRING, text STRING", RowFactory.create("a", "one"));
        spark.createDataFrame(table.toJavaRDD(), table.schema()).createOrReplaceTempView("remote");
        SourceConfig source = source(reading(null, Map.of(), null, "SELECT * FROM remote", null), label("label", TEXT));

        assertThat(Sources.of(access(), source).inputs().get(0).fingerprint())
                .startsWith("cannot tell; always read again");
        assertThat(Sources.of(access(), source).inputs())
                .isNotEqualTo(Sources.of(access(), source).inputs());
    }

    @Test
    void pathsAreSplitLiterallyAndLevelsMayEndEarly() {
        table(
                        "path STRING, family STRING, genus STRING, species STRING, text STRING",
                        RowFactory.create("animals||birds|finch", "a", "b", "c", "full"),
                        RowFactory.create("animals", "a", null, null, "short"),
                        RowFactory.create(null, null, null, null, "none"),
                        RowFactory.create("|", "a", " ", "c", "gap"))
                .createOrReplaceTempView("levels");
        Reading read = reading(null, Map.of(), null, "SELECT * FROM levels", null);

        List<Row> paths = rows(source(read, Mappings.path("path", "|", TEXT)), "text", "label", "path");
        List<Row> levels = rows(
                source(read, Mappings.levels(List.of("family", "genus", "species"), TEXT)),
                "text",
                "label",
                "path",
                "parse_error");

        assertThat(paths.stream().map(Row::mkString))
                .containsExactlyInAnyOrder(
                        "fullfinch"
                                + List.of("animals", "birds", "finch").stream()
                                        .collect(java.util.stream.Collectors.joining(", ", "ArraySeq(", ")")),
                        "shortanimalsArraySeq(animals)",
                        "nonenullnull",
                        "gapnullnull");
        assertThat(levels.stream().map(Row::mkString))
                .containsExactlyInAnyOrder(
                        "fullcArraySeq(a, b, c)null",
                        "shortaArraySeq(a)null",
                        "nonenullnullnull",
                        "gapcArraySeq(a, c)genus is empty but species below it is 'c'");
    }

    @Test
    void everyMissingColumnIsNamedWithTheOneThatWasMeant() throws IOException {
        Path csv = write("a.csv", "Species,the text,x.y\nfinch,small,1\n");
        SourceConfig wrong = source(
                files("csv", csv, HEADER), label("specie", Map.of("text", "text", "other", "nowhere", "dots", "x.y")));
        SourceConfig right =
                source(files("csv", csv, HEADER), label("species", Map.of("text", "the text", "dots", "x.y")));

        assertThatThrownBy(() -> Sources.of(access(), wrong).schema())
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("Source 'birds' has no column 'specie' (did you mean 'Species'?), ")
                .hasMessageContaining("'nowhere'")
                .hasMessageContaining("Its columns are: Species, the text, x.y");
        assertThat(Sources.of(access(), right).schema().fieldNames()).contains("label", "text", "dots");
        assertThat(rows(right, "label", "text", "dots")).containsExactly(RowFactory.create("finch", "small", "1"));
    }

    @Test
    void aHeaderThatWasForgottenIsPointedAt() throws IOException {
        Path csv = write("a.csv", "label,text\na,b\n");

        assertThatThrownBy(() -> Sources.of(access(), source(files("csv", csv, Map.of()), label("label", TEXT)))
                        .schema())
                .hasMessageContaining("_c0")
                .hasMessageContaining("header = true");
    }

    @Test
    void valuesThatCannotBeReadBecomeErrorsOfTheirRowAndTheOthersSurvive() throws IOException {
        Path csv = write("a.csv", """
                label,amount,when,known
                a, 1.5 ,2024-02-29T10:00:00Z,2024-03-01
                b,many,yesterday,2024-02-30
                c,,,
                d,2,2024-01-01,2024-01-01,too,long
                """);
        ColumnMapping columns = new ColumnMapping(
                Optional.empty(),
                Optional.of("label"),
                Optional.empty(),
                "/",
                List.of(),
                Optional.of("when"),
                Optional.of("known"),
                Map.of("amount", "amount"),
                Map.of("amount", "DOUBLE"));
        SourceConfig source = source(files("csv", csv, HEADER), columns);

        List<Row> rows = rows(source, "label", "amount", "parse_error", "event_time");

        assertThat(rows).hasSize(4);
        assertThat(rows.get(0).getDouble(1)).isEqualTo(1.5);
        assertThat(rows.get(0).isNullAt(2)).isTrue();
        assertThat(rows.get(0).getTimestamp(3).toInstant()).hasToString("2024-02-29T10:00:00Z");
        assertThat(rows.get(1).getString(2))
                .isEqualTo("when 'yesterday' is no TIMESTAMP; known '2024-02-30' is no TIMESTAMP;"
                        + " amount 'many' is no DOUBLE");
        assertThat(rows.get(2).isNullAt(1)).isTrue();
        assertThat(rows.get(2).isNullAt(2)).isTrue();
        assertThat(rows.get(3).getString(2)).startsWith("the row does not fit the schema: d,2,2024-01-01");
        assertThat(rows(source, "parse_error"))
                .as("asked for alone")
                .filteredOn(row -> !row.isNullAt(0))
                .hasSize(2);
    }

    @Test
    void jsonThatIsBrokenOrOfAnotherTypeIsAnErrorOfItsRow() throws IOException {
        Path json = write("a.json", """
                {"label":"a","n":1,"text":"x"}
                {"label":"b",
                {"label":"c","n":"one","text":"y"}
                """);
        SourceConfig inferred = source(files("json", json, Map.of()), label("label", TEXT));
        SourceConfig given = source(
                files("json", json, Map.of("schema", "label STRING, n INT, text STRING")),
                label("label", Map.of("n", "n")));

        assertThat(rows(inferred, "parse_error").stream().filter(row -> !row.isNullAt(0)))
                .hasSize(1);
        assertThat(rows(given, "parse_error").stream().filter(row -> !row.isNullAt(0)))
                .hasSize(2);
        assertThat(Stream.of(
                                Sources.of(access(), given).inputs(),
                                Sources.of(access(), inferred).inputs())
                        .distinct())
                .hasSize(1);
    }

    @Test
    void theRawRowIsJsonWhateverItsTypes() {
        table(
                        "label STRING, text STRING, m MAP<INT, STRING>, b BINARY, d DOUBLE, a ARRAY<STRUCT<x: DATE>>,"
                                + " i INTERVAL DAY TO SECOND, v VARIANT, dec DECIMAL(30, 10)",
                        RowFactory.create("a", null, null, null, null, null, null, null, null))
                .createOrReplaceTempView("odd");
        Reading read = reading(
                null,
                Map.of(),
                null,
                "SELECT * FROM odd UNION ALL SELECT 'b', 'x\"y\n', map(1, 'one'), X'CAFE', double('NaN'),"
                        + " array(named_struct('x', date'2024-01-01')), interval '1' day, parse_json('{\"k\": 1}'), 1.5",
                null);

        assertThat(rows(source(read, label("label", TEXT)), "raw").stream().map(row -> row.getString(0)))
                .satisfiesExactlyInAnyOrder(
                        raw -> assertThat(raw).isEqualTo("{\"label\":\"a\"}"),
                        raw -> assertThat(raw)
                                .startsWith("{\"label\":\"b\",\"text\":\"x\\\"y\\n\"")
                                .contains("\"m\":{\"1\":\"one\"}", "\"d\":\"NaN\"", "2024-01-01", "\"v\":{\"k\":1}"));
    }

    @Test
    void whatIsNotThereIsRefusedWithPathAndRemedy() {
        Path nowhere = folder.resolve("nowhere.csv");

        assertThatThrownBy(() -> Sources.of(access(), source(files("csv", nowhere, HEADER), label("label", TEXT)))
                        .inputs())
                .isInstanceOfSatisfying(
                        PipelineException.class,
                        e -> assertThat(e.category()).isEqualTo(PipelineException.Category.DATA_CONTRACT))
                .hasMessageContaining("Source 'birds' cannot be read (path " + nowhere + ", format csv)")
                .hasMessageContaining("Check that the data have arrived");
        assertThatThrownBy(() -> Sources.of(access(), source(files("cvs", nowhere, HEADER), label("label", TEXT)))
                        .schema())
                .isInstanceOfSatisfying(
                        PipelineException.class,
                        e -> assertThat(e.category()).isEqualTo(PipelineException.Category.CONFIGURATION))
                .hasMessageContaining("cvs");
        SourceConfig noLibrary =
                source(reading("parquet", Map.of(), "s3a://lake/birds", null, null), label("label", TEXT));
        assertThatThrownBy(() -> Sources.of(access(), noLibrary).schema())
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("S3AFileSystem not found. Give Spark the library");
        Reading misspelt = reading(null, Map.of(), null, "SELECT labl FROM VALUES ('a') AS t(label)", null);
        assertThatThrownBy(() -> Sources.of(access(), source(misspelt, label("label", TEXT)))
                        .schema())
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("(a query): [UNRESOLVED_COLUMN")
                .hasMessageContaining("`labl`");
    }

    @Test
    void configurationsThatCannotBeMeantAreRefused() {
        assertThatThrownBy(() -> reading(null, Map.of(), null, "-- tidy\nDROP TABLE t", null))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("can only read");
        assertThatThrownBy(() -> mapping("label", TEXT, Map.of("text", "NUMBER; DROP TABLE t")))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("no type of a single value");
        assertThatThrownBy(() -> mapping("label", TEXT, Map.of("txt", "INT")))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("'txt', which is no field");
        assertThatThrownBy(() -> label("label", Map.of("Label", "text")))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("a column of its own in examples");
    }

    @Test
    void taxonomyTablesAreTrimmedDistinctAndOrdered() throws IOException {
        Path csv = write("t.csv", "class,above\n finch , birds\nbirds,\nNA,birds\nfinch,birds\n");
        TaxonomyTable table = new TaxonomyTable(files("csv", csv, HEADER), "class", "above");

        assertThat(Sources.taxonomy(access(), table))
                .containsExactly(
                        new Parentage("NA", Optional.of("birds")),
                        new Parentage("birds", Optional.empty()),
                        new Parentage("finch", Optional.of("birds")));
        assertThat(Sources.inputs(access(), table)).hasSize(1);
        assertThatThrownBy(() ->
                        Sources.checkTaxonomy(access(), new TaxonomyTable(files("csv", csv, HEADER), "class", "abov")))
                .hasMessageContaining("'abov' (did you mean 'above'?)");
    }

    @Test
    void otherExamplesNeedAnId() throws IOException {
        Path with = write("with.csv", "example_id,text\n1,small\n");
        Path without = write("without.csv", "exampleid,text\n1,small\n");

        assertThat(Sources.otherExamples(access(), files("csv", with, HEADER)).count())
                .isEqualTo(1);
        assertThat(Sources.inputs(access(), files("csv", with, HEADER)).get(0).name())
                .isEqualTo("examples");
        assertThatThrownBy(() -> Sources.otherExamples(access(), files("csv", without, HEADER)))
                .hasMessageContaining("'example_id' (did you mean 'exampleid'?)");
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static List<Row> rows(SourceConfig source, String... columns) {
        return Sources.of(access(), source).read().raw().selectExpr(columns).collectAsList();
    }
}
