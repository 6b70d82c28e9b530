package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.tables.DeltaTable;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that the command writes; .ci/report.py tests it in a browser. */
class ReportTest extends DeltaTest {

    private static final String HOSTILE = "</script><b>{{data}}<!-- ' \" \u2028 &amp;";

    private static final String KEY =
            "model STRING, version INT, split STRING, slice STRING, level STRING, run_id STRING, label STRING, ";

    private static final TinyPipeline pipeline = TinyPipeline.undisturbed();

    /** The page of the undisturbed store, written once since it takes many queries. */
    private static Path plain = Path.of("none");

    @TempDir
    private Path folder = Path.of("none");

    @BeforeAll
    static void write(@TempDir Path shared) {
        plain = shared.resolve("report.html");
        Cli cli = Cli.done(pipeline.command("report", "--model", "softmax", "--out", plain.toString(), "--json"));
        assertThat(cli.json().get("file").asText()).isEqualTo(plain.toString());
    }

    @Test
    void theFileHoldsTheFiguresOfTheTables() throws IOException {
        JsonNode data = data(plain);
        assertThat(data.get("model").asText()).isEqualTo("softmax");
        Row accuracy = TinyPipeline.table(spark, pipeline.store(), JudgementTables.EVALUATION_SUMMARY)
                .filter(
                        "model = 'softmax' AND split = 'test' AND slice = 'all' AND level = 'leaf' AND metric = 'accuracy'")
                .select("value", "low", "high")
                .first();
        assertThat(data.get("summary")).anySatisfy(figure -> {
            assertThat(figure.get("level").asText()).isEqualTo("leaf");
            assertThat(figure.get("metric").asText()).isEqualTo("accuracy");
            assertThat(figure.get("value").asDouble()).isCloseTo(accuracy.getDouble(0), within(1e-5));
            assertThat(figure.get("low").asDouble()).isCloseTo(accuracy.getDouble(1), within(1e-5));
            assertThat(figure.get("high").asDouble()).isCloseTo(accuracy.getDouble(2), within(1e-5));
        });
        assertThat(texts(leaf(data).get("rows"), 0)).containsExactlyInAnyOrder("cat", "dog", "fern", "moss");
        assertThat(data.at("/lineage/runs").findValuesAsText("job"))
                .containsExactly("extract", "stratify", "train", "score", "evaluate");
        int cat = texts(leaf(data).get("rows"), 0).indexOf("cat");
        String equalWidth = " AND binning = 'equal_width'";
        assertThat(data.at("/calibration/all"))
                .hasSize(rows(JudgementTables.EVALUATION_CALIBRATION, "label IS NULL" + equalWidth));
        assertThat(data.at("/calibration/" + cat))
                .hasSize(rows(JudgementTables.EVALUATION_CALIBRATION, "label = 'cat'" + equalWidth));
        assertThat(data.at("/curves/" + cat)).hasSize(rows(JudgementTables.EVALUATION_CURVES, "label = 'cat'"));
        assertThat(data.at("/slices/figures").findValuesAsText("slice")).contains("month=0", "source=csv");
        assertThat(data.has("gates") || data.has("comparisons"))
                .as("sections without tables")
                .isFalse();
    }

    /** Rows about the leaves of the test split as a whole. */
    private static int rows(TableDefinition table, String condition) {
        return (int) TinyPipeline.table(spark, pipeline.store(), table)
                .filter("model = 'softmax' AND split = 'test' AND slice = 'all' AND level = 'leaf'")
                .filter(condition)
                .count();
    }

    @Test
    void theFileNeedsNothingElseAndForbidsItselfToFetchAnything() throws IOException {
        String markup = Files.readString(plain).replaceAll("(?s)<script[^>]*>.*?</script>", "<script></script>");

        assertThat(markup)
                .contains("default-src 'none'")
                .doesNotContain("http:", "https:", "<link", "<iframe", "@import", "url(")
                .doesNotContainPattern("\\ssrc=");
        assertThat(Files.readString(plain)).contains("vegaEmbed", "Interactive Data Lab");
        assertThat(Files.size(plain)).isLessThan(2_000_000);
    }

    @Test
    void textOfTheDataIsNeverMarkup() throws IOException {
        Path store = copyOfTheStore();
        for (String table : List.of("evaluation_per_class", "classes")) {
            replace(store, table, "label");
        }
        replace(store, "evaluation_confusion", "true_label");
        replace(store, "evaluation_confusion", "predicted_label");
        Path file = folder.resolve("report.html");

        Cli.done(pipeline.command(store, "report", "--model", "softmax", "--out", file.toString()));

        assertThat(texts(leaf(data(file)).get("rows"), 0)).contains(HOSTILE).doesNotContain("cat");
        Pattern tags = Pattern.compile("</?(script|b)\\b|<!--", Pattern.CASE_INSENSITIVE);
        assertThat(tags.matcher(Files.readString(file)).results().map(MatchResult::group))
                .as("the same elements as without hostile text")
                .containsExactlyElementsOf(tags.matcher(Files.readString(plain))
                        .results()
                        .map(MatchResult::group)
                        .toList());
    }

    @Test
    void gatesAndComparisonsAppearWhereTheStoreHasThem() throws IOException {
        Path store = copyOfTheStore();
        write(
                store,
                "gates",
                KEY + "statement STRING, bound DOUBLE, value DOUBLE, low DOUBLE, high DOUBLE, verdict STRING",
                row("softmax", null, "macro_f1 >= 0.6", 0.6, 0.7, 0.65, 0.75, "pass"),
                row("softmax", "cat", "recall >= 0.8", 0.8, 0.5, 0.4, 0.6, "fail"));
        write(
                store,
                "comparisons",
                KEY + "metric STRING, value DOUBLE, base_value DOUBLE, difference DOUBLE, verdict STRING",
                row("one_vs_rest", "cat", "recall", 0.5, 0.75, -0.25, "worse"));
        Path file = folder.resolve("report.html");

        Cli.done(pipeline.command(store, "report", "--model", "softmax", "--out", file.toString()));

        JsonNode data = data(file);
        assertThat(texts(data.at("/gates/rows"), 0)).containsExactly("recall >= 0.8", "macro_f1 >= 0.6");
        assertThat(data.has("comparisons")).as("of another model alone").isFalse();
    }

    @Test
    void aModelWithoutAnEvaluationEndsWithThreeAndSaysWhatToDo() {
        Cli cli = Cli.run(pipeline.command(
                "report", "--split", "train", "--out", folder.resolve("none").toString()));

        assertThat(cli.exitCode()).isEqualTo(3);
        assertThat(cli.err()).contains("no evaluation of any model on split 'train'", "Run evaluate first");
    }

    @Test
    void aFileThatCannotBeWrittenEndsWithTwo() {
        Cli cli = Cli.run(pipeline.command(
                "report", "--out", folder.resolve("none/report.html").toString()));

        assertThat(cli.exitCode()).isEqualTo(2);
        assertThat(cli.err()).contains("The report cannot be written", "--out");
    }

    private static Row row(String model, Object... more) {
        List<Object> values = new ArrayList<>(List.of(model, 1, "test", "all", "leaf", "a-run"));
        values.addAll(Arrays.asList(more));
        return RowFactory.create(values.toArray());
    }

    private static void write(Path store, String name, String ddl, Row... rows) {
        table(ddl, rows).write().format("delta").save(store.resolve(name).toString());
    }

    private Path copyOfTheStore() {
        Path store = folder.resolve("store");
        TinyPipeline.copy(pipeline.store(), store);
        return store;
    }

    private static void replace(Path store, String table, String column) {
        DeltaTable.forPath(spark, store.resolve(table).toString())
                .updateExpr(column + " = 'cat'", Map.of(column, "'" + HOSTILE.replace("'", "\\'") + "'"));
    }

    private static JsonNode leaf(JsonNode data) {
        assertThat(data.at("/classes/0/level").asText()).isEqualTo("leaf");
        return data.at("/classes/0");
    }

    private static List<String> texts(JsonNode rows, int column) {
        List<String> texts = new ArrayList<>();
        rows.forEach(row -> texts.add(row.get(column).asText()));
        return texts;
    }

    /** The data of the page, in the form that its script reads. */
    static JsonNode data(Path file) throws IOException {
        String html = Files.readString(file);
        String start = "<script id=\"data\" type=\"application/json\">";
        int from = html.indexOf(start) + start.length();
        return new ObjectMapper().readTree(html.substring(from, html.indexOf("</script", from)));
    }
}
