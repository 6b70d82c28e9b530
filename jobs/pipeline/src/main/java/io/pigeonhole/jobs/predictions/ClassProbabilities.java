package io.pigeonhole.jobs.predictions;

import io.pigeonhole.evaluation.predictions.Predictions;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Probabilities of classes, or of the nodes of a level. Classes that a beam did not reach share the remaining
 * probability evenly; they are not stored one by one.
 *
 * @param places indices of the classes with a probability of their own, ascending
 * @param values their probabilities
 * @param rest probability of each other class
 * @param size number of classes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ClassProbabilities(int[] places, double[] values, double rest, int size) {

    static ClassProbabilities of(Vector probability) {
        if (probability instanceof SparseVector sparse) {
            int others = sparse.size() - sparse.indices().length;
            double lacking = 1 - Arrays.stream(sparse.values()).sum();
            return new ClassProbabilities(
                    sparse.indices(), sparse.values(), others == 0 ? 0 : Math.max(0, lacking) / others, sparse.size());
        }
        return of(probability.toArray());
    }

    static ClassProbabilities of(double[] probabilities) {
        return new ClassProbabilities(
                IntStream.range(0, probabilities.length).toArray(), probabilities, 0, probabilities.length);
    }

    /** The probabilities of all classes. */
    double[] dense() {
        double[] dense = new double[size];
        Arrays.fill(dense, rest);
        for (int i = 0; i < places.length; i++) {
            dense[places[i]] = values[i];
        }
        return dense;
    }

    double of(int place) {
        int at = Arrays.binarySearch(places, place);
        return at < 0 ? rest : values[at];
    }

    /** The most probable class; ties go to the first. */
    int best() {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return places[best];
    }

    /** The probability and the rank of a class; both null if the class is unknown. */
    record Place(@Nullable Double probability, @Nullable Integer rank) {}

    Place place(List<String> names, @Nullable String name) {
        int place = name == null ? -1 : Collections.binarySearch(names, name);
        if (place < 0) {
            return new Place(null, null);
        }
        double probability = of(place);
        int rank = 1;
        int before = 0;
        for (int i = 0; i < places.length; i++) {
            before += places[i] < place ? 1 : 0;
            rank += values[i] > probability || (values[i] == probability && places[i] < place) ? 1 : 0;
        }
        if (rest > probability) {
            rank += size - places.length;
        } else if (rest == probability && size > places.length) {
            rank += place - before;
        }
        return new Place(bounded(probability), rank);
    }

    /** The most probable classes with probabilities of their own, best first. */
    Row[] top(List<String> names, int count) {
        int kept = Math.min(count, places.length);
        Row[] top = new Row[kept];
        boolean[] taken = new boolean[places.length];
        for (int k = 0; k < kept; k++) {
            int best = -1;
            for (int i = 0; i < places.length; i++) {
                if (!taken[i] && (best < 0 || values[i] > values[best])) {
                    best = i;
                }
            }
            taken[best] = true;
            top[k] = RowFactory.create(names.get(places[best]), bounded(values[best]));
        }
        return top;
    }

    /** The listed classes and the largest probability of an unlisted class; null if no list is configured. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Listed(Row @Nullable [] classes, @Nullable Double unlisted) {}

    /**
     * Classes of column {@link Predictions#PROBABILITIES}: none listed is less probable than one left out.
     *
     * @param threshold least probability
     * @param most largest number of classes; 0 for no list
     */
    Listed listed(List<String> names, double threshold, int most) {
        if (most == 0) {
            return new Listed(null, null);
        }
        double least = Math.max(threshold, rest);
        List<Integer> reaching = IntStream.range(0, values.length)
                .filter(i -> values[i] >= least)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -values[i]))
                .toList();
        List<Integer> kept = reaching.subList(0, Math.min(most, reaching.size()));
        double unlisted = reaching.size() > kept.size() ? values[reaching.get(kept.size())] : rest;
        for (double probability : values) {
            unlisted = probability < least ? Math.max(unlisted, probability) : unlisted;
        }
        Row[] classes = kept.stream()
                .map(i -> RowFactory.create(names.get(places[i]), bounded(values[i])))
                .toArray(Row[]::new);
        return new Listed(classes, bounded(unlisted));
    }

    /** The probabilities of the nodes of a level. */
    ClassProbabilities sums(int[] nodeOfClass, int nodes) {
        double[] sums = new double[nodes];
        if (rest > 0) {
            for (int node : nodeOfClass) {
                sums[node] += rest;
            }
        }
        for (int i = 0; i < places.length; i++) {
            sums[nodeOfClass[places[i]]] += values[i] - rest;
        }
        return of(sums);
    }

    /** Limits a probability to its range, which rounding in products and sums may exceed. */
    static double bounded(double probability) {
        return Math.min(1, Math.max(0, probability));
    }
}
