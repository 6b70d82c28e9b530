package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.predictions.ProposalTables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Two groups of new rows without labels arrive, of words that training knows but not together. */
class DiscoverJobTest extends CopiedStoreTest {

    private static final String[] EASY = {
        "--set", "discover.resamples=10", "--set", "discover.most_clusters=4", "--set", "discover.terms=5"
    };

    private Cli run(String command, String... more) {
        return Cli.run(pipeline.command(
                store,
                command,
                Stream.of(Stream.of("--json", "--model", "softmax"), Stream.of(EASY), Stream.of(more))
                        .flatMap(arguments -> arguments)
                        .toArray(String[]::new)));
    }

    private Cli ofNew(String command, String... more) {
        String examples = "score.examples={ format = parquet, path = \"" + folder.resolve("new") + "\" }";
        return run(
                command,
                Stream.concat(Stream.of("--set", examples, "--set", "discover.share=1"), Stream.of(more))
                        .toArray(String[]::new));
    }

    /** 24 rows of words 0 to 4 and 18 of words 20 to 24. */
    private void arrive() {
        Random random = new Random(1);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 42; i++) {
            int from = i < 24 ? 0 : 20;
            StringBuilder text = new StringBuilder(i == 0 ? "a \"quoted\" one," : "");
            for (int word = 0; word < 6; word++) {
                text.append(" word").append(from + random.nextInt(5));
            }
            rows.add(RowFactory.create((i < 24 ? "low-" : "high-") + i, text.toString(), 10.0));
        }
        spark.createDataFrame(rows, StructType.fromDDL("example_id STRING, text STRING, size DOUBLE"))
                .repartition(3)
                .selectExpr("*", "cast(null AS STRING) AS label", "cast(array() AS ARRAY<STRING>) AS path")
                .write()
                .parquet(folder.resolve("new").toString());
    }

    private static JsonNode figures(Cli cli) {
        return cli.json().get("runs").get(0).get("figures");
    }

    private Dataset<Row> proposals() {
        return TinyPipeline.table(spark, store, ProposalTables.PROPOSED_CLASSES);
    }

    private Dataset<Row> members() {
        return TinyPipeline.table(spark, store, ProposalTables.PROPOSED_MEMBERS);
    }

    @Test
    void groupsAreProposedAcceptedForReviewAndForgotten() throws IOException {
        arrive();
        assertThat(ofNew("score").exitCode()).isZero();
        Path review = folder.resolve("review.csv");
        Cli found = ofNew("discover", "--split", "new", "--accept", "2=high words", "--out", review.toString());
        assertThat(found.exitCode()).as(found.err()).isZero();

        assertThat(proposals()
                        .selectExpr("cluster", "verdict", "rows")
                        .orderBy("cluster")
                        .collectAsList())
                .containsExactly(RowFactory.create(1, "proposed", 24L), RowFactory.create(2, "proposed", 18L));
        assertThat(proposals()
                        .filter("exists(terms, t -> t LIKE 'word2_%') != (cluster = 2)")
                        .isEmpty())
                .as(proposals().collectAsList().toString())
                .isTrue();
        assertThat(members()
                        .filter("(example_id LIKE 'high-%') != (cluster = 2)")
                        .isEmpty())
                .isTrue();
        assertThat(figures(found).get("rows_of_no_class").asInt()).isEqualTo(42);
        assertThat(found.out()).contains("not the truth");

        Dataset<Row> reviewed =
                spark.read().option("header", true).option("escape", "\"").csv(review.toString());
        assertThat(reviewed.columns()).containsExactly("example_id", "proposed_label", "cluster", "similarity", "text");
        assertThat(reviewed.filter("proposed_label = 'high words' AND text LIKE '%word2%'")
                        .count())
                .isEqualTo(18);
        Cli again = ofNew("discover", "--accept", "1=low", "--out", review.toString());
        assertThat(again.exitCode()).as("a review is not overwritten").isEqualTo(2);
        Cli missing = ofNew("discover", "--accept", "7=low", "--out", review + "2");
        assertThat(missing.err()).contains("cluster 7", "[1, 2]");
        assertThat(ofNew("discover", "--accept", "1=low").err()).contains("--accept and --out belong together");

        assertThat(members().filter("text IS NOT NULL").count()).isEqualTo(20);
        assertThat(members()
                        .filter("text IS NOT NULL AND (position > 10 OR (text RLIKE 'word2[0-4]') != (cluster = 2))")
                        .isEmpty())
                .isTrue();
        Row medoid = members().filter("cluster = 1 AND position = 1").first();
        JsonNode section = proposedInReport();
        assertThat(section.get("split").asText()).isEqualTo("new");
        assertThat(section.get("classes").findValuesAsText("rows")).containsExactly("24", "18");
        assertThat(section.at("/classes/0/text").asText()).isEqualTo(medoid.<String>getAs("text"));

        String id = medoid.getAs("example_id");
        assertThat(Cli.run(pipeline.command(store, "forget", "--example", id)).exitCode())
                .isZero();
        assertThat(members().count()).isEqualTo(41);
        assertThat(members().filter("example_id = '" + id + "'").isEmpty()).isTrue();
        assertThat(proposals().count()).isEqualTo(2);
        assertThat(proposedInReport().at("/classes/0/example_id").asText())
                .as("the next row stands for the cluster")
                .isEqualTo(
                        members().filter("cluster = 1 AND position = 2").first().<String>getAs("example_id"));
    }

    private JsonNode proposedInReport() throws IOException {
        Path file = folder.resolve("report.html");
        assertThat(run("report", "--out", file.toString()).exitCode()).isZero();
        return ReportTest.data(file).get("proposed");
    }

    @Test
    void onlyRowsThatTheRuleDecidedUnknownAreClustered() {
        String[] settings = {
            "--set", "score.unknown.at_most_in_scope_loss=0.5", "--set", "discover.split=test",
            "--set", "discover.minimum_rows=3", "--set", "discover.stability=0.2"
        };
        String[] jobs = {"calibrate", "score", "discover"};
        for (String job : jobs) {
            Cli cli = run(job, settings);
            assertThat(cli.exitCode()).as(cli.err()).isZero();
        }
        Dataset<Row> unknown = TinyPipeline.table(spark, store, PredictionTables.PREDICTIONS)
                .filter("model = 'softmax' AND version = 2 AND split = 'test' AND predicted = 'unknown'")
                .select("example_id");
        assertThat(unknown.count()).isGreaterThan(5);
        assertThat(members().select("example_id").orderBy("example_id").collectAsList())
                .isEqualTo(unknown.orderBy("example_id").collectAsList());

        Cli sampled = run(
                "discover",
                Stream.concat(
                                Stream.of(settings),
                                Stream.of("--set", "discover.most_rows=5", "--set", "discover.least_clusters=3"))
                        .toArray(String[]::new));
        assertThat(sampled.exitCode()).as(sampled.err()).isZero();
        assertThat(members().count()).isEqualTo(5);
        assertThat(proposals().count()).isBetween(2L, 4L);
        assertThat(figures(sampled).get("rows_clustered").asInt()).isEqualTo(5);
        assertThat(figures(sampled).get("rows_of_no_class").asLong()).isEqualTo(unknown.count());
    }
}
