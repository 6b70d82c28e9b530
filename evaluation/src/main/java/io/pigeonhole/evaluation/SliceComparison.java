package io.pigeonhole.evaluation;

import io.pigeonhole.evaluation.statistics.MultipleTesting;
import io.pigeonhole.evaluation.statistics.PValues;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tests whether the recall of a class is lower in a slice than elsewhere.
 *
 * @param pValue of Fisher's one-sided exact test of the slice against the whole class
 * @param qValue the p-value adjusted by {@link MultipleTesting#BENJAMINI_HOCHBERG} over all cells of class and slice
 *     with sufficient support of a model version, split and level: the expected share of false findings among cells
 *     with at most this q. Slices may overlap as long as their tests depend on each other positively
 */
record SliceComparison(double pValue, double qValue) implements Serializable {

    /** The rows, with a test in those of slices; a row with insufficient support has none. */
    static List<EvaluationPerClass> compare(List<EvaluationPerClass> rows) {
        Map<EvaluationKey, Map<String, EvaluationPerClass>> whole = new HashMap<>();
        rows.stream()
                .filter(row -> row.key().slice().equals(EvaluationKey.ALL))
                .forEach(row ->
                        whole.computeIfAbsent(row.key(), key -> new HashMap<>()).put(row.label(), row));
        Map<EvaluationKey, List<Cell>> families = new HashMap<>();
        for (EvaluationPerClass row : rows) {
            EvaluationKey family = row.key().withSlice(EvaluationKey.ALL);
            EvaluationPerClass ofClass = whole.getOrDefault(family, Map.of()).get(row.label());
            if (!row.key().equals(family) && row.sufficientSupport() && row.support() > 0 && ofClass != null) {
                double pValue = PValues.asFewOrFewer(
                        (double) row.tp(), (double) row.support(), (double) ofClass.tp(), (double) ofClass.support());
                families.computeIfAbsent(family, key -> new ArrayList<>()).add(new Cell(row, pValue));
            }
        }
        Map<Object, SliceComparison> tests = new HashMap<>();
        families.values().forEach(cells -> tests.putAll(adjusted(cells)));
        return rows.stream()
                .map(row -> row.withTest(tests.get(List.of(row.key(), row.label()))))
                .toList();
    }

    private record Cell(EvaluationPerClass row, double pValue) {}

    private static Map<Object, SliceComparison> adjusted(List<Cell> cells) {
        double[] pValues = cells.stream().mapToDouble(Cell::pValue).toArray();
        double[] qValues = MultipleTesting.BENJAMINI_HOCHBERG.adjust(pValues);
        Map<Object, SliceComparison> tests = new HashMap<>();
        for (int i = 0; i < pValues.length; i++) {
            EvaluationPerClass row = cells.get(i).row();
            tests.put(List.of(row.key(), row.label()), new SliceComparison(pValues[i], qValues[i]));
        }
        return tests;
    }
}
