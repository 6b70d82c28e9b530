package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.pigeonhole.jobs.commands.Tables;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.training.Scheme;
import io.pigeonhole.training.TrainingMemory;
import io.pigeonhole.transforms.Taxonomy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports before jobs begin, while they run, and after they end. */
class ObservabilityTest extends DeltaTest {

    private final TinyPipeline pipeline = TinyPipeline.undisturbed();
    private final Path store = pipeline.store();

    @TempDir
    private Path folder = Path.of("none");

    @Test
    void aPlanOfTheWholePipelineForesaysTheTablesThatTheRunWrites() {
        Path empty = folder.resolve("empty");

        JsonNode plan =
                Cli.done(pipeline.command(empty, "run", "--dry-run", "--json")).json();

        assertThat(empty).doesNotExist();
        assertThat(plan.get("status").asText()).isEqualTo("planned");
        assertThat(plan.get("plan")).hasSize(12);
        // of the 301 rows read, one is rejected
        assertThat(amount(plan, "extract", "", "reads", "csv").get("rows").asLong())
                .isBetween(290L, 312L);
        assertThat(amount(plan, "extract", "", "reads", "csv").get("bytes").asLong())
                .isEqualTo(size(pipeline.input()));
        for (String[] written : new String[][] {
            {"extract", "", "examples"}, {"stratify", "", "splits"}, {"score", "softmax", "predictions"}
        }) {
            JsonNode expected = amount(plan, written[0], written[1], "writes", written[2]);
            Row actual = written(written[1], written[2]);
            assertThat((double) expected.get("rows").asLong() / actual.getLong(0))
                    .as("rows of " + written[2])
                    .isBetween(0.9, 1.1);
            assertThat((double) expected.get("bytes").asLong() / actual.getLong(1))
                    .as("bytes of " + written[2])
                    .isBetween(0.25, 4.0);
        }
    }

    @Test
    void aPlanOnATableThatIsThereHasItsRowsExactlyAndWritesNothing() {
        Map<String, Long> before = TinyPipeline.versions(store);

        JsonNode plan = Cli.done(pipeline.command("run", "--dry-run", "--json", "--set", "score.top_k=3"))
                .json();

        assertThat(TinyPipeline.versions(store)).isEqualTo(before);
        assertThat(of(plan, "train", "softmax").get("nothing_to_do").asBoolean())
                .isTrue();
        JsonNode score = of(plan, "score", "softmax");
        assertThat(score.get("nothing_to_do").asBoolean()).isFalse();
        long rows = TinyPipeline.table(spark, store, ExampleTables.SPLITS)
                .filter("split IN ('validation', 'test')")
                .count();
        assertThat(amount(plan, "score", "softmax", "reads", "examples")
                        .get("rows")
                        .asLong())
                .isEqualTo(rows);
        assertThat(amount(plan, "score", "softmax", "writes", "predictions")
                        .get("rows")
                        .asLong())
                .isEqualTo(rows);
        assertThat(amount(plan, "evaluate", "softmax", "reads", "predictions")
                        .get("rows")
                        .asLong())
                .isEqualTo(rows);
    }

    @Test
    void aTrainingIsPlannedWithTheFeaturesOfTheLastOne() {
        String other = "models=[{name=softmax,trainer=softmax,reg_param=1e-2}]";

        JsonNode plan = Cli.done(pipeline.command("train", "--dry-run", "--json", "--set", other))
                .json();

        JsonNode need = of(plan, "train", "softmax").get("needs").get(0);
        double features = TinyPipeline.figures(TinyPipeline.table(spark, store, RunTables.RUNS)
                        .filter("job = 'train' AND subject = 'softmax'")
                        .first()
                        .getList(7))
                .get("features");
        assertThat(need.get("name").asText()).isEqualTo("memory of this process");
        // the model, and fifteen vectors of the optimiser, a trial point and a gradient, of eight columns at least
        assertThat(need.get("bytes").asDouble()).isBetween(4 * 17 * 4 * features, 4 * 4 * 17 * 16 * features);
        assertThat(need.get("fits").asBoolean()).isTrue();
    }

    @Test
    void manyClassesFitInGroupsOfProblemsButNotAsOne() {
        Taxonomy classes = Taxonomy.flat(
                IntStream.range(0, 1000).mapToObj(Integer::toString).toList());
        // the coefficients need a tenth of the heap
        int features = (int) (Runtime.getRuntime().maxMemory() / 10 / 4 / 1000);
        long rows = 1_000_000_000;
        SparkContext context = spark.sparkContext();

        assertThat(TrainingMemory.needed(context, Scheme.ONE_VS_REST, classes, rows, features, 1, false))
                .satisfies(needed -> {
                    assertThat(needed.fits()).isTrue();
                    assertThat(needed.bytes()).isLessThanOrEqualTo(needed.usable());
                });
        assertThat(TrainingMemory.needed(context, Scheme.SOFTMAX, classes, rows, features, 1, false))
                .satisfies(needed -> {
                    assertThat(needed.fits()).isFalse();
                    assertThat(needed.bytes()).isGreaterThan(needed.usable());
                });
        // nodes of ten columns each
        Taxonomy tree = TrainingMemory.shapeOfLearntTree(classes.labels(), 10);
        assertThat(TrainingMemory.needed(context, Scheme.LABEL_TREE, tree, rows, features, 1, false)
                        .fits())
                .isTrue();
        // all 1 + 10 + 100 nodes together have 1,110 columns
        double together = TrainingMemory.needed(context, Scheme.LABEL_TREE, tree, rows, 99, 1, false)
                .bytes();
        assertThat(together
                        / TrainingMemory.needed(context, Scheme.SOFTMAX, classes, rows, 99, 1, false)
                                .bytes())
                .isCloseTo(1.11, within(0.01));
    }

    @Test
    void aLabelTreeIsPlannedWithTheMeansOfItsClassesInThisProcess() {
        String tree = "models=[{name=tree,trainer=label_tree,branching=2}]";
        String buckets = "features=[{kind=text,column=text,vocabulary{kind=hashed,buckets=65536}}]";

        JsonNode needs = of(
                        Cli.done(pipeline.command("train", "--dry-run", "--json", "--set", tree, "--set", buckets))
                                .json(),
                        "train",
                        "tree")
                .get("needs");

        assertThat(needs.get(0).get("name").asText()).isEqualTo("memory of this process for the tree");
        // the largest 4,096 elements of each of four classes, with their numbers
        assertThat(needs.get(0).get("bytes").asLong()).isEqualTo(4 * 4096 * 8);
        assertThat(needs.get(1).get("name").asText()).isEqualTo("memory of this process");
    }

    @Test
    void aJobWhoseTurnHasNotComeCannotBePlannedAlone() {
        Cli cli = Cli.run(pipeline.command(folder.resolve("store"), "score", "--dry-run"));

        assertThat(cli.exitCode()).isEqualTo(3);
        assertThat(cli.err()).contains("There is no version of model", "Train it first");
    }

    @Test
    void aNetworkThatCannotFitIsRefusedBeforeItsTrainingBegins() {
        Map<String, Long> before = TinyPipeline.versions(store);
        String huge = "models=[{name=huge,trainer=deep,deep{network{kind=mlp,hidden=[2000000,2000000]}}}]";

        Cli cli = Cli.run(pipeline.command("train", "--json", "--set", huge));

        assertThat(cli.exitCode()).isEqualTo(2);
        assertThat(cli.err())
                .contains(
                        "train huge cannot fit. memory of the driver: about ", " TB are needed", "spark.driver.memory")
                .contains("plan.refuse = false");
        assertThat(TinyPipeline.versions(store)).isEqualTo(before);
    }

    @Test
    void thePhasesOfARunTellWhatSparkDidInEach() {
        List<Row> phases = TinyPipeline.table(spark, store, RunTables.RUN_PHASES)
                .filter("job IN ('extract', 'score')")
                .collectAsList();
        Map<String, Double> wall = new TreeMap<>();
        phases.forEach(phase -> wall.merge(phase.getAs("run_id"), phase.getAs("seconds"), Double::sum));

        assertThat(phases.stream()
                        .filter(phase -> phase.getAs("job").equals("extract"))
                        .sorted((one, other) -> Integer.compare(one.getAs("number"), other.getAs("number")))
                        .map(phase -> phase.<String>getAs("phase")))
                .containsExactly(
                        "starting",
                        "reading source csv",
                        "checking rows",
                        "writing examples",
                        "writing the sources' columns and positions");
        Row written = phase(phases, "writing examples");
        assertThat(written.<Long>getAs("rows_written")).isEqualTo(300);
        assertThat(written.<Long>getAs("bytes_written")).isPositive();
        assertThat(written.<Long>getAs("tasks")).isPositive();
        assertThat(written.<Long>getAs("failed_tasks")).isZero();
        assertThat(phase(phases, "checking rows").<Long>getAs("rows_read")).isGreaterThanOrEqualTo(301);
        for (Row run : TinyPipeline.table(spark, store, RunTables.RUNS)
                .filter("job IN ('extract', 'score')")
                .collectAsList()) {
            assertThat(wall.get(run.<String>getAs("run_id")))
                    .isPositive()
                    .isLessThanOrEqualTo(run.<Double>getAs("seconds"));
        }
    }

    private static Row phase(List<Row> phases, String name) {
        return phases.stream()
                .filter(phase -> phase.getAs("phase").equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aRunThatFailedHasItsPhasesToo() {
        Path other = folder.resolve("failed");
        String source = "sources=[{kind=spark,name=broken,read{query=\"SELECT 'a' AS label,"
                + " IF(id < 5, 'text', raise_error('boom')) AS text, 1.0D AS size FROM range(9)\"},"
                + "columns{label=label,fields{text=text,size=size}}}]";

        Cli cli = Cli.run(pipeline.command(other, "extract", "--set", source));

        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(TinyPipeline.table(spark, other, RunTables.RUN_PHASES)
                        .filter("failed_tasks > 0")
                        .select("phase")
                        .collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactly("checking rows");
    }

    @Test
    void metricsAreWrittenAsAWholeAndAgreeWithTheTables() throws IOException {
        Path file = folder.resolve("pigeonhole.prom");
        Files.writeString(file, "what was there before");

        Cli.done(pipeline.command(
                "metrics", "--out", file.toString(), "--set", "metrics.classes=3", "--set", "name=\"a \\\"b\\\" c\""));

        String text = Files.readString(file);
        String pipelineLabel = "pipeline=\"a \\\"b\\\" c\"";
        assertThat(TinyPipeline.list(folder)).containsExactly(file);
        assertThat(text).endsWith("# EOF\n").contains("# TYPE pigeonhole_run_done gauge\n");
        assertThat(text)
                .contains("pigeonhole_table_rows{" + pipelineLabel + ",table=\"examples\"} 300\n")
                .contains("pigeonhole_rejected_rows{" + pipelineLabel + ",reason=\"missing_label\"} 1\n")
                .contains("pigeonhole_classes_left_out{" + pipelineLabel + ",model=\"softmax\",split=\"test\"} 1\n")
                .contains("pigeonhole_model_version{" + pipelineLabel + ",model=\"hierarchical\",role=\"latest\"} 2\n")
                .contains("pigeonhole_run_done{" + pipelineLabel + ",step=\"train\",subject=\"softmax\"} 1\n");
        double macroF1 = TinyPipeline.table(spark, store, JudgementTables.EVALUATION_SUMMARY)
                .filter(
                        "model = 'softmax' AND split = 'test' AND slice = 'all' AND level = 'leaf' AND metric = 'macro_f1'")
                .select("value")
                .first()
                .getDouble(0);
        assertThat(text.lines()
                        .filter(
                                line -> line.startsWith(
                                        "pigeonhole_evaluation_value{" + pipelineLabel
                                                + ",model=\"softmax\",role=\"latest\",split=\"test\",level=\"leaf\",metric=\"macro_f1\"} "))
                        .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))))
                .containsExactly(macroF1);
    }

    @Test
    void metricsArePushedInPlaceOfTheOnesBeforeAndARefusalIsTold() throws IOException {
        Map<String, String> pushed = new ConcurrentHashMap<>();
        HttpServer gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.createContext("/", exchange -> {
            pushed.put(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            boolean isGateway = exchange.getRequestURI().getPath().startsWith("/metrics/");
            exchange.sendResponseHeaders(isGateway ? 200 : 404, -1);
            exchange.close();
        });
        gateway.start();
        try {
            String address = "http://127.0.0.1:" + gateway.getAddress().getPort();

            Cli.done(pipeline.command("metrics", "--push", address + "/"));
            Cli refused = Cli.run(pipeline.command("metrics", "--push", address + "/elsewhere"));
            Cli secret = Cli.run(pipeline.command("metrics", "--push", "http://user:pass@127.0.0.1"));

            assertThat(pushed.get("PUT /metrics/job/pigeonhole/pipeline/tiny"))
                    .contains("pigeonhole_metrics_timestamp_seconds{pipeline=\"tiny\"} ");
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.err()).contains("answers 404", "metrics.pushgateway");
            assertThat(secret.exitCode()).isEqualTo(2);
            assertThat(secret.err()).contains("without user and password").doesNotContain("pass@");
        } finally {
            gateway.stop(0);
        }
    }

    private static long size(Path folder) {
        return TinyPipeline.list(folder).stream()
                .filter(file -> file.toString().matches(".*\\.(csv|parquet)"))
                .mapToLong(file -> file.toFile().length())
                .sum();
    }

    private static JsonNode of(JsonNode plan, String job, String subject) {
        return StreamSupport.stream(plan.get("plan").spliterator(), false)
                .filter(each -> each.get("job").asText().equals(job)
                        && each.get("subject").asText().equals(subject))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode amount(JsonNode plan, String job, String subject, String direction, String name) {
        return StreamSupport.stream(of(plan, job, subject).get(direction).spliterator(), false)
                .filter(each -> each.get("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Rows and bytes that a run wrote to a table, computed from the table's files. */
    private Row written(String subject, String table) {
        TableDefinition definition = Tables.OF_A_RUN.stream()
                .filter(each -> each.name().equals(table))
                .findFirst()
                .orElseThrow();
        boolean ofModel = !subject.isEmpty();
        long rows = TinyPipeline.table(spark, store, definition)
                .filter(ofModel ? "model = '" + subject + "'" : "true")
                .count();
        long bytes = size(store.resolve(table)) / (ofModel ? TinyPipeline.MODELS.size() : 1);
        return RowFactory.create(rows, bytes);
    }
}
