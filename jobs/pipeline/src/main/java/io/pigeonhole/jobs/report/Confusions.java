package io.pigeonhole.jobs.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.evaluation.EvaluationConfusion;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;

/**
 * Confusions between leaves: the heat map of the most confused classes, and the most frequent confusions of each class.
 */
final class Confusions {

    /** Largest number of classes in the heat map; more cannot be distinguished on a screen. */
    static final int HEAT_MAP = 24;

    private static final int PER_CLASS = 5;
    private static final int MOST_PAIRS = 10_000;
    /** Number of frequent pairs from which the most confused classes are chosen. */
    private static final int MOST_FREQUENT = 2_000;

    private final List<String> heatMap;
    private final List<Row> pairs;
    private final Classes classes;

    private Confusions(List<String> heatMap, List<Row> pairs, Classes classes) {
        this.heatMap = heatMap;
        this.pairs = pairs;
        this.classes = classes;
    }

    static Confusions read(Session session, Evaluated subject, Classes classes) {
        List<Row> mistakes = session.store().rows(JudgementTables.EVALUATION_CONFUSION, subject.leaves()).stream()
                .filter(pair -> !truth(pair).equals(predicted(pair)))
                .sorted(Comparator.comparing((Row pair) -> -count(pair))
                        .thenComparing(pair -> -pair.<Double>getAs("rate"))
                        .thenComparing(Confusions::truth)
                        .thenComparing(Confusions::predicted))
                .toList();
        List<Row> frequent = mistakes.subList(0, Math.min(MOST_FREQUENT, mistakes.size()));
        List<String> heatMap = neighbours(mostConfused(frequent, classes), frequent);
        Set<String> chosen = Set.copyOf(heatMap);
        Map<String, Integer> ofTrue = new HashMap<>();
        Map<String, Integer> ofPredicted = new HashMap<>();
        List<Row> pairs = new ArrayList<>();
        for (Row pair : mistakes) {
            int rankOfTrue = ofTrue.merge(truth(pair), 1, Integer::sum);
            int rankOfPredicted = ofPredicted.merge(predicted(pair), 1, Integer::sum);
            boolean isShown = rankOfTrue <= PER_CLASS
                    || rankOfPredicted <= PER_CLASS
                    || (chosen.contains(truth(pair)) && chosen.contains(predicted(pair)));
            if (isShown && pairs.size() < MOST_PAIRS) {
                pairs.add(pair);
            }
        }
        return new Confusions(heatMap, pairs, classes);
    }

    private static String truth(Row pair) {
        return pair.getAs(EvaluationConfusion.TRUE_LABEL);
    }

    private static String predicted(Row pair) {
        return pair.getAs(EvaluationConfusion.PREDICTED_LABEL);
    }

    private static long count(Row pair) {
        return pair.<Long>getAs("count");
    }

    /** The classes of the most frequent confusions. */
    private static List<String> mostConfused(List<Row> frequent, Classes classes) {
        Set<String> chosen = new LinkedHashSet<>();
        for (Row pair : frequent) {
            List<String> both = List.of(truth(pair), predicted(pair));
            Set<String> more = new LinkedHashSet<>(chosen);
            both.stream().filter(label -> classes.leaf(label) >= 0).forEach(more::add);
            if (more.size() > HEAT_MAP) {
                break;
            }
            chosen = more;
        }
        return List.copyOf(chosen);
    }

    /**
     * The same classes, ordered so that each is followed by the class most often confused with it and those before it.
     */
    private static List<String> neighbours(List<String> labels, List<Row> pairs) {
        List<String> left = new ArrayList<>(labels);
        List<String> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            String last = ordered.isEmpty() ? left.get(0) : ordered.get(ordered.size() - 1);
            String next = left.stream()
                    .max(Comparator.comparingLong((String label) -> confused(pairs, last, label))
                            .thenComparing(label -> -left.indexOf(label)))
                    .orElseThrow();
            String chosen = ordered.isEmpty() ? last : next;
            left.remove(chosen);
            ordered.add(chosen);
        }
        return ordered;
    }

    private static long confused(List<Row> pairs, String one, String other) {
        if (one.equals(other)) {
            return 0;
        }
        long count = 0;
        for (Row pair : pairs) {
            boolean isPair = Set.of(one, other).equals(Set.of(truth(pair), predicted(pair)));
            count += isPair ? count(pair) : 0;
        }
        return count;
    }

    List<String> heatMap() {
        return heatMap;
    }

    boolean isEmpty() {
        return pairs.isEmpty();
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode chosen = json.putArray("heat_map");
        heatMap.forEach(label -> chosen.add(classes.leaf(label)));
        ArrayNode all = json.putArray("pairs");
        for (Row pair : pairs) {
            int truth = classes.leaf(truth(pair));
            int predicted = classes.leaf(predicted(pair));
            if (truth >= 0 && predicted >= 0) {
                all.addArray()
                        .add(truth)
                        .add(predicted)
                        .addAll(Values.cells(pair, List.of("count", "rate", "rate_low", "rate_high")));
            }
        }
        return json;
    }
}
