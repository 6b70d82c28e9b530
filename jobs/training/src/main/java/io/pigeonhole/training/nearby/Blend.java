package io.pigeonhole.training.nearby;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How the learnt score and the product with the mean direction of a class become one margin: {@code factor * (score +
 * share * product)}. The softmax over the margins of all classes has the least log loss on rows that neither saw.
 *
 * @param share multiple of the mean direction
 * @param factor of both together
 */
record Blend(double share, double factor) {

    /** Where there are too few rows to choose by: what has been good on most data. */
    static final Blend USUAL = new Blend(2, 6);

    private static final double[] SHARES = {0, 0.5, 1, 2, 4};
    private static final double[] FACTORS =
            IntStream.range(0, 33).mapToDouble(i -> Math.pow(2, i / 4.0)).toArray();
    private static final int FEWEST_ROWS = 50;
    /** Margins are counted by their distance from the largest, in steps of one over this. */
    private static final int STEPS = 256;

    private static final int FARTHEST = 6 * STEPS;
    /** Terms smaller than this do not count. */
    private static final double NOTHING = 1e-15;

    static Blend of(FewRows rows, int[] heldOut, int[] labels, ClassIndex learnt, ClassIndex means) {
        if (heldOut.length < FEWEST_ROWS) {
            return USUAL;
        }
        double[][] losses = new double[heldOut.length][];
        ThreadLocal<Scores> first = ThreadLocal.withInitial(() -> new Scores(rows.classes()));
        ThreadLocal<Scores> second = ThreadLocal.withInitial(() -> new Scores(rows.classes()));
        IntStream.range(0, heldOut.length).parallel().forEach(i -> {
            Scores score = first.get();
            Scores product = second.get();
            learnt.addProducts(rows, heldOut[i], score);
            means.addProducts(rows, heldOut[i], product);
            losses[i] = losses(score, product, labels[i], rows.classes());
            score.clear();
            product.clear();
        });
        double[] sums = new double[SHARES.length * FACTORS.length];
        for (double[] ofRow : losses) {
            Arrays.setAll(sums, j -> sums[j] + ofRow[j]);
        }
        int best = 0;
        for (int j = 1; j < sums.length; j++) {
            best = sums[j] < sums[best] ? j : best;
        }
        return new Blend(SHARES[best / FACTORS.length], FACTORS[best % FACTORS.length]);
    }

    /** The log loss of one row at each share and factor. */
    private static double[] losses(Scores score, Scores product, int label, int classes) {
        double[] losses = new double[SHARES.length * FACTORS.length];
        int[] met = met(score, product);
        double[] margins = new double[met.length];
        for (int s = 0; s < SHARES.length; s++) {
            double own = score.of(label) + SHARES[s] * product.of(label);
            double largest = Math.max(0, own);
            for (int i = 0; i < met.length; i++) {
                margins[i] = score.of(met[i]) + SHARES[s] * product.of(met[i]);
                largest = Math.max(largest, margins[i]);
            }
            int[] counts = new int[FARTHEST + 1];
            counts[place(largest)] += classes - margins.length;
            for (double margin : margins) {
                counts[place(largest - margin)]++;
            }
            for (int f = 0; f < FACTORS.length; f++) {
                losses[s * FACTORS.length + f] = FACTORS[f] * (largest - own) + Math.log(sum(counts, FACTORS[f]));
            }
        }
        return losses;
    }

    private static int place(double distance) {
        return (int) Math.min(FARTHEST, distance * STEPS);
    }

    private static double sum(int[] counts, double factor) {
        double step = Math.exp(-factor / STEPS);
        double power = 1;
        double sum = 0;
        for (int place = 0; place < counts.length && power > NOTHING; place++) {
            sum += counts[place] * power;
            power *= step;
        }
        return sum;
    }

    /** The classes that the row meets. */
    private static int[] met(Scores score, Scores product) {
        int[] met = new int[score.size() + product.size()];
        int size = 0;
        for (int i = 0; i < score.size(); i++) {
            met[size++] = score.met(i);
        }
        for (int i = 0; i < product.size(); i++) {
            if (!score.has(product.met(i))) {
                met[size++] = product.met(i);
            }
        }
        return Arrays.copyOf(met, size);
    }
}
