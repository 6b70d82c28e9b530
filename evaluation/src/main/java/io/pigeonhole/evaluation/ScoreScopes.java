package io.pigeonhole.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * All scopes, by numbers that rows can carry: a part is one split at one level, with the scope of each slice in it.
 *
 * @param parts those of one model version and level next to each other, validation first
 * @param slices names of the slices; the first is the whole split
 */
record ScoreScopes(List<Part> parts, List<String> slices) implements Serializable {

    private static final Comparator<EvaluationKey> ORDER = Comparator.comparing(
                    (EvaluationKey key) -> key.withSplit(""))
            .thenComparing(key -> key.split().equals(EvaluationKey.VALIDATION) ? 0 : 1)
            .thenComparing(EvaluationKey::split);

    /**
     * One split at one level.
     *
     * @param family number of the model version and level
     * @param scopes by number of the slice
     * @param floor largest probability that any split of the family may leave out
     * @param hasThresholds whether validation is there to choose thresholds on
     */
    record Part(int family, EvaluationKey key, Map<Integer, ScoreScope> scopes, double floor, boolean hasThresholds)
            implements Serializable {

        boolean isValidation() {
            return key.split().equals(EvaluationKey.VALIDATION);
        }
    }

    static ScoreScopes of(List<ScoreScope> scopes) {
        TreeSet<String> names = new TreeSet<>();
        scopes.forEach(scope -> names.add(scope.key().slice()));
        names.remove(EvaluationKey.ALL);
        List<String> slices = new ArrayList<>(names);
        slices.add(0, EvaluationKey.ALL);
        List<EvaluationKey> families = scopes.stream()
                .map(scope -> scope.key().withSplit("").withSlice(EvaluationKey.ALL))
                .distinct()
                .sorted()
                .toList();
        List<Part> parts = new ArrayList<>();
        scopes.stream()
                .filter(ScoreScope::isWholeSplit)
                .map(ScoreScope::key)
                .sorted(ORDER)
                .forEach(key -> parts.add(part(key, families.indexOf(key.withSplit("")), scopes, slices)));
        return new ScoreScopes(parts, new ArrayList<>(slices));
    }

    private static Part part(EvaluationKey key, int family, List<ScoreScope> scopes, List<String> slices) {
        HashMap<Integer, ScoreScope> bySlice = new HashMap<>();
        double floor = 0;
        boolean hasThresholds = false;
        for (ScoreScope scope : scopes) {
            EvaluationKey whole = scope.key().withSlice(EvaluationKey.ALL);
            if (whole.equals(key)) {
                bySlice.put(slices.indexOf(scope.key().slice()), scope);
            }
            if (scope.isWholeSplit() && whole.withSplit(key.split()).equals(key)) {
                floor = Math.max(floor, scope.unlisted());
                hasThresholds |= scope.key().split().equals(EvaluationKey.VALIDATION) && scope.listed();
            }
        }
        return new Part(family, key, bySlice, floor, hasThresholds);
    }
}
