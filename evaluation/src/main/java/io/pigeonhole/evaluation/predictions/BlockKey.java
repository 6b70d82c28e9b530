package io.pigeonhole.evaluation.predictions;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.io.Serializable;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the decisions of a block have in common. In the order of keys, a class of a model version and level has all of
 * its splits together, validation first, and the blocks of a class in a split come by falling probability.
 *
 * @param key in the whole split
 * @param label the class; null for the decisions themselves, whichever class they are for
 * @param first probability of the first row of a block that is sorted; 0 where there is no order
 * @param positive whether that row is of the class
 */
public record BlockKey(EvaluationKey key, @Nullable String label, double first, boolean positive)
        implements Comparable<BlockKey>, Serializable {

    private static final Comparator<BlockKey> ORDER = Comparator.comparing((BlockKey block) -> block.key.model())
            .thenComparing(block -> block.key.version())
            .thenComparing(block -> block.key.level())
            .thenComparing(block -> block.label, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(block -> block.key.split().equals(EvaluationKey.VALIDATION) ? 0 : 1)
            .thenComparing(block -> block.key.split())
            .thenComparing(block -> -block.first)
            .thenComparing(block -> block.positive ? 0 : 1);

    /** Whether the blocks are of the same class in the same split. */
    public boolean isSameCell(BlockKey other) {
        return key.equals(other.key) && Objects.equals(label, other.label);
    }

    /** Whether the blocks are of the same class of a model version and level. */
    public boolean isSameClass(BlockKey other) {
        return key.withSplit("").equals(other.key.withSplit("")) && Objects.equals(label, other.label);
    }

    /** The same for blocks that are of the same class of a model version and level. */
    int hashOfClass() {
        return Objects.hash(key.model(), key.version(), key.level(), label);
    }

    @Override
    public int compareTo(BlockKey other) {
        return ORDER.compare(this, other);
    }
}
