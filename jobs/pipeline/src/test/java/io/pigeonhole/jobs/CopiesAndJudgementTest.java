package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies within and across splits, and what the data do not allow to be learned or judged. */
class CopiesAndJudgementTest extends DeltaTest {

    private static final String CONFIGURATION = """
            name = notes
            store.root = "%1$s/store"
            spark { "spark.sql.shuffle.partitions" = 1, "spark.databricks.delta.snapshotPartitions" = 1 }
            sources = [{
              kind = spark, name = notes
              read { format = csv, path = "%1$s/notes.csv", options { header = true } }
              columns { id = id, %2$s = %2$s, fields { text = text, title = title, part = part, site = site } }
            }]
            features = [{ kind = text, column = text, min_document_frequency = 1 }]
            models = [{ name = softmax, trainer = softmax }]
            evaluate.bootstrap_replicates = 100
            """;

    @TempDir
    private Path folder = Path.of("none");

    private void rows(List<String> rows) {
        rows("label", rows);
    }

    /** @param label the column of the labels, or of paths that end in them */
    private void rows(String label, List<String> rows) {
        TinyPipeline.write(folder.resolve("notes.conf"), String.format(CONFIGURATION, folder, label));
        TinyPipeline.write(
                folder.resolve("notes.csv"), "id,label,path,text,title,part,site\n" + String.join("\n", rows) + "\n");
    }

    private Cli run(String job, String... settings) {
        List<String> arguments =
                new ArrayList<>(List.of(job, folder.resolve("notes.conf").toString(), "--json"));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        return Cli.run(arguments.toArray(String[]::new));
    }

    private JsonNode figures(String job, String... settings) {
        Cli cli = run(job, settings);
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        return cli.json().get("runs").get(0).get("figures");
    }

    private List<String> stored(TableDefinition table, String column) {
        return TinyPipeline.table(spark, folder.resolve("store"), table).selectExpr(column).collectAsList().stream()
                .map((Row row) -> row.isNullAt(0) ? "null" : row.getString(0))
                .sorted()
                .toList();
    }

    private String warnings(String job) {
        return TinyPipeline.table(spark, folder.resolve("store"), RunTables.RUNS)
                .where("job = '" + job + "'")
                .selectExpr("concat_ws('\n', warnings)")
                .collectAsList()
                .stream()
                .map((Row row) -> row.getString(0))
                .collect(Collectors.joining("\n"));
    }

    /** Each of so many texts under several ids, in turn of the classes a and b. */
    private static List<String> copies(int texts, int times) {
        return IntStream.range(0, texts * times)
                .mapToObj(i -> i + "," + (i % texts % 2 == 0 ? "a" : "b") + ",,text number " + i % texts + ",,,")
                .toList();
    }

    @Test
    void copiesUnderOtherIdsAreCountedAndStayInOneSplit() {
        rows(copies(20, 4));
        JsonNode extracted = figures("extract");
        assertThat(extracted.get("rows_copied").asInt()).isEqualTo(60);
        assertThat(extracted.get("rows_copied_same_label").asInt()).isEqualTo(60);
        assertThat(extracted.get("rows_collapsed").asInt()).isZero();
        JsonNode stratified = figures("stratify");
        assertThat(stratified.get("contents").asInt()).isEqualTo(20);
        assertThat(stratified.get("test_in_train").asInt()).isZero();
        assertThat(stored(
                        ExampleTables.CLASS_SPLITS,
                        "concat_ws(' ', label, train, validation, test, contents, copies, test_in_train)"))
                .containsExactly("a 32 4 4 10 30 0", "b 32 4 4 10 30 0");
        assertThat(warnings("stratify")).isEmpty();
    }

    @Test
    void copiesThatAreDealtApartAreReportedByClass() {
        rows(copies(20, 4));
        figures("extract");
        JsonNode stratified = figures("stratify", "stratify.copies=apart");
        assertThat(stratified.get("test_in_train").asInt()).isBetween(6, 8);
        assertThat(warnings("stratify"))
                .contains(
                        "of 8 rows of test and",
                        "have the same features and label as a row of train",
                        "stratify.copies = together");
    }

    @Test
    void equalRowsWithoutIdsKeepTheirGivenSplits() {
        rows(List.of(
                ",a,,same,,train,s1",
                ",a,,same,,test,s1",
                ",a,,same,,test,s1",
                ",b,,other,,train,s2",
                ",b,,third,,validation,s3",
                ",a,,fourth,,test,s4"));
        JsonNode extracted = figures("extract", "stratify.given.column=part");
        assertThat(extracted.get("rows_accepted").asInt()).isEqualTo(5);
        assertThat(extracted.get("rows_collapsed").asInt()).isEqualTo(1);
        JsonNode stratified = figures("stratify", "stratify.given.column=part", "stratify.group_column=site");
        assertThat(stratified.get("rows_test").asInt()).isEqualTo(2);
        assertThat(stratified.get("test_in_train").asInt()).isEqualTo(1);
        assertThat(stratified.get("torn_groups").asInt()).isEqualTo(1);
        assertThat(warnings("stratify")).contains("1 of 2 rows of test", "tear 1 group apart, such as group s1");
    }

    @Test
    void aSingleClassIsRefusedBeforeTraining() {
        rows(IntStream.range(0, 10)
                .mapToObj(i -> i + ",only,,text " + i + ",,,")
                .toList());
        Cli cli = run("run");
        assertThat(cli.exitCode()).isEqualTo(3);
        assertThat(cli.err()).contains("All 8 rows of train are of the class 'only'", "Bring rows of other classes");
    }

    @Test
    void classesThatOnlyTrainAndEmptySplitsAreNamed() {
        List<String> rows = new ArrayList<>(copies(40, 1));
        rows.addAll(List.of("x1,lonely,,one,,,s", "x2,pair,,two,,,s", "x3,pair,,three,,,s"));
        rows(rows);
        figures("extract");
        figures("stratify");
        assertThat(warnings("stratify"))
                .contains("2 of 4 classes only train", "'lonely' (1 row), 'pair' (2 rows)", "collapse_into_other");
        assertThat(stored(ExampleTables.CLASS_SPLITS, "if(validation = 0 AND test = 0, concat(label, ' ', train), '')"))
                .containsExactly("", "", "lonely 1", "pair 2");
    }

    @Test
    void groupsThatLeaveASplitEmptyAreTheReasonGiven() {
        rows(IntStream.range(0, 10)
                .mapToObj(i -> i + "," + (i % 2 == 0 ? "a" : "b") + ",,text " + i + ",,,site")
                .toList());
        figures("extract");
        figures("stratify", "stratify.group_column=site");
        assertThat(warnings("stratify"))
                .contains("No labelled row is in test", "No labelled row is in validation", "too few groups by 'site'");
    }

    @Test
    void aClassUnderTwoParentsFollowsThePolicy() {
        rows(
                "path",
                List.of(
                        "1,cat,animal/cat,meow,,,",
                        "2,cat,animal/cat,purr,,,",
                        "3,cat,pet/cat,hiss,,,",
                        "4,oak,plant/oak,leaf,,,"));
        Cli refused = run("extract");
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.err()).contains("Class 'cat' has two paths", "extract.parents = majority or reject");

        assertThat(figures("extract", "extract.parents=majority")
                        .get("rows_accepted")
                        .asInt())
                .isEqualTo(4);
        assertThat(stored(ExampleTables.EXAMPLES, "concat(example_id, ' ', concat_ws('/', path))"))
                .containsExactly("1 animal/cat", "2 animal/cat", "3 animal/cat", "4 plant/oak");
        assertThat(warnings("extract")).contains("'cat' ('animal' in 2 rows, 'pet' in 1 rows)");

        JsonNode rejecting = figures("extract", "extract.parents=reject", "extract.reject_limit=1");
        assertThat(rejecting.get("rejected_other_parent").asInt()).isEqualTo(1);
        assertThat(stored(ExampleTables.REJECTS, "concat_ws(' | ', reason, detail)"))
                .containsExactly("other_parent | the path is pet / cat, but that of most rows is animal / cat");
    }

    @Test
    void oneEmptyTextAmongSeveralKeepsItsRow() {
        rows(List.of("1,a,,text,,,", "2,b,,,title,,", "3,b,,,,,"));
        String features = "features=[{ kind = text, column = text }, { kind = text, column = title }]";
        JsonNode figures = figures("extract", features, "extract.reject_limit=1");
        assertThat(figures.get("rows_accepted").asInt()).isEqualTo(2);
        assertThat(stored(ExampleTables.REJECTS, "detail")).containsExactly("every feature is null or blank");
    }

    @Test
    void aPickedSettingAtTheEdgeOfItsGridAndFullBucketsAreReported() {
        rows(copies(40, 1));
        Cli cli = run(
                "run",
                "models=[{ name = softmax, trainer = softmax, reg_param = [1e-3, 1e-2] }]",
                "features=[{ kind = text, column = text, vocabulary { kind = hashed, buckets = 8 } }]");
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        assertThat(warnings("train"))
                .contains(
                        "The picked reg_param",
                        "Add values to the list, such as",
                        "100 % of the 8 buckets of column 'text'");
    }
}
