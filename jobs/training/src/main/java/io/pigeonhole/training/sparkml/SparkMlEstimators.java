package io.pigeonhole.training.sparkml;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.FloatParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/** Makes estimators of Spark ML from the names of their classes and the texts of their parameters. */
public final class SparkMlEstimators {

    /** Parameters that the trainer sets, or that would contradict decisions by the largest probability. */
    private static final Set<String> OWN = Set.of(
            "featuresCol",
            "featuresCols",
            "labelCol",
            "predictionCol",
            "probabilityCol",
            "rawPredictionCol",
            "weightCol",
            "leafCol",
            "leafPredictionCol",
            "contribPredictionCol",
            "baseMarginCol",
            "validationIndicatorCol",
            "threshold",
            "thresholds",
            "num_class");

    private static final String PERCEPTRON = "org.apache.spark.ml.classification.MultilayerPerceptronClassifier";

    private SparkMlEstimators() {}

    /**
     * The candidate settings that the values describe: each value of each parameter with each of the others, the first
     * values first. A list is one value of a parameter that takes a list, and several values of any other; a list of
     * lists is several values of the former.
     *
     * @throws io.pigeonhole.transforms.PipelineException (configuration) if the class is no classifier, or has no such
     *     parameter, or does not accept a value
     */
    public static List<SortedMap<String, ParameterValue>> settings(
            String classifier, Map<String, ParameterValue> values) {
        Estimator<?> estimator = of(classifier, "checked");
        List<SortedMap<String, ParameterValue>> settings = List.of(new TreeMap<>());
        for (Map.Entry<String, ParameterValue> entry : new TreeMap<>(values).entrySet()) {
            Param<?> parameter = parameter(estimator, classifier, entry.getKey());
            List<SortedMap<String, ParameterValue>> longer = new ArrayList<>();
            for (SortedMap<String, ParameterValue> shorter : settings) {
                for (ParameterValue candidate : candidates(parameter, entry.getValue())) {
                    SortedMap<String, ParameterValue> setting = new TreeMap<>(shorter);
                    setting.put(entry.getKey(), candidate);
                    longer.add(setting);
                }
            }
            settings = longer;
        }
        settings.forEach(setting -> set(estimator, withEnds(classifier, setting, 1, 2)));
        return settings;
    }

    /** The parameters; the hidden layers of a perceptron between one of the features and one of the classes. */
    static Map<String, ParameterValue> withEnds(
            String classifier, Map<String, ParameterValue> params, int features, int classes) {
        Map<String, ParameterValue> all = new TreeMap<>(params);
        if (classifier.equals(PERCEPTRON)) {
            List<ParameterValue> layers = new ArrayList<>();
            layers.add(new ParameterValue.Single(String.valueOf(features)));
            ParameterValue hidden = params.getOrDefault("layers", new ParameterValue.Several(List.of()));
            layers.addAll(hidden instanceof ParameterValue.Several several ? several.values() : List.of(hidden));
            layers.add(new ParameterValue.Single(String.valueOf(classes)));
            all.put("layers", new ParameterValue.Several(layers));
        }
        return all;
    }

    private static List<ParameterValue> candidates(Param<?> parameter, ParameterValue value) {
        if (!(value instanceof ParameterValue.Several several)) {
            return List.of(value);
        }
        boolean isOne =
                takesList(parameter) && several.values().stream().allMatch(ParameterValue.Single.class::isInstance);
        return isOne ? List.of(value) : several.values().stream().distinct().toList();
    }

    private static boolean takesList(Param<?> parameter) {
        return parameter instanceof IntArrayParam
                || parameter instanceof DoubleArrayParam
                || parameter instanceof StringArrayParam;
    }

    /** An estimator with its parameters at their defaults. */
    static Estimator<?> of(String classifier, String uid) {
        try {
            Class<?> type = Class.forName(classifier, true, loader());
            if (!Estimator.class.isAssignableFrom(type) || Modifier.isAbstract(type.getModifiers())) {
                throw SparkMlErrors.noClassifier(classifier);
            }
            Estimator<?> estimator =
                    (Estimator<?>) type.getConstructor(String.class).newInstance(uid);
            List<String> names = names(estimator);
            if (!names.containsAll(List.of("featuresCol", "labelCol", "predictionCol"))) {
                throw SparkMlErrors.noClassifier(classifier);
            }
            if (!names.contains("probabilityCol")) {
                throw SparkMlErrors.noProbabilities(classifier);
            }
            return estimator;
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            throw SparkMlErrors.notOnTheClassPath(classifier);
        } catch (ReflectiveOperationException e) {
            throw SparkMlErrors.noClassifier(classifier);
        }
    }

    /** The loader that knows the jars which were added to Spark. */
    static ClassLoader loader() {
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return ofThread == null ? SparkMlEstimators.class.getClassLoader() : ofThread;
    }

    /** Whether a class can be loaded. */
    public static boolean isOnTheClassPath(String classifier) {
        try {
            Class.forName(classifier, false, loader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static List<String> names(Estimator<?> estimator) {
        return Arrays.stream(estimator.params()).map(Param::name).toList();
    }

    private static Param<?> parameter(Estimator<?> estimator, String classifier, String name) {
        if (OWN.contains(name)) {
            throw SparkMlErrors.ownParameter(classifier, name);
        }
        if (!estimator.hasParam(name)) {
            List<String> known = names(estimator).stream()
                    .filter(each -> !OWN.contains(each))
                    .toList();
            throw SparkMlErrors.unknownParameter(classifier, name, nearest(name, known), known);
        }
        return estimator.getParam(name);
    }

    private static String nearest(String name, List<String> known) {
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        Map<String, Integer> distances = new LinkedHashMap<>();
        known.forEach(each -> distances.put(each, distance.apply(plain(name), plain(each))));
        return distances.entrySet().stream()
                .filter(entry -> entry.getValue() <= Math.max(1, name.length() / 3))
                .min(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
    }

    /** Without case and underscores, in which libraries differ. */
    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    /** Sets parameters from texts. */
    static void set(Estimator<?> estimator, Map<String, ParameterValue> values) {
        String classifier = estimator.getClass().getName();
        values.forEach((name, value) -> set(estimator, parameter(estimator, classifier, name), value));
    }

    @SuppressWarnings("unchecked")
    private static void set(Estimator<?> estimator, Param<?> parameter, ParameterValue value) {
        String classifier = estimator.getClass().getName();
        Object typed = typed(classifier, estimator, parameter, value);
        try {
            estimator.set((Param<Object>) parameter, typed);
        } catch (IllegalArgumentException e) {
            throw SparkMlErrors.refusedValue(classifier, parameter.name(), value, String.valueOf(e.getMessage()));
        }
    }

    private static Object typed(String classifier, Estimator<?> estimator, Param<?> parameter, ParameterValue value) {
        String name = parameter.name();
        if (takesList(parameter)) {
            return list(classifier, parameter, value);
        }
        if (!(value instanceof ParameterValue.Single single)) {
            throw SparkMlErrors.wrongValue(classifier, name, "a single value", value);
        }
        String text = single.text();
        String expected = expected(parameter);
        try {
            if (parameter instanceof IntParam) {
                return Integer.valueOf(text);
            } else if (parameter instanceof LongParam) {
                return Long.valueOf(text);
            } else if (parameter instanceof DoubleParam) {
                return Double.valueOf(text);
            } else if (parameter instanceof FloatParam) {
                return Float.valueOf(text);
            } else if (parameter instanceof BooleanParam && (text.equals("true") || text.equals("false"))) {
                return Boolean.valueOf(text);
            }
        } catch (NumberFormatException e) {
            throw SparkMlErrors.wrongValue(classifier, name, expected, value);
        }
        if (parameter instanceof BooleanParam) {
            throw SparkMlErrors.wrongValue(classifier, name, expected, value);
        }
        if (parameter.getClass() != Param.class || !isText(estimator, parameter)) {
            throw SparkMlErrors.notAsText(classifier, name);
        }
        return text;
    }

    private static String expected(Param<?> parameter) {
        if (parameter instanceof IntParam || parameter instanceof LongParam) {
            return "a whole number";
        }
        return parameter instanceof BooleanParam ? "true or false" : "a number";
    }

    /** Whether a parameter of no particular type is a text: its default, if there is one, is a text. */
    private static boolean isText(Estimator<?> estimator, Param<?> parameter) {
        return !parameter.name().equals("initialWeights")
                && (!estimator.hasDefault(parameter)
                        || estimator.getDefault(parameter).get() instanceof String);
    }

    private static Object list(String classifier, Param<?> parameter, ParameterValue value) {
        List<String> texts = value instanceof ParameterValue.Several several
                ? several.values().stream().map(ParameterValue::toString).toList()
                : List.of(value.toString());
        try {
            if (parameter instanceof IntArrayParam) {
                return texts.stream().mapToInt(Integer::parseInt).toArray();
            } else if (parameter instanceof DoubleArrayParam) {
                return texts.stream().mapToDouble(Double::parseDouble).toArray();
            }
            return texts.toArray(String[]::new);
        } catch (NumberFormatException e) {
            throw SparkMlErrors.wrongValue(classifier, parameter.name(), "a list of numbers", value);
        }
    }
}
