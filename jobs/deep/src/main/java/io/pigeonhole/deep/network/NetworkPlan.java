package io.pigeonhole.deep.network;

import java.io.Serializable;
import java.util.List;
import java.util.SplittableRandom;

/**
 * All that a network is built from; the same plan builds the same network in every process.
 *
 * @param spec what it is made of
 * @param sparse whether it reads sparse vectors, through a table
 * @param dimension length of the vectors; 0 for images and texts
 * @param head what its last layer is
 * @param seed of what is drawn
 */
public record NetworkPlan(NetworkSpec spec, boolean sparse, int dimension, Head head, long seed)
        implements Serializable {

    /** Half of what embeddings differ by at first. */
    private static final float EMBEDDING_SCALE = 0.1f;

    /** Number of classes. */
    public int classes() {
        return head.classes();
    }

    /** Rows of the table that inputs are looked up in; 0 without one. For a bag the last row is the bias. */
    int tableRows() {
        if (spec instanceof NetworkSpec.TextCnn text) {
            return text.buckets();
        }
        return isBag() ? dimension + 1 : 0;
    }

    /** Columns of the table. */
    public int tableWidth() {
        if (spec instanceof NetworkSpec.TextCnn text) {
            return text.embedding();
        }
        return isBag() ? bagWidth(((NetworkSpec.Mlp) spec).hidden()) : 0;
    }

    private int bagWidth(List<Integer> hidden) {
        return hidden.isEmpty() ? head.units() : hidden.get(0);
    }

    /** Whether inputs are weighted sums of the table's rows. */
    boolean isBag() {
        return spec instanceof NetworkSpec.Mlp && sparse;
    }

    /** Number of the table's elements. */
    public int tableSize() {
        return Math.multiplyExact(tableRows(), tableWidth());
    }

    /**
     * Fills the table's part of the parameters with what training starts from. Weights of sparse features begin as small as
     * those of a dense layer between as many units would (Glorot and Bengio 2010): what a feature that training rows seldom
     * have, or never, adds to later rows is noise.
     */
    void initialise(float[] parameters, int from) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean isBag = isBag();
        int biases = isBag ? tableWidth() : 0;
        float deviation = isBag ? (float) Math.sqrt(2.0 / (dimension + tableWidth())) : EMBEDDING_SCALE;
        for (int i = from; i < from + tableSize() - biases; i++) {
            parameters[i] = (float) (deviation * random.nextGaussian());
        }
    }
}
