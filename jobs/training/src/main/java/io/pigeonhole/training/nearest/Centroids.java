package io.pigeonhole.training.nearest;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The centroids of all classes by feature, so that a row visits only its own features. A class's score is a sum in double
 * precision by ascending feature; it has the same bits with any other classes beside it.
 */
final class Centroids implements Serializable {

    private static final long serialVersionUID = 1L;

    private final List<Centroid> centroids;
    private transient volatile int[] starts = new int[0];
    private transient int[] columns = new int[0];
    private transient float[] values = new float[0];

    Centroids(List<Centroid> centroids) {
        List<Centroid> byLabel = new ArrayList<>(centroids);
        byLabel.sort(Comparator.comparing(Centroid::label));
        this.centroids = List.copyOf(byLabel);
    }

    List<Centroid> all() {
        return centroids;
    }

    Centroids with(List<Centroid> others) {
        List<Centroid> all = new ArrayList<>(centroids);
        all.addAll(others);
        return new Centroids(all);
    }

    int size() {
        return centroids.get(0).vector().size();
    }

    /** The dot product with each centroid and its bias, in the order of the labels. */
    double[] scores(FeatureVector row) {
        int[] begin = index();
        double[] scores = new double[centroids.size()];
        for (int i = 0; i < row.features().length; i++) {
            int feature = row.features()[i];
            double value = row.values()[i];
            for (int e = begin[feature]; e < begin[feature + 1]; e++) {
                scores[columns[e]] += value * values[e];
            }
        }
        for (int c = 0; c < scores.length; c++) {
            scores[c] += centroids.get(c).bias();
        }
        return scores;
    }

    /** Where the elements of each feature start; made at the first use in a process. */
    private int[] index() {
        int[] made = starts;
        return made == null || made.length == 0 ? make() : made;
    }

    private synchronized int[] make() {
        if (starts != null && starts.length > 0) {
            return starts;
        }
        int[] begin = new int[size() + 2];
        for (Centroid centroid : centroids) {
            for (int feature : centroid.vector().features()) {
                begin[feature + 2]++;
            }
        }
        for (int f = 2; f < begin.length; f++) {
            begin[f] += begin[f - 1];
        }
        int[] columnOf = new int[begin[begin.length - 1]];
        float[] valueOf = new float[columnOf.length];
        for (int c = 0; c < centroids.size(); c++) {
            FeatureVector vector = centroids.get(c).vector();
            for (int i = 0; i < vector.features().length; i++) {
                int at = begin[vector.features()[i] + 1]++;
                columnOf[at] = c;
                valueOf[at] = vector.values()[i];
            }
        }
        columns = columnOf;
        values = valueOf;
        starts = begin;
        return begin;
    }
}
