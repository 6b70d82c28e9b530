package io.pigeonhole.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.AverageLinkage;
import io.pigeonhole.transforms.SparkTest;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClustersTest extends SparkTest {

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "2"})
    void clusters_by_average_linkage_equal_those_of_scipy(String wanted) {
        List<AverageLinkage.Pair> pairs = new ArrayList<>();
        TreeMap<String, TreeSet<String>> expected = new TreeMap<>();
        for (String[] line : Samples.read("linkage.csv")) {
            if (line[0].equals(wanted) && !line[2].isEmpty()) {
                pairs.add(new AverageLinkage.Pair(line[1], line[2], Double.parseDouble(line[3])));
            } else if (line[0].equals(wanted)) {
                expected.computeIfAbsent(line[3], cluster -> new TreeSet<>()).add(line[1]);
            }
        }
        Collections.shuffle(pairs, new Random(1));
        assertThat(AverageLinkage.clusters(pairs, 0.25))
                .containsExactlyInAnyOrderElementsOf(expected.values().stream()
                        .filter(cluster -> cluster.size() > 1)
                        .map(cluster -> (List<String>) new ArrayList<>(cluster))
                        .toList())
                .isNotEmpty();
    }

    @Test
    void equal_pairs_are_put_together_in_the_order_of_their_names() {
        List<AverageLinkage.Pair> chain = List.of(
                new AverageLinkage.Pair("c", "d", 0.5),
                new AverageLinkage.Pair("b", "c", 0.5),
                new AverageLinkage.Pair("a", "b", 0.5));
        assertThat(AverageLinkage.clusters(chain, 0.3)).containsExactly(List.of("a", "b"), List.of("c", "d"));
    }

    @Test
    void classes_mostly_confused_with_each_other_are_found_with_their_figures() {
        List<Row> rows = new ArrayList<>();
        // bokmal and danish: 30 of 100 each way; nynorsk: 25 of 100 to either of them; finnish: 20 of 100 to many
        add(rows, "bokmal", "bokmal", 60, "danish", 30, "nynorsk", 5, "class0", 5);
        add(rows, "danish", "danish", 70, "bokmal", 30);
        add(rows, "nynorsk", "nynorsk", 50, "bokmal", 25, "danish", 25);
        add(rows, "finnish", "finnish", 80);
        for (int i = 0; i < 20; i++) {
            add(rows, "finnish", "class" + i, 1);
            add(rows, "class" + i, "class" + i, 50);
        }
        Dataset<Row> predictions = table(
                "example_id STRING, model STRING, version INT, split STRING, label STRING, predicted STRING",
                rows.toArray(Row[]::new));
        EvaluationSpec spec = new EvaluationSpec(List.of(), 10, 40, 0.95, 7, 5, 0, List.of(), List.of(), 0.05);
        try (EvaluationTables tables = Evaluation.evaluate(predictions, Taxonomy.flat(List.of()), spec)) {
            List<Row> found = tables.clusters().collectAsList();
            assertThat(found)
                    .extracting(row -> row.<String>getAs("label"))
                    .containsExactly("bokmal", "danish", "nynorsk");
            assertThat(found).allSatisfy(row -> {
                assertThat(row.<Integer>getAs("cluster")).isEqualTo(1);
                assertThat(row.<Integer>getAs("classes")).isEqualTo(3);
                assertThat(row.<Long>getAs("support")).isEqualTo(300);
                assertThat(row.<Long>getAs("errors")).isEqualTo(120);
                assertThat(row.<Long>getAs("errors_within")).isEqualTo(115);
                assertThat(row.<Double>getAs("merged_recall")).isCloseTo(295 / 300.0, within(1e-12));
            });
            assertThat(EvaluationViews.topClusters(tables.clusters().collectAsList(), 10))
                    .singleElement()
                    .satisfies(cluster -> assertThat(cluster.labels()).containsExactly("bokmal", "danish", "nynorsk"));
            for (var rule : EvaluationClusters.CONSTRAINTS.values()) {
                assertThat(tables.clusters().where(rule).count()).isEqualTo(3);
            }
        }
    }

    private static void add(List<Row> rows, String label, Object... predictedAndCount) {
        for (int i = 0; i < predictedAndCount.length; i += 2) {
            for (int n = 0; n < (Integer) predictedAndCount[i + 1]; n++) {
                rows.add(RowFactory.create("x" + rows.size(), "m", 1, "test", label, predictedAndCount[i]));
            }
        }
    }
}
