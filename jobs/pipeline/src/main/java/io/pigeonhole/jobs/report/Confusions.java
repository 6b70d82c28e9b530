package io.pigeonhole.jobs.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.evaluation.EvaluationConfusion;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/** Which leaves are taken for which: the heat map of the most confused, and the most frequent confusions of each class. */
final class Confusions {

    /** Classes of the heat map: as many as can be told apart on a screen. */
    static final int HEAT_MAP = 24;

    private static final int PER_CLASS = 5;
    private static final int MOST_PAIRS = 10_000;
    /** Pairs that are looked through for the most confused classes. */
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
        Dataset<Row> mistakes = session.store()
                .read(JudgementTables.EVALUATION_CONFUSION)
                .filter(subject.wholeSplit()
                        .and(col(EvaluationKey.LEVEL).equalTo(EvaluationKey.LEAF))
                        .and(col(EvaluationConfusion.TRUE_LABEL).notEqual(col(EvaluationConfusion.PREDICTED_LABEL))))
                .select("true_label", "predicted_label", "count", "rate", "rate_low", "rate_high");
        Column[] mostFrequent = mostFrequent();
        List<Row> frequent = mistakes.orderBy(mostFrequent).limit(MOST_FREQUENT).collectAsList();
        List<String> heatMap = neighbours(mostConfused(frequent, classes), frequent);
        Object[] chosen = heatMap.toArray();
        List<Row> pairs = mistakes.withColumn("of_true", rankWithin("true_label"))
                .withColumn("of_predicted", rankWithin("predicted_label"))
                .filter(col("of_true")
                        .leq(PER_CLASS)
                        .or(col("of_predicted").leq(PER_CLASS))
                        .or(col("true_label")
                                .isin(chosen)
                                .and(col("predicted_label").isin(chosen))))
                .orderBy(mostFrequent)
                .limit(MOST_PAIRS)
                .collectAsList();
        return new Confusions(heatMap, pairs, classes);
    }

    private static Column[] mostFrequent() {
        return new Column[] {col("count").desc(), col("rate").desc(), col("true_label"), col("predicted_label")};
    }

    private static Column rankWithin(String label) {
        return row_number().over(Window.partitionBy(label).orderBy(mostFrequent()));
    }

    /** The classes of the most frequent confusions. */
    private static List<String> mostConfused(List<Row> frequent, Classes classes) {
        Set<String> chosen = new LinkedHashSet<>();
        for (Row pair : frequent) {
            List<String> both = List.of(pair.getString(0), pair.getString(1));
            Set<String> more = new LinkedHashSet<>(chosen);
            both.stream().filter(label -> classes.leaf(label) >= 0).forEach(more::add);
            if (more.size() > HEAT_MAP) {
                break;
            }
            chosen = more;
        }
        return List.copyOf(chosen);
    }

    /** The same classes, each followed by the one that it and those before it are most often confused with. */
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
            boolean isPair = Set.of(one, other).equals(Set.of(pair.getString(0), pair.getString(1)));
            count += isPair ? pair.getLong(2) : 0;
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
            int truth = classes.leaf(pair.getString(0));
            int predicted = classes.leaf(pair.getString(1));
            if (truth >= 0 && predicted >= 0) {
                all.addArray()
                        .add(truth)
                        .add(predicted)
                        .add(pair.getLong(2))
                        .add(Values.of(pair.get(3)))
                        .add(Values.of(pair.get(4)))
                        .add(Values.of(pair.get(5)));
            }
        }
        return json;
    }
}
