package io.pigeonhole.evaluation;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/** What to look at first in the rows of evaluation tables, which must have a schema. No query runs. */
public final class EvaluationViews {

    /** The false discovery rate that the project's report uses for {@link #weakest}. */
    public static final double FALSE_DISCOVERY_RATE = 0.05;

    private static final Comparator<Row> BY_KEY = Comparator.comparing(EvaluationViews::key);

    /**
     * A class in a slice whose recall is lower there than outside it.
     *
     * @param cell its row of the per-class table
     * @param classRecall recall of the class in the whole split
     */
    public record WeakCell(Row cell, double classRecall) {}

    /**
     * Classes that are mostly confused with each other.
     *
     * @param labels the classes, in order
     * @param figures one of their rows of the table of clusters: its figures are of the whole cluster
     */
    public record TopCluster(List<String> labels, Row figures) {
        public TopCluster {
            labels = List.copyOf(labels);
        }
    }

    private EvaluationViews() {}

    /** For each model version, split, slice and level, the sufficiently supported classes of lowest F1, worst first. */
    public static List<Row> worstClasses(List<Row> perClass, int count) {
        return foremost(
                perClass.stream()
                        .filter(row -> row.<Boolean>getAs(EvaluationPerClass.SUFFICIENT_SUPPORT))
                        .toList(),
                count,
                Comparator.comparing((Row row) -> row.<Double>getAs(EvaluationPerClass.F1))
                        .thenComparing(row -> -row.<Long>getAs(EvaluationPerClass.SUPPORT))
                        .thenComparing(row -> row.<String>getAs(EvaluationPerClass.LABEL)));
    }

    /** For each model version, split, slice and level, the pairs of different classes most often confused. */
    public static List<Row> topConfusions(List<Row> confusion, int count) {
        return foremost(
                confusion.stream()
                        .filter(row -> !row.<String>getAs(EvaluationConfusion.TRUE_LABEL)
                                .equals(row.<String>getAs(EvaluationConfusion.PREDICTED_LABEL)))
                        .toList(),
                count,
                Comparator.comparing((Row row) -> -row.<Long>getAs(EvaluationConfusion.COUNT))
                        .thenComparing(row -> -row.<Double>getAs(EvaluationConfusion.RATE))
                        .thenComparing(row -> row.<String>getAs(EvaluationConfusion.TRUE_LABEL))
                        .thenComparing(row -> row.<String>getAs(EvaluationConfusion.PREDICTED_LABEL)));
    }

    /**
     * The cells of class and slice whose recall is lower than that of the class outside the slice, for each model version,
     * split and level the most certain first.
     *
     * @param perClass rows of the per-class table, of the whole split and of its slices
     * @param falseDiscoveryRate largest q to show, such as 0.05: of what is shown, at most this share is expected to be there
     *     by chance
     */
    public static List<WeakCell> weakest(List<Row> perClass, double falseDiscoveryRate) {
        Map<List<Object>, Double> recalls = new HashMap<>();
        for (Row row : perClass) {
            if (row.getAs(EvaluationKey.SLICE).equals(EvaluationKey.ALL)) {
                Double recall = row.getAs(EvaluationPerClass.RECALL);
                recalls.put(ofClass(row), recall == null ? Double.NaN : recall);
            }
        }
        return perClass.stream()
                .filter(row -> {
                    Double q = row.getAs(EvaluationPerClass.SLICE_Q_VALUE);
                    return q != null && q <= falseDiscoveryRate && recalls.containsKey(ofClass(row));
                })
                .sorted(Comparator.comparing((Row row) -> row.<String>getAs(EvaluationKey.MODEL))
                        .thenComparing(row -> row.<Integer>getAs(EvaluationKey.VERSION))
                        .thenComparing(row -> row.<String>getAs(EvaluationKey.SPLIT))
                        .thenComparing(row -> row.<String>getAs(EvaluationKey.LEVEL))
                        .thenComparing(row -> row.<Double>getAs(EvaluationPerClass.SLICE_Q_VALUE))
                        .thenComparing(row -> row.<Double>getAs(EvaluationPerClass.SLICE_P_VALUE))
                        .thenComparing(row -> row.<String>getAs(EvaluationPerClass.LABEL))
                        .thenComparing(row -> row.<String>getAs(EvaluationKey.SLICE)))
                .map(row -> new WeakCell(row, recalls.getOrDefault(ofClass(row), Double.NaN)))
                .toList();
    }

    private static List<Object> ofClass(Row row) {
        return List.of(
                row.getAs(EvaluationKey.MODEL),
                row.getAs(EvaluationKey.VERSION),
                row.getAs(EvaluationKey.SPLIT),
                row.getAs(EvaluationKey.LEVEL),
                row.getAs(EvaluationPerClass.LABEL));
    }

    /** For each model version, split and level, the clusters of most confusion, with their classes. */
    public static List<TopCluster> topClusters(List<Row> clusters, int count) {
        Map<EvaluationKey, Map<Integer, List<Row>>> members = new TreeMap<>();
        for (Row row : clusters) {
            int cluster = row.<Integer>getAs(EvaluationClusters.CLUSTER);
            if (cluster <= count) {
                members.computeIfAbsent(key(row), key -> new TreeMap<>())
                        .computeIfAbsent(cluster, number -> new ArrayList<>())
                        .add(row);
            }
        }
        return members.values().stream()
                .flatMap(ofKey -> ofKey.values().stream())
                .map(rows -> new TopCluster(
                        rows.stream()
                                .map(row -> row.<String>getAs(EvaluationClusters.LABEL))
                                .sorted()
                                .toList(),
                        rows.get(0)))
                .toList();
    }

    private static EvaluationKey key(Row row) {
        return new EvaluationKey(
                row.getAs(EvaluationKey.MODEL),
                row.<Integer>getAs(EvaluationKey.VERSION),
                row.getAs(EvaluationKey.SPLIT),
                row.getAs(EvaluationKey.SLICE),
                row.getAs(EvaluationKey.LEVEL));
    }

    private static List<Row> foremost(List<Row> rows, int count, Comparator<Row> order) {
        Map<EvaluationKey, Integer> taken = new HashMap<>();
        return rows.stream()
                .sorted(BY_KEY.thenComparing(order))
                .filter(row -> taken.merge(key(row), 1, Integer::sum) <= count)
                .toList();
    }
}
