package io.pigeonhole.training.nearest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Changes that need no training: what a model compares with becomes more, or less. */
final class ModelChanges {

    private ModelChanges() {}

    /** A state of a model. */
    record State(Classes classes, Comparison comparison) {}

    /** With the classes of some rows that the model lacks. */
    static State added(NearestModel model, Dataset<Row> dataset, NearestClassifier classifier) {
        Dataset<Row> others = dataset.filter(
                not(col(classifier.labelColumn()).isin(model.labels().toArray())));
        int generation = model.classes().generations();
        Classes.Counting counting = new Classes.Counting(generation);
        Iterator<Reference> references = counting.counted(classifier.references(others, model.chosenMetric()));
        Comparison comparison = model.comparison() instanceof Comparison.Means means
                ? new Comparison.Means(means.centroids().with(centroids(model, means, references)), means.whitening())
                : new Comparison.Rows(
                        model.numFeatures(), joined(model, Shards.of(dataset.sparkSession(), references, generation)));
        return new State(model.classes().with(counting.classes()), comparison);
    }

    private static List<Centroid> centroids(
            NearestModel model, Comparison.Means means, Iterator<Reference> references) {
        ClassSums sums = new ClassSums(model.chosenMetric(), false);
        references.forEachRemaining(sums::add);
        return means.whitening().equals(Whitening.NONE) ? sums.plain() : sums.whitened(means.whitening());
    }

    private static List<Broadcast<Shard>> joined(NearestModel model, List<Broadcast<Shard>> added) {
        List<Broadcast<Shard>> shards = new ArrayList<>(shards(model));
        shards.addAll(added);
        return shards;
    }

    private static List<Broadcast<Shard>> shards(NearestModel model) {
        return model.comparison() instanceof Comparison.Rows rows ? rows.shards() : List.of();
    }

    /** Those of some ids that the model holds. */
    static Set<String> held(NearestModel model, Set<String> ids) {
        Set<String> held = new TreeSet<>();
        for (Broadcast<Shard> broadcast : shards(model)) {
            Shard shard = broadcast.value();
            for (int row = 0; row < shard.size(); row++) {
                if (ids.contains(shard.id(row))) {
                    held.add(shard.id(row));
                }
            }
        }
        return held;
    }

    /** Without some rows. A class that loses its last row stays a class. */
    static State without(NearestModel model, Set<String> ids) {
        if (!(model.comparison() instanceof Comparison.Rows rows)) {
            return new State(model.classes(), model.comparison());
        }
        TreeMap<String, Classes.Known> known = new TreeMap<>(model.classes().byLabel());
        List<Broadcast<Shard>> kept = new ArrayList<>();
        for (Broadcast<Shard> broadcast : rows.shards()) {
            List<Reference> references = new ArrayList<>();
            for (Reference reference : broadcast.value().references()) {
                if (ids.contains(reference.id())) {
                    known.computeIfPresent(reference.label(), (label, before) -> before.without(reference));
                } else {
                    references.add(reference);
                }
            }
            if (references.size() == broadcast.value().size()) {
                kept.add(broadcast);
            } else if (!references.isEmpty()) {
                Shard shard = new Shard(broadcast.value().generation(), references);
                kept.add(Shards.share(SparkSession.active(), shard));
            }
        }
        return new State(new Classes(known), new Comparison.Rows(rows.size(), kept));
    }
}
