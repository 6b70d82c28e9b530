package io.pigeonhole.evaluation.probabilities;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All scopes: a part is one split at one level, with the scope of each of its slices.
 *
 * @param parts by the key of the whole split
 */
record ScoreScopes(Map<EvaluationKey, Part> parts) implements Serializable {

    /**
     * One split at one level.
     *
     * @param scopes by name of the slice
     * @param floor largest probability that any split of the same model version and level may leave out
     * @param hasThresholds whether there is a validation split to choose thresholds on
     */
    record Part(EvaluationKey key, Map<String, ScoreScope> scopes, double floor, boolean hasThresholds)
            implements Serializable {

        boolean isValidation() {
            return key.split().equals(EvaluationKey.VALIDATION);
        }

        /** Whether the figures of the class, or with null those of confidence, can be computed in the slice. */
        boolean covers(String slice, @Nullable String label) {
            ScoreScope scope = scopes.get(slice);
            return scope != null && scope.covers(label);
        }
    }

    static ScoreScopes of(List<ScoreScope> scopes) {
        Map<EvaluationKey, Part> parts = new HashMap<>();
        scopes.stream()
                .filter(ScoreScope::isWholeSplit)
                .map(ScoreScope::key)
                .forEach(key -> parts.put(key, part(key, scopes)));
        return new ScoreScopes(parts);
    }

    private static Part part(EvaluationKey key, List<ScoreScope> scopes) {
        HashMap<String, ScoreScope> bySlice = new HashMap<>();
        double floor = 0;
        boolean hasThresholds = false;
        for (ScoreScope scope : scopes) {
            EvaluationKey whole = scope.key().withSlice(EvaluationKey.ALL);
            if (whole.equals(key)) {
                bySlice.put(scope.key().slice(), scope);
            }
            if (scope.isWholeSplit() && whole.withSplit(key.split()).equals(key)) {
                floor = Math.max(floor, scope.unlisted());
                hasThresholds |= scope.key().split().equals(EvaluationKey.VALIDATION) && scope.listed();
            }
        }
        return new Part(key, bySlice, floor, hasThresholds);
    }

    /** The part with this key, of the whole split. */
    Part part(EvaluationKey key) {
        return Objects.requireNonNull(parts.get(key));
    }
}
