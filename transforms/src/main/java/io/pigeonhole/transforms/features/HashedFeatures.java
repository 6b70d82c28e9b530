package io.pigeonhole.transforms.features;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.FeatureHasher;

/**
 * How many buckets of a hashed feature the training rows use.
 *
 * @param columns the column, or the columns that share the buckets
 * @param isText whether the buckets hold the n-grams of a text; then a bucket counts as used if it occurs in as many
 *     texts as the feature requires
 */
public record HashedFeatures(String columns, boolean isText, int used, int buckets) {

    /** The hashed features among the fitted stages of {@link Features#pipeline}. */
    public static List<HashedFeatures> of(PipelineModel features) {
        List<HashedFeatures> hashed = new ArrayList<>();
        Map<String, FeatureHasher> hashers = new HashMap<>();
        for (Transformer stage : features.stages()) {
            if (stage instanceof TextVectorizerModel text
                    && text.getOrDefault(text.spec()).vocabulary() instanceof FeatureSpec.Hashed vocabulary) {
                hashed.add(new HashedFeatures(
                        "'" + text.getOrDefault(text.spec()).column() + "'",
                        true,
                        text.weights().length,
                        vocabulary.buckets()));
            } else if (stage instanceof FeatureHasher hasher) {
                hashers.put(hasher.getOutputCol(), hasher);
            } else if (stage instanceof SeenFeatureSelectorModel selector) {
                String[] columns = selector.getOrDefault(selector.inputCols());
                for (int i = 0; i < columns.length; i++) {
                    FeatureHasher hasher = hashers.get(columns[i]);
                    if (hasher != null) {
                        hashed.add(new HashedFeatures(
                                "'" + String.join("', '", hasher.getInputCols()) + "'",
                                false,
                                selector.kept()[i].length,
                                hasher.getNumFeatures()));
                    }
                }
            }
        }
        return hashed;
    }

    /** Used buckets as a share of all. */
    public double shareUsed() {
        return (double) used / buckets;
    }
}
