package io.pigeonhole.evaluation.predictions;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.transforms.Taxonomy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Reads predictions row by row from Spark's own format: checks and counts them, and turns each labelled row into its
 * decisions, one at the leaves and one at every level above them. A row that breaks a rule has no decisions.
 *
 * <p>Decisions above the leaves come from the column {@code levels}; where a row has none, they follow from the
 * taxonomy and have no probabilities. A class whose path ends above a level represents itself there; so does an inner
 * node that was predicted, and a class that the taxonomy does not contain. So every level evaluates every row.
 */
final class PredictionReader {

    private static final int ALL_RANKS = Integer.MAX_VALUE;
    private static final int FIELDS_OF_ENTRIES = 2;
    private static final int FIELDS_OF_LEVELS = 6;
    private static final int FIELDS_OF_LEVELS_WITH_LISTS = 8;

    private final PredictionFormat format;
    private final Taxonomy taxonomy;
    private final ScanNames names;
    private final PredictionCounts counts;
    private final NodePaths paths;
    private final LabelledDecision decision = new LabelledDecision();
    private final Map<PredictionCounts.Part, Map<Integer, Integer>> keys = new HashMap<>();
    private PredictionCounts.@Nullable Part part;
    /** For each class the number of the last list that had it. */
    private int[] lastList = {};

    private int lists;
    /** The rules that the current list breaks, and the largest probability that it may leave out. */
    private int broken;

    private double bound;

    PredictionReader(PredictionFormat format, Taxonomy taxonomy, ScanNames names, PredictionCounts counts) {
        this.format = format;
        this.taxonomy = taxonomy;
        this.names = names;
        this.counts = counts;
        this.paths = new NodePaths(taxonomy, names);
    }

    /** Counts the row; hands its decisions on, which the receiver must not keep. */
    void read(InternalRow row, Consumer<LabelledDecision> to) {
        PredictionCounts.Part current = part(row);
        int rules = broken(row);
        boolean sliced = !counts.hasTooManySlices() && !row.isNullAt(PredictionFormat.SLICES);
        int slices = sliced ? names.setOfSlices(row.getArray(PredictionFormat.SLICES)) : 0;
        current.count(slices, rules, row);
        if (rules != 0 || row.isNullAt(PredictionFormat.LABEL) || counts.hasTooManySlices()) {
            return;
        }
        decision.unit = row.getLong(PredictionFormat.UNIT);
        decision.slices = slices;
        readLeaf(row, current);
        int label = decision.label;
        int predicted = decision.predicted;
        to.accept(decision);
        ArrayData levels = levels(row);
        if (levels != null && (taxonomy.isFlat() || levels.numElements() > 0)) {
            readLevels(levels, current, to);
        } else if (!taxonomy.isFlat()) {
            deriveLevels(label, predicted, current, to);
        }
    }

    private PredictionCounts.Part part(InternalRow row) {
        if (part == null || !part.isOf(row)) {
            part = counts.part(row);
        }
        return part;
    }

    private @Nullable ArrayData levels(InternalRow row) {
        return format.has(Predictions.LEVELS) && !row.isNullAt(PredictionFormat.LEVELS)
                ? row.getArray(PredictionFormat.LEVELS)
                : null;
    }

    /** The rules that the row breaks; reads its list. */
    private int broken(InternalRow row) {
        readList(row.isNullAt(PredictionFormat.PROBABILITIES) ? null : row.getArray(PredictionFormat.PROBABILITIES));
        int rules = broken;
        for (int at : new int[] {
            PredictionFormat.CONFIDENCE, PredictionFormat.LABEL_PROBABILITY, PredictionFormat.UNLISTED_PROBABILITY
        }) {
            rules |= isNoProbability(row, at) ? PredictionCounts.OUT_OF_RANGE : 0;
        }
        ArrayData levels = levels(row);
        for (int i = 0; levels != null && i < levels.numElements(); i++) {
            InternalRow level = levels.getStruct(i, fieldsOfLevels());
            rules |= isNoProbability(level, 3) || isNoProbability(level, 4) ? PredictionCounts.OUT_OF_RANGE : 0;
        }
        boolean lacksKey = row.isNullAt(PredictionFormat.EXAMPLE_ID)
                || row.isNullAt(PredictionFormat.MODEL)
                || row.isNullAt(PredictionFormat.VERSION)
                || row.isNullAt(PredictionFormat.SPLIT);
        boolean lacksPrediction = !row.isNullAt(PredictionFormat.LABEL) && row.isNullAt(PredictionFormat.PREDICTED);
        return rules
                | (lacksKey ? PredictionCounts.WITHOUT_KEY : 0)
                | (lacksPrediction ? PredictionCounts.NOT_PREDICTED : 0);
    }

    private static boolean isNoProbability(InternalRow row, int at) {
        return !row.isNullAt(at) && PredictionContract.isNoProbability(row.getDouble(at));
    }

    private int fieldsOfLevels() {
        return format.levelsList() ? FIELDS_OF_LEVELS_WITH_LISTS : FIELDS_OF_LEVELS;
    }

    private void readLeaf(InternalRow row, PredictionCounts.Part current) {
        decision.key = key(current, 0);
        decision.label = names.classNumber(row.getUTF8String(PredictionFormat.LABEL));
        decision.predicted = names.classNumber(row.getUTF8String(PredictionFormat.PREDICTED));
        readProbabilities(row, PredictionFormat.CONFIDENCE, PredictionFormat.LABEL_PROBABILITY);
        decision.scored = format.has(Predictions.LABEL_PROBABILITY);
        readRank(row);
        decision.noPaths();
        if (!taxonomy.isFlat()) {
            decision.takePaths(paths.of(decision.label), paths.of(decision.predicted));
        }
        decision.unlisted = !format.has(Predictions.PROBABILITIES)
                ? 0
                : row.isNullAt(PredictionFormat.UNLISTED_PROBABILITY)
                        ? bound
                        : row.getDouble(PredictionFormat.UNLISTED_PROBABILITY);
    }

    private void readProbabilities(InternalRow row, int confidence, int labelProbability) {
        decision.hasConfidence = !row.isNullAt(confidence);
        decision.confidence = decision.hasConfidence ? row.getDouble(confidence) : 0;
        decision.hasLabelProbability = !row.isNullAt(labelProbability);
        decision.labelProbability = decision.hasLabelProbability ? row.getDouble(labelProbability) : 0;
    }

    private void readRank(InternalRow row) {
        if (format.has(Predictions.LABEL_RANK)) {
            decision.rank = row.isNullAt(PredictionFormat.LABEL_RANK) ? 0 : row.getInt(PredictionFormat.LABEL_RANK);
            decision.ranksKnown = ALL_RANKS;
            return;
        }
        boolean ranked = format.has(Predictions.TOP_K) && !row.isNullAt(PredictionFormat.TOP_K);
        ArrayData best = ranked ? row.getArray(PredictionFormat.TOP_K) : null;
        decision.rank = best == null ? 0 : position(best, row.getUTF8String(PredictionFormat.LABEL));
        decision.ranksKnown = decision.rank > 0 ? ALL_RANKS : best == null ? 0 : best.numElements();
    }

    /** Where the class is in the list, from 1 on; 0 where it is not. */
    private static int position(ArrayData list, UTF8String label) {
        for (int i = 0; i < list.numElements(); i++) {
            InternalRow entry = list.getStruct(i, FIELDS_OF_ENTRIES);
            if (!entry.isNullAt(0) && entry.getUTF8String(0).equals(label)) {
                return i + 1;
            }
        }
        return 0;
    }

    private void readLevels(ArrayData levels, PredictionCounts.Part current, Consumer<LabelledDecision> to) {
        for (int i = 0; i < levels.numElements(); i++) {
            InternalRow level = levels.getStruct(i, fieldsOfLevels());
            if (level.isNullAt(1) || level.isNullAt(2)) {
                continue;
            }
            decision.key = key(current, level.getInt(0));
            decision.label = names.classNumber(level.getUTF8String(1));
            decision.predicted = names.classNumber(level.getUTF8String(2));
            readProbabilities(level, 3, 4);
            decision.scored = true;
            decision.rank = level.isNullAt(5) ? 0 : level.getInt(5);
            decision.ranksKnown = ALL_RANKS;
            decision.noPaths();
            boolean listed = format.levelsList() && !level.isNullAt(6);
            readList(listed ? level.getArray(6) : null);
            decision.unlisted = !format.levelsList() ? 0 : level.isNullAt(7) ? bound : level.getDouble(7);
            to.accept(decision);
        }
    }

    private void deriveLevels(int label, int predicted, PredictionCounts.Part current, Consumer<LabelledDecision> to) {
        List<Integer> ofLabel = paths.of(label);
        List<Integer> ofPredicted = paths.of(predicted);
        decision.clear();
        for (int level = 1; level < taxonomy.depth(); level++) {
            decision.key = key(current, level);
            decision.label = NodePaths.at(ofLabel, level);
            decision.predicted = NodePaths.at(ofPredicted, level);
            to.accept(decision);
        }
    }

    /** The number of the key at a level, 0 standing for the leaves. */
    private int key(PredictionCounts.Part current, int level) {
        Map<Integer, Integer> levels = keys.computeIfAbsent(current, each -> new HashMap<>());
        Integer known = levels.get(level);
        if (known == null) {
            EvaluationKey leaf = current.key();
            known = names.addKey(level == 0 ? leaf : leaf.atLevel(Integer.toString(level)));
            levels.put(level, known);
        }
        return known;
    }

    /** Reads a list of classes, with the rules that it breaks and the largest probability that it may leave out. */
    private void readList(@Nullable ArrayData list) {
        broken = 0;
        bound = 0;
        decision.listed = list != null;
        decision.entries = list == null ? 0 : list.numElements();
        if (list == null) {
            return;
        }
        lists++;
        decision.reserve(decision.entries);
        ProbabilityLists.Bound unlisted = new ProbabilityLists.Bound();
        for (int i = 0; i < decision.entries; i++) {
            boolean isNull = list.isNullAt(i);
            InternalRow entry = isNull ? null : list.getStruct(i, FIELDS_OF_ENTRIES);
            boolean named = entry != null && !entry.isNullAt(0);
            boolean given = entry != null && !entry.isNullAt(1);
            int label = named ? names.classNumber(entry.getUTF8String(0)) : ScanNames.NONE;
            double probability = given ? entry.getDouble(1) : 0;
            broken |= !named || !given || isRepeated(label) ? PredictionCounts.BAD_LIST : 0;
            broken |= given && PredictionContract.isNoProbability(probability) ? PredictionCounts.OUT_OF_RANGE : 0;
            unlisted.add(given, probability);
            decision.classes[i] = label;
            decision.probabilities[i] = ProbabilityLists.clipped(probability);
        }
        bound = unlisted.value();
    }

    /** Whether the class is in the current list already. */
    private boolean isRepeated(int label) {
        if (label >= lastList.length) {
            lastList = Arrays.copyOf(lastList, Math.max(label + 1, 2 * lastList.length));
        }
        boolean repeated = lastList[label] == lists;
        lastList[label] = lists;
        return repeated;
    }
}
