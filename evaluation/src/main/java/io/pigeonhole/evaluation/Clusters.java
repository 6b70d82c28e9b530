package io.pigeonhole.evaluation;

import io.pigeonhole.evaluation.predictions.Parts;
import io.pigeonhole.evaluation.settings.EvaluationSpec;
import io.pigeonhole.evaluation.statistics.AverageLinkage;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import scala.Tuple2;

/**
 * Finds classes that are mostly confused with each other, in whole splits. The similarity of two classes is the lower
 * Wilson bound of the share of their rows that were predicted to be of the other class; {@link AverageLinkage} forms
 * the clusters. Only pairs that reach the minimum are collected: each class has few of them, however many classes there
 * are.
 */
public final class Clusters {

    private final Parts<EvaluationConfusion> confusion;
    private final EvaluationSpec spec;
    private final Wilson wilson;
    private final Map<EvaluationKey, Map<String, EvaluationPerClass>> classes = new HashMap<>();

    /** A cluster before its errors are known. */
    private record Cluster(EvaluationKey key, List<String> labels) {}

    private Clusters(Parts<EvaluationConfusion> confusion, List<ScopeFigures> scopes, EvaluationSpec spec) {
        this.confusion = confusion.where(pair -> pair.key().slice().equals(EvaluationKey.ALL)
                && !pair.trueLabel().equals(pair.predictedLabel()));
        this.spec = spec;
        this.wilson = Wilson.at(spec.confidenceLevel());
        for (ScopeFigures scope : scopes) {
            Map<String, EvaluationPerClass> byLabel = new HashMap<>();
            scope.perClass().forEach(row -> byLabel.put(row.label(), row));
            classes.put(scope.key(), byLabel);
        }
    }

    /** The clusters, in the order of their keys and numbers. */
    static List<EvaluationClusters> of(
            Parts<EvaluationConfusion> confusion, List<ScopeFigures> scopes, EvaluationSpec spec) {
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
        // of a pair that is similar enough, one class is confused with the other as often
        double rate = spec.clusterRate() * (1 - 1e-9);
        Set<Confused> candidates =
                confusion.where(pair -> pair.rate().value() >= rate).map(Confused::of).collect().stream()
                        .collect(Collectors.toSet());
        if (candidates.isEmpty()) {
            return Map.of();
        }
        Parts.Shared<Set<Confused>> wanted = confusion.share(candidates);
        Map<Confused, Long> confused = new HashMap<>();
        confusion
                .where(pair -> wanted.value().contains(Confused.of(pair)))
                .collect()
                .forEach(pair -> confused.merge(Confused.of(pair), pair.count(), Long::sum));
        Map<EvaluationKey, List<AverageLinkage.Pair>> pairs = new TreeMap<>();
        confused.forEach((pair, rows) -> {
            EvaluationKey key = pair.key();
            long support = ofClass(key, pair.first()).support()
                    + ofClass(key, pair.second()).support();
            double similarity = wilson.estimate(rows, support).low();
            if (similarity >= spec.clusterRate()) {
                pairs.computeIfAbsent(key, k -> new ArrayList<>())
                        .add(new AverageLinkage.Pair(pair.first(), pair.second(), similarity));
            }
        });
        return pairs;
    }

    /** Two classes, of which either was predicted to be the other. */
    private record Confused(EvaluationKey key, String first, String second) implements Serializable {

        static Confused of(EvaluationConfusion pair) {
            boolean ordered = pair.trueLabel().compareTo(pair.predictedLabel()) < 0;
            return new Confused(
                    pair.key(),
                    ordered ? pair.trueLabel() : pair.predictedLabel(),
                    ordered ? pair.predictedLabel() : pair.trueLabel());
        }
    }

    /** How often, in each cluster, one of its classes was predicted to be another one. */
    private Map<Integer, Long> within(List<Cluster> clusters) {
        Map<EvaluationKey, Map<String, Integer>> numbers = new HashMap<>();
        for (int i = 0; i < clusters.size(); i++) {
            Map<String, Integer> members =
                    numbers.computeIfAbsent(clusters.get(i).key(), key -> new HashMap<>());
            for (String label : clusters.get(i).labels()) {
                members.put(label, i);
            }
        }
        Parts.Shared<Map<EvaluationKey, Map<String, Integer>>> known = confusion.share(numbers);
        return confusion
                .map(pair -> new Tuple2<>(cluster(pair, known.value()), pair.count()))
                .where(pair -> pair._1 >= 0)
                .mergeByKey(Tuple2::_1, (one, other) -> new Tuple2<>(one._1, one._2 + other._2))
                .collect()
                .stream()
                .collect(Collectors.toMap(Tuple2::_1, Tuple2::_2));
    }

    /** The number of the cluster that both classes belong to; -1 where there is none. */
    private static int cluster(EvaluationConfusion pair, Map<EvaluationKey, Map<String, Integer>> numbers) {
        Map<String, Integer> members = numbers.getOrDefault(pair.key(), Map.of());
        int number = members.getOrDefault(pair.trueLabel(), -1);
        return number == members.getOrDefault(pair.predictedLabel(), -1) ? number : -1;
    }
}
