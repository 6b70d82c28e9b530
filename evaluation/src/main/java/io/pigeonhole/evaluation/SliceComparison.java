package io.pigeonhole.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a class is recognised less often in a slice than elsewhere.
 *
 * @param pValue one-sided exact test of Fisher, of the slice against the whole class
 * @param qValue of the cells up to a q, a share of at most q is expected to be there by chance: p adjusted after Y.
 *     Benjamini and Y. Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57,
 *     1995, among all sufficiently supported cells of a model version, split and level. Slices may overlap as far as their
 *     tests depend on each other positively
 */
record SliceComparison(double pValue, double qValue) implements Serializable {

    /** The rows, those of slices with their test; a cell of too little support has none. */
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
                double pValue = FisherExact.pValue(row.tp(), row.support(), ofClass.tp(), ofClass.support());
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
        cells.sort(Comparator.comparingDouble(Cell::pValue));
        Map<Object, SliceComparison> tests = new HashMap<>();
        double smallest = 1;
        for (int rank = cells.size(); rank > 0; rank--) {
            Cell cell = cells.get(rank - 1);
            smallest = Math.min(smallest, cell.pValue() * cells.size() / rank);
            tests.put(List.of(cell.row().key(), cell.row().label()), new SliceComparison(cell.pValue(), smallest));
        }
        return tests;
    }
}
