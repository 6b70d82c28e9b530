package io.pigeonhole.training.nearest;

import java.util.Arrays;
import java.util.List;

/** Sparse vectors by row, and once more by feature: a query visits only the rows that share a feature with it. */
final class SparseRows implements ReferenceRows {

    private static final long serialVersionUID = 1L;

    private final FeatureVector[] vectors;
    private final double[] squares;
    /** The elements of each feature begin at its start. */
    private final int[] starts;

    private final int[] rows;
    private final float[] values;

    SparseRows(List<FeatureVector> vectors) {
        this.vectors = vectors.toArray(FeatureVector[]::new);
        squares = vectors.stream().mapToDouble(FeatureVector::squares).toArray();
        starts = new int[1 + (vectors.isEmpty() ? 0 : vectors.get(0).size())];
        for (FeatureVector vector : vectors) {
            for (int feature : vector.features()) {
                starts[feature + 1]++;
            }
        }
        Arrays.parallelPrefix(starts, Integer::sum);
        rows = new int[starts[starts.length - 1]];
        values = new float[rows.length];
        int[] next = starts.clone();
        for (int row = 0; row < this.vectors.length; row++) {
            FeatureVector vector = this.vectors[row];
            for (int i = 0; i < vector.features().length; i++) {
                int at = next[vector.features()[i]]++;
                rows[at] = row;
                values[at] = vector.values()[i];
            }
        }
    }

    @Override
    public FeatureVector vector(int row) {
        return vectors[row];
    }

    @Override
    public long elements() {
        return values.length;
    }

    @Override
    public double[] similarities(Metric metric, FeatureVector query, int[] rows) {
        return Arrays.stream(rows)
                .mapToDouble(row -> metric.similarity(query, vectors[row]))
                .toArray();
    }

    @Override
    public double largestSquares() {
        return Arrays.stream(squares).max().orElse(0);
    }

    @Override
    public void search(Metric metric, List<FeatureVector> queries, List<Candidates> candidates) {
        float[] scores = new float[vectors.length];
        for (int q = 0; q < queries.size(); q++) {
            for (int row = 0; row < scores.length; row++) {
                scores[row] = metric == Metric.COSINE ? 0 : (float) (-squares[row] / 2);
            }
            add(queries.get(q), scores);
            Candidates found = candidates.get(q);
            for (int row = 0; row < scores.length; row++) {
                if (scores[row] >= found.threshold()) {
                    found.add(row, scores[row]);
                }
            }
        }
    }

    private void add(FeatureVector query, float[] scores) {
        for (int i = 0; i < query.features().length; i++) {
            int feature = query.features()[i];
            float value = query.values()[i];
            for (int e = starts[feature]; e < starts[feature + 1]; e++) {
                scores[rows[e]] += value * values[e];
            }
        }
    }
}
