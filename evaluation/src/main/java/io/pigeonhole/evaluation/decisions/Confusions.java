package io.pigeonhole.evaluation.decisions;

import io.pigeonhole.evaluation.predictions.Block;
import io.pigeonhole.evaluation.predictions.BlockKey;
import io.pigeonhole.evaluation.predictions.Parts;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Counts how often rows of one class were predicted to be of another, or of the same, in every scope. */
public final class Confusions {

    private Confusions() {}

    /** A pair that occurred. */
    public record Pair(EvaluationKey key, String label, String predicted, long rows) implements Serializable {}

    /** The pairs of all scopes, from the blocks of {@link DecisionBlocks}. */
    public static Parts<Pair> of(Parts<Block> blocks) {
        return blocks.mapParts(Scan::new);
    }

    /** Memory holds the pairs of one class at a time. */
    private static final class Scan implements Iterator<Pair> {

        private final Iterator<Block> blocks;
        private final Map<EvaluationKey, Map<String, long[]>> counts = new HashMap<>();
        private final ArrayDeque<Pair> found = new ArrayDeque<>();
        private @Nullable BlockKey current;

        Scan(Iterator<Block> blocks) {
            this.blocks = blocks;
        }

        @Override
        public boolean hasNext() {
            while (found.isEmpty() && blocks.hasNext()) {
                DecisionBlock block = (DecisionBlock) blocks.next();
                if (current == null || !current.isSameCell(block.key())) {
                    finishClass();
                    current = block.key();
                }
                count(block);
                if (!blocks.hasNext()) {
                    finishClass();
                }
            }
            return !found.isEmpty();
        }

        @Override
        public Pair next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return found.remove();
        }

        private void count(DecisionBlock block) {
            List<List<String>> sets = block.slices.sets();
            long[][] ofSets = new long[sets.size()][block.names.length + 1];
            for (int row = 0; row < block.labelled(); row++) {
                ofSets[block.slices.of(row)][block.predicted[row] + 1]++;
            }
            for (int set = 0; set < ofSets.length; set++) {
                for (String slice : sets.get(set)) {
                    add(
                            block,
                            counts.computeIfAbsent(block.key().key().withSlice(slice), key -> new HashMap<>()),
                            ofSets[set]);
                }
            }
        }

        private static void add(DecisionBlock block, Map<String, long[]> of, long[] rows) {
            for (int i = 0; i < rows.length; i++) {
                if (rows[i] > 0) {
                    String label = block.key().label();
                    String predicted = i - 1 == DecisionBlock.CORRECT && label != null ? label : block.names[i - 1];
                    of.computeIfAbsent(predicted, name -> new long[1])[0] += rows[i];
                }
            }
        }

        private void finishClass() {
            if (current != null && current.label() != null) {
                String label = current.label();
                counts.forEach((key, ofKey) ->
                        ofKey.forEach((predicted, rows) -> found.add(new Pair(key, label, predicted, rows[0]))));
            }
            counts.clear();
        }
    }
}
