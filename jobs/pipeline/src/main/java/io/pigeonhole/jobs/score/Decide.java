package io.pigeonhole.jobs.score;

import io.pigeonhole.evaluation.CostDecision;
import io.pigeonhole.evaluation.Costs;
import io.pigeonhole.evaluation.Predictions;
import io.pigeonhole.jobs.configuration.ScoreConfig;
import io.pigeonhole.transforms.Taxonomy;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The decision on one example: from probability of each class, true label and true path to the columns of {@code
 * predictions}. Ties go to the class, or node, that comes first. Ranks are those of the probabilities, whatever decides.
 */
final class Decide implements UDF3<Vector, String, Seq<String>, Row> {

    private static final long serialVersionUID = 1L;

    /** The columns of {@link Predictions} that a decision fills. */
    static final StructType SCHEMA = new StructType(Arrays.stream(Predictions.SCHEMA.fields())
            .filter(field -> List.of(
                            Predictions.PREDICTED,
                            Predictions.CONFIDENCE,
                            Predictions.LABEL_PROBABILITY,
                            Predictions.LABEL_RANK,
                            Predictions.TOP_K,
                            Predictions.LEVELS,
                            Predictions.PROBABILITIES,
                            Predictions.UNLISTED_PROBABILITY)
                    .contains(field.name()))
            .toArray(StructField[]::new));

    private final List<String> labels;
    private final int topK;
    private final double threshold;
    private final int most;
    private final List<Level> levels;
    private @Nullable CostDecision costs;

    /** One level of the taxonomy above the leaves: its nodes, and the node of each class. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Level(int number, List<String> nodes, int[] nodeOfClass) implements Serializable {

        static Level of(Taxonomy taxonomy, int number) {
            Map<String, Integer> index = new TreeMap<>();
            for (String label : taxonomy.labels()) {
                index.put(nodeAt(taxonomy, label, number), 0);
            }
            List<String> nodes = List.copyOf(index.keySet());
            int[] nodeOfClass = taxonomy.labels().stream()
                    .mapToInt(label -> nodes.indexOf(nodeAt(taxonomy, label, number)))
                    .toArray();
            return new Level(number, nodes, nodeOfClass);
        }

        /** A class whose path is shorter stands for itself. */
        private static String nodeAt(Taxonomy taxonomy, String label, int number) {
            return taxonomy.ancestor(label, number).orElse(label);
        }
    }

    Decide(Taxonomy taxonomy, ScoreConfig score) {
        this.labels = taxonomy.labels();
        this.topK = Math.min(score.topK(), labels.size());
        this.threshold = score.probabilityThreshold();
        this.most = score.probabilityCount();
        this.levels = new ArrayList<>();
        for (int level = 1; level < taxonomy.depth(); level++) {
            levels.add(Level.of(taxonomy, level));
        }
    }

    /** Decides for the class of least expected cost instead of the most probable one. */
    void by(Costs given) {
        costs = new CostDecision(given, labels);
    }

    @Override
    public Row call(Vector probability, @Nullable String label, @Nullable Seq<String> path) {
        double[] p = probability.toArray();
        int best = costs == null ? probability.argmax() : costs.decide(p);
        Place place = Place.of(labels, p, label);
        Listed listed = listed(labels, p);
        return RowFactory.create(
                labels.get(best),
                bounded(p[best]),
                place.probability,
                place.rank,
                topK(p),
                levels(p, best, label, path),
                listed.classes,
                listed.unlisted);
    }

    /** The classes worth listing, and the largest probability of those that are not; nothing where none is to be listed. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Listed(
            Row @Nullable [] classes, @Nullable Double unlisted) {}

    private Listed listed(List<String> names, double[] p) {
        if (most == 0) {
            return new Listed(null, null);
        }
        List<Integer> reaching = IntStream.range(0, p.length)
                .filter(i -> p[i] >= threshold)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -p[i]))
                .toList();
        List<Integer> kept = reaching.subList(0, Math.min(most, reaching.size()));
        double unlisted = reaching.size() > kept.size() ? p[reaching.get(kept.size())] : 0;
        for (double probability : p) {
            unlisted = probability < threshold ? Math.max(unlisted, probability) : unlisted;
        }
        Row[] classes = kept.stream()
                .map(i -> RowFactory.create(names.get(i), bounded(p[i])))
                .toArray(Row[]::new);
        return new Listed(classes, bounded(unlisted));
    }

    /** Products and sums of probabilities may exceed one by rounding. */
    private static double bounded(double probability) {
        return Math.min(1, Math.max(0, probability));
    }

    /** Where the true class stands; nothing where it is not known. */
    private record Place(
            @Nullable Double probability, @Nullable Integer rank) {

        static Place of(List<String> names, double[] p, @Nullable String name) {
            int index = name == null ? -1 : Collections.binarySearch(names, name);
            if (index < 0) {
                return new Place(null, null);
            }
            int rank = 1;
            for (int i = 0; i < p.length; i++) {
                rank += p[i] > p[index] || (p[i] == p[index] && i < index) ? 1 : 0;
            }
            return new Place(bounded(p[index]), rank);
        }
    }

    private Row[] topK(double[] p) {
        Row[] top = new Row[topK];
        boolean[] taken = new boolean[p.length];
        for (int k = 0; k < topK; k++) {
            int best = -1;
            for (int i = 0; i < p.length; i++) {
                if (!taken[i] && (best < 0 || p[i] > p[best])) {
                    best = i;
                }
            }
            taken[best] = true;
            top[k] = RowFactory.create(labels.get(best), bounded(p[best]));
        }
        return top;
    }

    private Row[] levels(double[] p, int best, @Nullable String label, @Nullable Seq<String> path) {
        Row[] rows = new Row[levels.size()];
        List<String> truePath = path == null || label == null ? List.of() : CollectionConverters.asJava(path);
        for (int i = 0; i < rows.length; i++) {
            Level level = levels.get(i);
            double[] sums = new double[level.nodes().size()];
            for (int c = 0; c < p.length; c++) {
                sums[level.nodeOfClass()[c]] += p[c];
            }
            int decided = level.nodeOfClass()[best];
            String node = level.number() <= truePath.size() ? truePath.get(level.number() - 1) : label;
            Place place = Place.of(level.nodes(), sums, node);
            Listed listed = listed(level.nodes(), sums);
            rows[i] = RowFactory.create(
                    level.number(),
                    node,
                    level.nodes().get(decided),
                    bounded(sums[decided]),
                    place.probability,
                    place.rank,
                    listed.classes,
                    listed.unlisted);
        }
        return rows;
    }
}
