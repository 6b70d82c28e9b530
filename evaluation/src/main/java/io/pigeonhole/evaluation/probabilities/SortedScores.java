package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.predictions.Block;
import io.pigeonhole.evaluation.predictions.BlockKey;
import java.util.Comparator;
import java.util.Iterator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Merges the blocks of {@link ScoreBlocks}: the rows of one class in one split after another, by falling probability,
 * rows of the class first among equals. Memory holds blocks that overlap, one of each scan of a part.
 */
final class SortedScores {

    /** A place in a block. */
    static final class Cursor {

        final ScoreBlock block;
        int row;

        Cursor(ScoreBlock block) {
            this.block = block;
        }

        double probability() {
            return block.probabilities[row];
        }

        boolean positive() {
            return block.positives[row];
        }

        long unit() {
            return block.units[row];
        }

        int slices() {
            return block.slices.of(row);
        }

        /** Whether this row comes no later than one with this probability. */
        boolean isBefore(double probability, boolean positive) {
            return probability() > probability || (probability() == probability && (positive() || !positive));
        }
    }

    private static final Comparator<Cursor> ORDER = (one, other) -> {
        int byProbability = Double.compare(other.probability(), one.probability());
        return byProbability != 0 ? byProbability : Boolean.compare(other.positive(), one.positive());
    };

    private final Iterator<Block> blocks;
    /** Open blocks but the current one. */
    private final PriorityQueue<Cursor> open = new PriorityQueue<>(ORDER);

    private @Nullable Cursor current;
    private @Nullable ScoreBlock ahead;

    SortedScores(Iterator<Block> blocks) {
        this.blocks = blocks;
        advance();
    }

    private void advance() {
        ahead = blocks.hasNext() ? (ScoreBlock) blocks.next() : null;
    }

    /** The class and split that come next, once all rows of the one before are read; null after the last one. */
    @Nullable
    BlockKey nextCell() {
        return ahead == null ? null : ahead.key();
    }

    /** Moves on to the next row of this class and split; null after the last one. It is valid until the next call. */
    @Nullable
    Cursor next(BlockKey cell) {
        Cursor before = current;
        if (before != null && ++before.row == before.block.units.length) {
            current = null;
        }
        while (ahead != null && ahead.key().isSameCell(cell) && !isBeforeNextBlock(ahead.key())) {
            open.add(new Cursor(ahead));
            advance();
        }
        Cursor first = open.peek();
        if (current == null) {
            current = open.poll();
        } else if (first != null && !current.isBefore(first.probability(), first.positive())) {
            open.add(current);
            current = open.poll();
        }
        return current;
    }

    /** Whether a row of an open block comes no later than the first one of the next block. */
    private boolean isBeforeNextBlock(BlockKey next) {
        Cursor first = open.peek();
        return (current != null && current.isBefore(next.first(), next.positive()))
                || (first != null && first.isBefore(next.first(), next.positive()));
    }
}
