package io.pigeonhole.evaluation;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.sum;

import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.AverageLinkage;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Finds classes that are mostly confused with each other, in whole splits. The similarity of two classes is the lower
 * Wilson bound of the share of their rows that were predicted to be of the other class; {@link AverageLinkage} forms
 * the clusters. Only pairs that reach the minimum are collected: each class has few of them, however many classes there
 * are.
 */
public final class Clusters {

    private final Dataset<Row> confusion;
    private final EvaluationSpec spec;
    private final Wilson wilson;
    private final Map<EvaluationKey, Map<String, EvaluationPerClass>> classes = new HashMap<>();

    /** A cluster before its errors are known. */
    private record Cluster(EvaluationKey key, List<String> labels) {}

    private Clusters(Dataset<Row> confusion, List<ScopeFigures> scopes, EvaluationSpec spec) {
        this.confusion = confusion.where(col(EvaluationKey.SLICE)
                .equalTo(EvaluationKey.ALL)
                .and(col(EvaluationConfusion.TRUE_LABEL).notEqual(col(EvaluationConfusion.PREDICTED_LABEL))));
        this.spec = spec;
        this.wilson = Wilson.at(spec.confidenceLevel());
        for (ScopeFigures scope : scopes) {
            Map<String, EvaluationPerClass> byLabel = new HashMap<>();
            scope.perClass().forEach(row -> byLabel.put(row.label(), row));
            classes.put(scope.key(), byLabel);
        }
    }

    /**
     * The clusters, in the order of their keys and numbers.
     *
     * @param confusion rows of {@link EvaluationConfusion}
     */
    static List<EvaluationClusters> of(Dataset<Row> confusion, List<ScopeFigures> scopes, EvaluationSpec spec) {
        return new Clusters(confusion, scopes, spec).rows();
    }

    private List<EvaluationClusters> rows() {
        List<Cluster> clusters = new ArrayList<>();
        pairs().forEach((key, pairs) -> AverageLinkage.clusters(pairs, spec.clusterRate())
                .forEach(labels -> clusters.add(new Cluster(key, labels))));
        if (clusters.isEmpty()) {
            return List.of();
        }
        Map<EvaluationKey, List<EvaluationClusters>> numbered = new TreeMap<>();
        Map<Integer, Long> within = within(clusters);
        List<Integer> order = Stream.iterate(0, i -> i + 1)
                .limit(clusters.size())
                .sorted(Comparator.comparingLong(i -> -within.getOrDefault(i, 0L)))
                .toList();
        Map<EvaluationKey, Integer> numbers = new HashMap<>();
        for (int i : order) {
            Cluster cluster = clusters.get(i);
            int number = numbers.merge(cluster.key(), 1, Integer::sum);
            numbered.computeIfAbsent(cluster.key(), key -> new ArrayList<>())
                    .addAll(finished(cluster, number, within.getOrDefault(i, 0L)));
        }
        return numbered.values().stream().flatMap(List::stream).toList();
    }

    private List<EvaluationClusters> finished(Cluster cluster, int number, long errorsWithin) {
        long support = 0;
        long errors = 0;
        for (String label : cluster.labels()) {
            EvaluationPerClass counts = ofClass(cluster.key(), label);
            support += counts.support();
            errors += counts.fn();
        }
        List<EvaluationClusters> rows = new ArrayList<>();
        for (String label : cluster.labels()) {
            int size = cluster.labels().size();
            rows.add(EvaluationClusters.of(cluster.key(), number, label, size, support, errors, errorsWithin, wilson));
        }
        return rows;
    }

    private EvaluationPerClass ofClass(EvaluationKey key, String label) {
        EvaluationPerClass counts = classes.getOrDefault(key, Map.of()).get(label);
        if (counts == null) {
            throw new IllegalStateException(
                    "class '" + label + "' is confused in " + key + " but does not occur there");
        }
        return counts;
    }

    /** The pairs of classes that are similar enough to form a cluster. */
    private Map<EvaluationKey, List<AverageLinkage.Pair>> pairs() {
        Column[] pair = Stream.concat(
                        Stream.of(EvaluationKey.columns()),
                        Stream.of(
                                least(col(EvaluationConfusion.TRUE_LABEL), col(EvaluationConfusion.PREDICTED_LABEL))
                                        .as("first"),
                                greatest(col(EvaluationConfusion.TRUE_LABEL), col(EvaluationConfusion.PREDICTED_LABEL))
                                        .as("second")))
                .toArray(Column[]::new);
        // rows of the true class; rows of the other class are missing where it is never confused with this one
        Column rows = col(EvaluationConfusion.COUNT).divide(col(EvaluationConfusion.RATE));
        Map<EvaluationKey, List<AverageLinkage.Pair>> pairs = new TreeMap<>();
        for (Row row : confusion
                .groupBy(pair)
                .agg(sum(EvaluationConfusion.COUNT).as("confused"), sum(rows).as("rows"))
                .where(col("confused").geq(col("rows").multiply(spec.clusterRate() * (1 - 1e-9))))
                .collectAsList()) {
            EvaluationKey key = EvaluationKey.fromRow(row);
            String first = row.getString(5);
            String second = row.getString(6);
            long support = ofClass(key, first).support() + ofClass(key, second).support();
            double similarity = wilson.estimate(row.getLong(7), support).low();
            if (similarity >= spec.clusterRate()) {
                pairs.computeIfAbsent(key, k -> new ArrayList<>())
                        .add(new AverageLinkage.Pair(first, second, similarity));
            }
        }
        return pairs;
    }

    /** How often, in each cluster, one of its classes was predicted to be another one. */
    private Map<Integer, Long> within(List<Cluster> clusters) {
        List<Row> members = new ArrayList<>();
        for (int i = 0; i < clusters.size(); i++) {
            for (String label : clusters.get(i).labels()) {
                EvaluationKey key = clusters.get(i).key();
                members.add(RowFactory.create(key.model(), key.version(), key.split(), key.level(), label, i));
            }
        }
        Dataset<Row> member = confusion
                .sparkSession()
                .createDataFrame(
                        members,
                        new StructType()
                                .add(EvaluationKey.MODEL, DataTypes.StringType)
                                .add(EvaluationKey.VERSION, DataTypes.IntegerType)
                                .add(EvaluationKey.SPLIT, DataTypes.StringType)
                                .add(EvaluationKey.LEVEL, DataTypes.StringType)
                                .add("member", DataTypes.StringType)
                                .add("number", DataTypes.IntegerType));
        String[] scope = {EvaluationKey.MODEL, EvaluationKey.VERSION, EvaluationKey.SPLIT, EvaluationKey.LEVEL};
        Map<Integer, Long> within = new HashMap<>();
        for (Row row : confusion
                .join(
                        broadcast(member.withColumnRenamed("member", EvaluationConfusion.TRUE_LABEL)),
                        Stream.concat(Stream.of(scope), Stream.of(EvaluationConfusion.TRUE_LABEL))
                                .toArray(String[]::new))
                .join(
                        broadcast(member.withColumnRenamed("member", EvaluationConfusion.PREDICTED_LABEL)),
                        Stream.concat(Stream.of(scope), Stream.of(EvaluationConfusion.PREDICTED_LABEL, "number"))
                                .toArray(String[]::new))
                .groupBy("number")
                .agg(sum(EvaluationConfusion.COUNT))
                .collectAsList()) {
            within.put(row.getInt(0), row.getLong(1));
        }
        return within;
    }
}
