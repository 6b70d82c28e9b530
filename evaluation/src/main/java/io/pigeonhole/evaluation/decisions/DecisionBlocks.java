package io.pigeonhole.evaluation.decisions;

import io.pigeonhole.evaluation.predictions.Block;
import io.pigeonhole.evaluation.predictions.BlockKey;
import io.pigeonhole.evaluation.predictions.BlockWriter;
import io.pigeonhole.evaluation.predictions.Cells;
import io.pigeonhole.evaluation.predictions.LabelledDecision;
import io.pigeonhole.evaluation.predictions.ScanNames;
import io.pigeonhole.evaluation.predictions.SliceSets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Collects decisions by class: each with the class of its label, and an error also with the class predicted. */
public final class DecisionBlocks implements BlockWriter {

    private static final int FEWEST = 256;

    private final ScanNames names;
    private final SliceSets.Numbering slices;
    private final Cells cells = new Cells();
    private int entries;
    /** Twice the number of the cell; one more for rows of other labels. */
    private int[] groups = new int[FEWEST];

    private long[] units = new long[FEWEST];
    private int[] sets = new int[FEWEST];
    private int[] predicted = new int[FEWEST];
    private byte[] flags = new byte[FEWEST];
    private double[] confidences = new double[FEWEST];
    private double[] labelProbabilities = new double[FEWEST];
    private double[] unlisted = new double[FEWEST];
    private int[] ranks = new int[FEWEST];
    private int[] ranksKnown = new int[FEWEST];
    private int[] sharedNodes = new int[FEWEST];
    private int[] labelNodes = new int[FEWEST];
    private int[] predictedNodes = new int[FEWEST];
    /** For each class one more than its number in the current block. */
    private int[] numbers = {};

    public DecisionBlocks(ScanNames names) {
        this.names = names;
        this.slices = new SliceSets.Numbering(names);
    }

    @Override
    public int entries() {
        return entries;
    }

    @Override
    public void add(LabelledDecision decision) {
        int at = next(decision, decision.label, 0);
        predicted[at] = decision.predicted == decision.label ? DecisionBlock.CORRECT : decision.predicted;
        flags[at] = (byte) ((decision.hasConfidence ? DecisionBlock.HAS_CONFIDENCE : 0)
                | (decision.hasLabelProbability ? DecisionBlock.HAS_LABEL_PROBABILITY : 0)
                | (decision.scored ? DecisionBlock.SCORED : 0)
                | (decision.listed ? DecisionBlock.LISTED : 0));
        confidences[at] = decision.confidence;
        labelProbabilities[at] = decision.labelProbability;
        unlisted[at] = decision.unlisted;
        ranks[at] = decision.rank;
        ranksKnown[at] = decision.ranksKnown;
        sharedNodes[at] = decision.sharedNodes;
        labelNodes[at] = decision.labelNodes;
        predictedNodes[at] = decision.predictedNodes;
        if (decision.predicted != decision.label) {
            next(decision, decision.predicted, 1);
        }
    }

    private int next(LabelledDecision decision, int label, int isOther) {
        if (entries == groups.length) {
            grow(2 * entries);
        }
        groups[entries] = 2 * cells.number(decision.key, label) + isOther;
        units[entries] = decision.unit;
        sets[entries] = decision.slices;
        return entries++;
    }

    private void grow(int length) {
        groups = Arrays.copyOf(groups, length);
        units = Arrays.copyOf(units, length);
        sets = Arrays.copyOf(sets, length);
        predicted = Arrays.copyOf(predicted, length);
        flags = Arrays.copyOf(flags, length);
        confidences = Arrays.copyOf(confidences, length);
        labelProbabilities = Arrays.copyOf(labelProbabilities, length);
        unlisted = Arrays.copyOf(unlisted, length);
        ranks = Arrays.copyOf(ranks, length);
        ranksKnown = Arrays.copyOf(ranksKnown, length);
        sharedNodes = Arrays.copyOf(sharedNodes, length);
        labelNodes = Arrays.copyOf(labelNodes, length);
        predictedNodes = Arrays.copyOf(predictedNodes, length);
    }

    @Override
    public void flush(Consumer<Block> to) {
        int[] starts = Cells.starts(groups, entries, 2 * cells.count());
        int[] order = Cells.order(groups, entries, starts);
        for (int cell = 0; cell < cells.count(); cell++) {
            int from = starts[2 * cell];
            int end = starts[2 * cell + 2];
            if (from < end) {
                to.accept(block(cell, order, from, starts[2 * cell + 1], end));
            }
        }
        entries = 0;
    }

    private Block block(int cell, int[] order, int from, int others, int end) {
        String label = names.className(cells.label(cell));
        BlockKey key = new BlockKey(names.key(cells.key(cell)), label, 0, false);
        long[] ofRows = new long[end - from];
        for (int i = 0; i < ofRows.length; i++) {
            ofRows[i] = units[order[from + i]];
        }
        int labelled = others - from;
        int[] local = new int[labelled];
        String[] predictedNames = numbered(order, from, local);
        boolean paths = labelled > 0 && labelNodes[order[from]] > 0;
        DecisionBlock block =
                new DecisionBlock(key, slices.of(sets, order, from, end), ofRows, predictedNames, labelled, paths);
        System.arraycopy(local, 0, block.predicted, 0, labelled);
        for (int i = 0; i < labelled; i++) {
            copy(order[from + i], block, i);
        }
        return block;
    }

    private void copy(int entry, DecisionBlock block, int row) {
        block.flags[row] = flags[entry];
        block.confidences[row] = confidences[entry];
        block.labelProbabilities[row] = labelProbabilities[entry];
        block.unlisted[row] = unlisted[entry];
        block.ranks[row] = ranks[entry];
        block.ranksKnown[row] = ranksKnown[entry];
        if (block.nodes.length > 0) {
            block.nodes[0][row] = sharedNodes[entry];
            block.nodes[1][row] = labelNodes[entry];
            block.nodes[2][row] = predictedNodes[entry];
        }
    }

    /** Names the classes that the rows were predicted to be of, and numbers them. */
    private String[] numbered(int[] order, int from, int[] local) {
        if (numbers.length < names.classes()) {
            numbers = new int[names.classes()];
        }
        List<Integer> used = new ArrayList<>();
        for (int i = 0; i < local.length; i++) {
            int other = predicted[order[from + i]];
            if (other != DecisionBlock.CORRECT && numbers[other] == 0) {
                used.add(other);
                numbers[other] = used.size();
            }
            local[i] = other == DecisionBlock.CORRECT ? DecisionBlock.CORRECT : numbers[other] - 1;
        }
        used.forEach(other -> numbers[other] = 0);
        return used.stream().map(names::className).toArray(String[]::new);
    }
}
