package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.predictions.Block;
import io.pigeonhole.evaluation.predictions.BlockKey;
import io.pigeonhole.evaluation.predictions.SliceSets;

/**
 * The probabilities of one class in some rows, in falling order, rows of the class first among equals. The class is
 * null for the decisions themselves: their probability is the confidence, and the correct ones are of the class.
 */
final class ScoreBlock extends Block {

    private static final long serialVersionUID = 1L;

    final SliceSets slices;
    final double[] probabilities;
    /** Whether a row is of the class. */
    final boolean[] positives;
    /** Hashes of the units that the bootstrap draws. */
    final long[] units;

    ScoreBlock(BlockKey key, SliceSets slices, double[] probabilities, boolean[] positives, long[] units) {
        super(key);
        this.slices = slices;
        this.probabilities = probabilities;
        this.positives = positives;
        this.units = units;
    }
}
