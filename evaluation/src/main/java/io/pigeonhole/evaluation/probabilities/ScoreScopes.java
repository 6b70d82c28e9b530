package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * All scopes, by numbers that rows refer to: a part is one split at one level, with the scope of each of its slices.
 *
 * @param parts in any order
 * @param slices names of the slices; the first is the whole split
 */
record ScoreScopes(List<Part> parts, List<String> slices) implements Serializable {

    private static final Comparator<EvaluationKey> ORDER = Comparator.comparing(
                    (EvaluationKey key) -> key.split().equals(EvaluationKey.VALIDATION) ? 0 : 1)
            .thenComparing(EvaluationKey::split);

    /**
     * One split at one level.
     *
     * @param family number of the model version and level
     * @param place of the split among those of its family, validation first
     * @param scopes by number of the slice
     * @param floor largest probability that any split of the family may leave out
     * @param hasThresholds whether there is a validation split to choose thresholds on
     */
    record Part(
            int family,
            int place,
            EvaluationKey key,
            Map<Integer, ScoreScope> scopes,
            double floor,
            boolean hasThresholds)
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
        List<EvaluationKey> wholes = scopes.stream()
                .filter(ScoreScope::isWholeSplit)
                .map(ScoreScope::key)
                .sorted(ORDER)
                .toList();
        List<EvaluationKey> families =
                wholes.stream().map(key -> key.withSplit("")).distinct().toList();
        int[] placed = new int[families.size()];
        List<Part> parts = new ArrayList<>();
        for (EvaluationKey whole : wholes) {
            int family = families.indexOf(whole.withSplit(""));
            parts.add(part(whole, family, placed[family]++, scopes, slices));
        }
        return new ScoreScopes(parts, slices);
    }

    private static Part part(EvaluationKey key, int family, int place, List<ScoreScope> scopes, List<String> slices) {
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
        return new Part(family, place, key, bySlice, floor, hasThresholds);
    }
}
