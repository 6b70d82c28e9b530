package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.predictions.Block;
import io.pigeonhole.evaluation.predictions.BlockKey;
import io.pigeonhole.evaluation.predictions.BlockWriter;
import io.pigeonhole.evaluation.predictions.Cells;
import io.pigeonhole.evaluation.predictions.LabelledDecision;
import io.pigeonhole.evaluation.predictions.ScanNames;
import io.pigeonhole.evaluation.predictions.SliceSets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Collects the probabilities of each class: those that rows list, 0 for the class of a row that does not list it, and
 * for the decisions their confidence. The rows that are left out belong to other classes, so their number is known.
 */
public final class ScoreBlocks implements BlockWriter {

    private static final int FEWEST = 1024;
    private static final int DECISIONS = -1;
    /** Rows of a block; {@link SortedScores} holds one block of each scan at a time. */
    private static final int ROWS = 1 << 13;

    private final ScanNames names;
    private final SliceSets.Numbering slices;
    private final Cells cells = new Cells();
    private int entries;
    private int[] cellOf = new int[FEWEST];
    private int[] sets = new int[FEWEST];
    private double[] probabilities = new double[FEWEST];
    private boolean[] positives = new boolean[FEWEST];
    private long[] units = new long[FEWEST];

    public ScoreBlocks(ScanNames names) {
        this.names = names;
        this.slices = new SliceSets.Numbering(names);
    }

    @Override
    public int entries() {
        return entries;
    }

    @Override
    public void add(LabelledDecision decision) {
        boolean correct = decision.label == decision.predicted;
        if (decision.hasConfidence) {
            add(decision, DECISIONS, Math.max(0, Math.min(1, decision.confidence)), correct);
        }
        boolean own = false;
        for (int i = 0; i < decision.entries; i++) {
            int label = decision.classes[i];
            own |= label == decision.label;
            add(decision, label, decision.probabilities[i], label < 0 ? correct : label == decision.label);
        }
        if (decision.listed && !own) {
            add(decision, decision.label, 0, true);
        }
    }

    private void add(LabelledDecision decision, int label, double probability, boolean positive) {
        if (entries == cellOf.length) {
            grow(2 * entries);
        }
        cellOf[entries] = cells.number(decision.key, label);
        sets[entries] = decision.slices;
        probabilities[entries] = probability;
        positives[entries] = positive;
        units[entries] = decision.unit;
        entries++;
    }

    private void grow(int length) {
        cellOf = Arrays.copyOf(cellOf, length);
        sets = Arrays.copyOf(sets, length);
        probabilities = Arrays.copyOf(probabilities, length);
        positives = Arrays.copyOf(positives, length);
        units = Arrays.copyOf(units, length);
    }

    @Override
    public void flush(Consumer<Block> to) {
        int[] starts = Cells.starts(cellOf, entries, cells.count());
        int[] order = Cells.order(cellOf, entries, starts);
        ScoreOrder sorting = new ScoreOrder(probabilities, positives);
        for (int cell = 0; cell < cells.count(); cell++) {
            for (int run = starts[cell]; run < starts[cell + 1]; run += ScoreOrder.MOST) {
                int end = Math.min(run + ScoreOrder.MOST, starts[cell + 1]);
                sorting.sort(order, run, end);
                for (int from = run; from < end; from += ROWS) {
                    to.accept(block(cell, order, from, Math.min(from + ROWS, end)));
                }
            }
        }
        entries = 0;
    }

    private ScoreBlock block(int cell, int[] order, int from, int to) {
        double[] values = new double[to - from];
        boolean[] ofClass = new boolean[to - from];
        long[] drawn = new long[to - from];
        for (int i = from; i < to; i++) {
            values[i - from] = probabilities[order[i]];
            ofClass[i - from] = positives[order[i]];
            drawn[i - from] = units[order[i]];
        }
        String label = cells.label(cell) == DECISIONS ? null : names.className(cells.label(cell));
        BlockKey key = new BlockKey(names.key(cells.key(cell)), label, values[0], ofClass[0]);
        return new ScoreBlock(key, slices.of(sets, order, from, to), values, ofClass, drawn);
    }
}
