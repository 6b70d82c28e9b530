package io.pigeonhole.training.nearest;

import io.pigeonhole.training.solver.kernels.Kernel;
import io.pigeonhole.training.solver.rows.Block;
import java.util.Arrays;
import java.util.List;

/**
 * Dense vectors in blocks of rows. The dot products of a block with a panel of queries are one product of matrices, by the
 * kernel of the solver: the queries are the columns.
 */
final class DenseRows implements ReferenceRows {

    private static final long serialVersionUID = 1L;

    /** Rows of a block: a multiple of the kernel's tiles, and few enough for a second-level cache beside the panels. */
    private static final int BLOCK = 96;
    /** Queries of a panel: two vectors of 512 bits, or four of 256. */
    private static final int PANEL = 32;

    private static final float[] NO_FLOATS = new float[0];
    private static final int[] NO_INTS = new int[0];

    private final int size;
    private final float[][] blocks;
    private final double[] squares;

    DenseRows(List<FeatureVector> vectors) {
        size = vectors.isEmpty() ? 0 : vectors.get(0).size();
        squares = vectors.stream().mapToDouble(FeatureVector::squares).toArray();
        blocks = new float[(vectors.size() + BLOCK - 1) / BLOCK][];
        for (int b = 0; b < blocks.length; b++) {
            List<FeatureVector> rows = vectors.subList(b * BLOCK, Math.min((b + 1) * BLOCK, vectors.size()));
            float[] block = new float[rows.size() * size];
            for (int row = 0; row < rows.size(); row++) {
                System.arraycopy(rows.get(row).dense(), 0, block, row * size, size);
            }
            blocks[b] = block;
        }
    }

    @Override
    public FeatureVector vector(int row) {
        return FeatureVector.ofDense(blocks[row / BLOCK], row % BLOCK * size, size);
    }

    @Override
    public long elements() {
        return (long) squares.length * size;
    }

    @Override
    public double[] similarities(Metric metric, FeatureVector query, int[] rows) {
        float[] dense = query.dense();
        double[] similarities = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            float[] block = blocks[rows[i] / BLOCK];
            int from = rows[i] % BLOCK * size;
            similarities[i] = metric == Metric.COSINE ? dot(dense, block, from) : -squaredDistance(dense, block, from);
        }
        return similarities;
    }

    private static double dot(float[] query, float[] block, int from) {
        double sum = 0;
        for (int f = 0; f < query.length; f++) {
            sum += (double) query[f] * block[from + f];
        }
        return sum;
    }

    private static double squaredDistance(float[] query, float[] block, int from) {
        double sum = 0;
        for (int f = 0; f < query.length; f++) {
            double difference = (double) query[f] - block[from + f];
            sum += difference * difference;
        }
        return sum;
    }

    @Override
    public double largestSquares() {
        return Arrays.stream(squares).max().orElse(0);
    }

    @Override
    public void search(Metric metric, List<FeatureVector> queries, List<Candidates> candidates) {
        int[] features = new int[size];
        Arrays.setAll(features, f -> f);
        float[][] panels = panels(queries);
        float[] scores = new float[BLOCK * PANEL];
        for (int b = 0; b < blocks.length; b++) {
            Block block = block(features, blocks[b]);
            int rows = blocks[b].length / Math.max(1, size);
            for (int p = 0; p < panels.length; p++) {
                start(metric, b, rows, scores);
                Kernel.best().margins(block, panels[p], PANEL, 0, PANEL, scores);
                int first = p * PANEL;
                add(b * BLOCK, rows, scores, candidates.subList(first, Math.min(first + PANEL, candidates.size())));
            }
        }
    }

    private static Block block(int[] features, float[] values) {
        return new Block(
                new Block.Dense(features, values),
                NO_INTS,
                new int[1],
                new short[0],
                NO_FLOATS,
                NO_INTS,
                NO_FLOATS,
                new byte[0]);
    }

    /** Panels of queries, feature by feature. */
    private float[][] panels(List<FeatureVector> queries) {
        float[][] panels = new float[(queries.size() + PANEL - 1) / PANEL][size * PANEL];
        for (int q = 0; q < queries.size(); q++) {
            FeatureVector query = queries.get(q);
            float[] panel = panels[q / PANEL];
            for (int i = 0; i < query.features().length; i++) {
                panel[query.features()[i] * PANEL + q % PANEL] = query.values()[i];
            }
        }
        return panels;
    }

    private void start(Metric metric, int block, int rows, float[] scores) {
        if (metric == Metric.COSINE) {
            Arrays.fill(scores, 0, rows * PANEL, 0);
            return;
        }
        for (int row = 0; row < rows; row++) {
            Arrays.fill(scores, row * PANEL, (row + 1) * PANEL, (float) (-squares[block * BLOCK + row] / 2));
        }
    }

    private static void add(int firstRow, int rows, float[] scores, List<Candidates> candidates) {
        float[] thresholds = new float[candidates.size()];
        for (int q = 0; q < thresholds.length; q++) {
            thresholds[q] = candidates.get(q).threshold();
        }
        for (int row = 0; row < rows; row++) {
            int from = row * PANEL;
            for (int q = 0; q < thresholds.length; q++) {
                if (scores[from + q] >= thresholds[q]) {
                    candidates.get(q).add(firstRow + row, scores[from + q]);
                    thresholds[q] = candidates.get(q).threshold();
                }
            }
        }
    }
}
