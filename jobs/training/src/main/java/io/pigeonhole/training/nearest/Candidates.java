package io.pigeonhole.training.nearest;

import java.util.Arrays;

/**
 * Rows that may be among the nearest of one query, by scores in single precision. A row is dropped only once so many rows
 * have better scores that, whatever the rounding errors, it cannot be among the nearest.
 */
final class Candidates {

    private final int neighbours;
    private float[] scores;
    private int[] rows;
    private int size;
    /** Twice the largest error of a score. */
    private double slack;

    private float threshold = Float.NEGATIVE_INFINITY;

    Candidates(int neighbours) {
        this.neighbours = neighbours;
        scores = new float[Math.max(64, 4 * neighbours)];
        rows = new int[scores.length];
    }

    /**
     * Starts over.
     *
     * @param error largest error of a score
     * @param least a true score below which no row can be among the nearest
     */
    void clear(double error, double least) {
        size = 0;
        slack = 2 * error;
        threshold = Math.nextDown((float) (least - slack));
    }

    /** The score from which on a row is added. */
    float threshold() {
        return threshold;
    }

    void add(int row, float score) {
        if (size == scores.length) {
            compact();
        }
        scores[size] = score;
        rows[size] = row;
        size++;
    }

    /** The rows that remain. */
    int[] rows() {
        if (size > neighbours) {
            compact();
        }
        return Arrays.copyOf(rows, size);
    }

    private void compact() {
        float[] sorted = Arrays.copyOf(scores, size);
        Arrays.sort(sorted);
        float last = sorted[Math.max(0, size - neighbours)];
        threshold = Math.max(threshold, Math.nextDown((float) (last - slack)));
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (scores[i] >= threshold) {
                scores[kept] = scores[i];
                rows[kept] = rows[i];
                kept++;
            }
        }
        size = kept;
        if (4L * size > 3L * scores.length) {
            scores = Arrays.copyOf(scores, 2 * scores.length);
            rows = Arrays.copyOf(rows, scores.length);
        }
    }
}
