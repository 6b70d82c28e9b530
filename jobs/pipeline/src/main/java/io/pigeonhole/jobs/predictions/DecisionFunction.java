package io.pigeonhole.jobs.predictions;

import static io.pigeonhole.jobs.predictions.ClassProbabilities.bounded;

import io.pigeonhole.evaluation.means.CostDecision;
import io.pigeonhole.evaluation.means.Costs;
import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.jobs.configuration.ScoreConfig;
import io.pigeonhole.transforms.Taxonomy;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
 * The decision on one example: turns the probability of each class, the true label and the true path into the columns
 * of {@code predictions}. Ties go to the first class or node. Ranks are by probability, even if the decision is by
 * cost.
 */
final class DecisionFunction implements UDF3<Vector, String, Seq<String>, Row> {

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
    /** Smallest probability at which a decision descends to a node; 0 if decisions are for classes. */
    private final double nodeThreshold;

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
                    .mapToInt(label -> Collections.binarySearch(nodes, nodeAt(taxonomy, label, number)))
                    .toArray();
            return new Level(number, nodes, nodeOfClass);
        }

        /** A class with a shorter path is its own node. */
        private static String nodeAt(Taxonomy taxonomy, String label, int number) {
            return taxonomy.ancestor(label, number).orElse(label);
        }
    }

    DecisionFunction(Taxonomy taxonomy, ScoreConfig score) {
        this.labels = taxonomy.labels();
        this.topK = Math.min(score.topK(), labels.size());
        this.threshold = score.probabilityThreshold();
        this.most = score.probabilityCount();
        this.nodeThreshold = score.decideAt() == ScoreConfig.DecideAt.NODE ? score.nodeThreshold() : 0;
        this.levels = new ArrayList<>();
        for (int level = 1; level < taxonomy.depth(); level++) {
            levels.add(Level.of(taxonomy, level));
        }
    }

    /** Decides for the class with the least expected cost instead of the most probable one. */
    void by(Costs given) {
        costs = new CostDecision(given, labels);
    }

    @Override
    public Row call(Vector probability, @Nullable String label, @Nullable Seq<String> path) {
        ClassProbabilities scores = ClassProbabilities.of(probability);
        int best = costs == null ? scores.best() : costs.decide(scores.dense());
        ClassProbabilities.Place place = scores.place(labels, label);
        ClassProbabilities.Listed listed = scores.listed(labels, threshold, most);
        List<ClassProbabilities> ofLevels = levels.stream()
                .map(level -> scores.sums(level.nodeOfClass(), level.nodes().size()))
                .toList();
        List<Decided> way = nodeThreshold > 0 ? deepest(scores, ofLevels) : toClass(best, scores, ofLevels);
        Decided last = way.get(way.size() - 1);
        return RowFactory.create(
                last.node(),
                bounded(last.probability()),
                place.probability(),
                place.rank(),
                scores.top(labels, topK),
                levels(ofLevels, way, label, path),
                listed.classes(),
                listed.unlisted());
    }

    /** A node that was chosen. */
    private record Decided(String node, double probability) {}

    /** The nodes above a class, level by level, and the class. */
    private List<Decided> toClass(int label, ClassProbabilities scores, List<ClassProbabilities> ofLevels) {
        List<Decided> way = new ArrayList<>();
        for (int i = 0; i < levels.size(); i++) {
            int node = levels.get(i).nodeOfClass()[label];
            way.add(new Decided(levels.get(i).nodes().get(node), ofLevels.get(i).of(node)));
        }
        way.add(new Decided(labels.get(label), scores.of(label)));
        return way;
    }

    /** Descends from the root to the most probable child as long as its probability reaches the threshold. */
    private List<Decided> deepest(ClassProbabilities scores, List<ClassProbabilities> ofLevels) {
        List<Decided> way = new ArrayList<>();
        boolean[] below = new boolean[labels.size()];
        Arrays.fill(below, true);
        for (int i = 0; i <= levels.size(); i++) {
            boolean leaf = i == levels.size();
            ClassProbabilities level = leaf ? scores : ofLevels.get(i);
            int best = -1;
            for (int label = 0; label < below.length; label++) {
                int node = leaf ? label : levels.get(i).nodeOfClass()[label];
                if (below[label]
                        && (best < 0
                                || level.of(node) > level.of(best)
                                || (level.of(node) == level.of(best) && node < best))) {
                    best = node;
                }
            }
            if (i > 0 && level.of(best) < nodeThreshold) {
                break;
            }
            way.add(new Decided(leaf ? labels.get(best) : levels.get(i).nodes().get(best), level.of(best)));
            for (int label = 0; label < below.length; label++) {
                below[label] &= (leaf ? label : levels.get(i).nodeOfClass()[label]) == best;
            }
        }
        return way;
    }

    /** At levels below the chosen node, the decision is that node. */
    private Row[] levels(
            List<ClassProbabilities> ofLevels, List<Decided> way, @Nullable String label, @Nullable Seq<String> path) {
        Row[] rows = new Row[levels.size()];
        List<String> truePath = path == null || label == null ? List.of() : CollectionConverters.asJava(path);
        for (int i = 0; i < rows.length; i++) {
            Level level = levels.get(i);
            ClassProbabilities scores = ofLevels.get(i);
            Decided decided = way.get(Math.min(i, way.size() - 1));
            String node = level.number() <= truePath.size() ? truePath.get(level.number() - 1) : label;
            ClassProbabilities.Place place = scores.place(level.nodes(), node);
            ClassProbabilities.Listed listed = scores.listed(level.nodes(), threshold, most);
            rows[i] = RowFactory.create(
                    level.number(),
                    node,
                    decided.node(),
                    bounded(decided.probability()),
                    place.probability(),
                    place.rank(),
                    listed.classes(),
                    listed.unlisted());
        }
        return rows;
    }
}
