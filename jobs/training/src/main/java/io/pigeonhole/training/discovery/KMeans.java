package io.pigeonhole.training.discovery;

import java.util.Arrays;

/**
 * Spherical k-means (Dhillon, Modha 2001): each row belongs to the centre of the largest cosine, and a centre is the
 * weighted sum of its rows, scaled to length one. The first centres are those of k-means++ (Arthur, Vassilvitskii 2007):
 * each is drawn with a probability proportional to its weight times its distance, one minus the cosine, from the nearest
 * centre so far. Of several starts, the one with the largest sum of cosines counts.
 *
 * <p>Draws depend on the ids of rows, and sums run in the order of ids, so the same rows give the same bits.
 */
final class KMeans {

    /** Best of this many starts. */
    static final int STARTS = 3;

    private static final int ITERATIONS = 30;

    private final Rows rows;
    private final int[] weights;
    private final int[] clusters;
    private final double[] cosines;
    private double[] centres = new double[0];
    private int count;

    private KMeans(Rows rows, int[] weights) {
        this.rows = rows;
        this.weights = weights;
        clusters = new int[rows.size()];
        cosines = new double[rows.size()];
    }

    /**
     * The clusters of rows.
     *
     * @param clusters the cluster of each row; -1 for a row without weight
     * @param cosines the cosine of each row and its centre
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Fit(int count, int[] clusters, double[] cosines, double total) {}

    /**
     * Clusters rows.
     *
     * @param weights how often each row counts; 0 for not at all
     * @param most number of clusters, unless there are fewer distinct rows
     */
    static Fit fit(Rows rows, int[] weights, int most, long seed) {
        Fit best = new KMeans(rows, weights).run(most, Draws.seed(seed, 0));
        for (int start = 1; start < STARTS; start++) {
            Fit next = new KMeans(rows, weights).run(most, Draws.seed(seed, start));
            best = next.total() > best.total() ? next : best;
        }
        return best;
    }

    private Fit run(int most, long seed) {
        seedCentres(most, seed);
        Arrays.fill(clusters, -1);
        for (int i = 0; i < ITERATIONS && assign(); i++) {
            moveCentres();
        }
        double total = 0;
        for (int row = 0; row < rows.size(); row++) {
            total += weights[row] * cosines[row];
        }
        return new Fit(count, clusters, cosines, total);
    }

    private void seedCentres(int most, long seed) {
        int[] chosen = new int[most];
        double[] distances = new double[rows.size()];
        Arrays.fill(distances, 1);
        for (count = 0; count < most; count++) {
            int next = draw(distances, Draws.seed(seed, count));
            if (next < 0) {
                break;
            }
            chosen[count] = next;
            double[] one = new double[rows.columns()];
            rows.addTo(one, 0, 1, next, 1);
            double[] product = new double[1];
            for (int row = 0; row < rows.size(); row++) {
                rows.products(one, row, product);
                // below this, rounding alone makes equal rows differ
                double distance = 1 - product[0] < 1e-12 ? 0 : 1 - product[0];
                distances[row] = Math.min(distances[row], distance);
            }
        }
        centres = new double[rows.columns() * count];
        for (int c = 0; c < count; c++) {
            rows.addTo(centres, c, count, chosen[c], 1);
        }
    }

    /** Draws a row with these odds: the first of exponential clocks to ring; -1 if all odds are 0. */
    private int draw(double[] odds, long seed) {
        int first = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int row = 0; row < rows.size(); row++) {
            double rate = weights[row] * odds[row];
            double time = rate > 0 ? Draws.exponential(rows.hash(row), seed) / rate : Double.POSITIVE_INFINITY;
            if (time < least) {
                least = time;
                first = row;
            }
        }
        return first;
    }

    /** Assigns each row to the nearest centre, of equal ones to the first; returns whether any row changed. */
    private boolean assign() {
        boolean changed = false;
        double[] products = new double[count];
        for (int row = 0; row < rows.size(); row++) {
            if (weights[row] > 0) {
                rows.products(centres, row, products);
                int best = 0;
                for (int c = 1; c < count; c++) {
                    best = products[c] > products[best] ? c : best;
                }
                changed |= clusters[row] != best;
                clusters[row] = best;
                cosines[row] = products[best];
            }
        }
        return changed;
    }

    private void moveCentres() {
        double[] sums = new double[centres.length];
        for (int row = 0; row < rows.size(); row++) {
            if (weights[row] > 0) {
                rows.addTo(sums, clusters[row], count, row, weights[row]);
            }
        }
        double[] squares = new double[count];
        for (int i = 0; i < sums.length; i++) {
            squares[i % count] += sums[i] * sums[i];
        }
        for (int i = 0; i < sums.length; i++) {
            // a centre without rows stays where it is
            if (squares[i % count] > 0) {
                centres[i] = sums[i] / Math.sqrt(squares[i % count]);
            }
        }
    }
}
