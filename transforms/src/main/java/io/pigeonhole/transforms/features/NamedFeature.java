package io.pigeonhole.transforms.features;

import io.pigeonhole.transforms.features.FeatureSpec.Hashed;
import io.pigeonhole.transforms.features.FeatureSpec.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.FeatureHasher;
import org.apache.spark.ml.feature.OneHotEncoderModel;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StringIndexerModel;

/**
 * The meaning of an element of a feature vector, independent of its index: {@code (value - centre) * factor} of the raw
 * value. The scaling of a whole text to length one is ignored.
 *
 * @param name of the column and of the term, bucket, category or element; two fits of the same columns give equal names
 */
public record NamedFeature(String name, double centre, double factor) {

    private static final Pattern CATEGORY = Pattern.compile("CAST\\((`(?:[^`]|``)+`) AS STRING\\), ''\\) AS (\\w+)");

    /** The features that fitted stages of {@link Features#pipeline} give, in order. */
    public static List<NamedFeature> of(PipelineModel features) {
        Map<String, IntFunction<NamedFeature>> byColumn = new HashMap<>();
        Map<String, String> categories = new HashMap<>();
        List<NamedFeature> all = new ArrayList<>();
        for (Transformer stage : features.stages()) {
            if (stage instanceof TextVectorizerModel text) {
                byColumn.put(text.getOrDefault(text.outputCol()), ofText(text));
            } else if (stage instanceof NumericVectorizerModel numeric) {
                byColumn.put(numeric.getOrDefault(numeric.outputCol()), ofNumbers(numeric));
            } else if (stage instanceof VectorScalerModel scaler) {
                byColumn.put(scaler.getOrDefault(scaler.outputCol()), ofElements(scaler));
            } else if (stage instanceof ColumnSelector selector) {
                categories.putAll(categories(String.join(", ", selector.getOrDefault(selector.expressions()))));
            } else if (stage instanceof SQLTransformer sql) {
                // models of 0.1
                categories.putAll(categories(sql.getStatement()));
            } else if (stage instanceof StringIndexerModel indexer) {
                for (int i = 0; i < indexer.getInputCols().length; i++) {
                    String column = categories.getOrDefault(indexer.getInputCols()[i], indexer.getInputCols()[i]);
                    String[] labels = indexer.labelsArray()[i];
                    byColumn.put(
                            indexer.getOutputCols()[i],
                            k -> plain(column + " = " + (k < labels.length ? labels[k] : "(any other)")));
                }
            } else if (stage instanceof OneHotEncoderModel encoder) {
                for (int i = 0; i < encoder.getInputCols().length; i++) {
                    byColumn.put(encoder.getOutputCols()[i], byColumn.get(encoder.getInputCols()[i]));
                }
            } else if (stage instanceof FeatureHasher hasher) {
                String columns = Arrays.toString(hasher.getInputCols()) + " in " + hasher.getNumFeatures();
                byColumn.put(hasher.getOutputCol(), k -> plain(columns + " bucket " + k));
            } else if (stage instanceof SeenFeatureSelectorModel selector) {
                String[] columns = selector.getOrDefault(selector.inputCols());
                int[][] kept = selector.kept();
                for (int i = 0; i < columns.length; i++) {
                    String column = columns[i];
                    IntFunction<NamedFeature> element = byColumn.getOrDefault(column, k -> plain(element(column, k)));
                    IntStream.of(kept[i]).mapToObj(element).forEach(all::add);
                }
            }
        }
        return all;
    }

    /** The column of each category, by the name of its text. */
    private static Map<String, String> categories(String expressions) {
        Map<String, String> categories = new HashMap<>();
        Matcher matcher = CATEGORY.matcher(expressions);
        while (matcher.find()) {
            categories.put(matcher.group(2), matcher.group(1));
        }
        return categories;
    }

    private static NamedFeature plain(String name) {
        return new NamedFeature(name, 0, 1);
    }

    private static IntFunction<NamedFeature> ofText(TextVectorizerModel text) {
        FeatureSpec.Text spec = text.getOrDefault(text.spec());
        Vocabulary vocabulary = spec.vocabulary();
        String of = "`" + spec.column() + "` words " + spec.wordMin() + " to " + spec.wordMax() + ", characters "
                + spec.charMin() + " to " + spec.charMax()
                + (spec.characters() == FeatureSpec.Characters.WITHIN_WORDS ? " within words" : "")
                + (spec.lowercase() ? ", lower case" : "")
                + (vocabulary instanceof Hashed hashed ? ", of " + hashed.buckets() : "") + ": ";
        String[] names = text.names();
        double[] weights = text.weights();
        return k -> new NamedFeature(of + names[k], 0, weights[k]);
    }

    private static String element(String column, int element) {
        return "`" + column + "` element " + element;
    }

    private static IntFunction<NamedFeature> ofElements(VectorScalerModel scaler) {
        String column = scaler.getOrDefault(scaler.inputCol());
        double[] means = scaler.means();
        double[] factors = scaler.factors();
        return k -> new NamedFeature(element(column, k), means[k], factors[k]);
    }

    private static IntFunction<NamedFeature> ofNumbers(NumericVectorizerModel numeric) {
        String[] columns = numeric.getOrDefault(numeric.inputCols());
        boolean scaled = (Boolean) numeric.getOrDefault(numeric.scale());
        double[] means = numeric.means();
        double[] factors = numeric.factors();
        return k -> k >= columns.length
                ? plain("`" + columns[k - columns.length] + "` is missing")
                : new NamedFeature("`" + columns[k] + "`", scaled ? means[k] : 0, scaled ? factors[k] : 1);
    }
}
