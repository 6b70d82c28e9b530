package io.pigeonhole.training.sparkml;

import io.pigeonhole.transforms.PipelineException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class SparkMlErrors {

    private SparkMlErrors() {}

    static PipelineException notOnTheClassPath(String classifier) {
        return PipelineException.configuration(
                "The class " + classifier + " is not on the class path. Correct the name,"
                        + " or add its jar: spark-submit --jars, or PIGEONHOLE_CLASSPATH for the embedded Spark.");
    }

    static PipelineException noClassifier(String classifier) {
        return PipelineException.configuration(
                classifier + " is no classifier of Spark ML that can be used here: it must"
                        + " be an Estimator with a constructor of one text (its uid) and the parameters featuresCol, labelCol and"
                        + " predictionCol. A classifier is such as org.apache.spark.ml.classification.RandomForestClassifier.");
    }

    static PipelineException noProbabilities(String classifier) {
        return PipelineException.configuration(classifier + " gives no probabilities of classes, on which calibration,"
                + " decisions and evaluation rest. Use a classifier with a probabilityCol; for support vector machines"
                + " trainer = one_vs_rest with loss = squared_hinge.");
    }

    static PipelineException unknownParameter(
            String classifier, String name, String nearest, Collection<String> known) {
        return PipelineException.configuration(classifier + " has no parameter '" + name + "'"
                + (nearest.isEmpty() ? "" : "; did you mean '" + nearest + "'?") + " Its parameters: "
                + known.stream().sorted(String.CASE_INSENSITIVE_ORDER).collect(Collectors.joining(", ")) + ".");
    }

    static PipelineException ownParameter(String classifier, String name) {
        return PipelineException.configuration("The parameter '" + name + "' of " + classifier
                + " is set by the trainer, or would be ignored, since decisions are made from the probabilities. Remove"
                + " it. Weights are set by class_weight and the weights of the examples.");
    }

    static PipelineException wrongValue(String classifier, String name, String expected, Object value) {
        return PipelineException.configuration(
                "The parameter '" + name + "' of " + classifier + " must be " + expected + ", not " + value + ".");
    }

    static PipelineException refusedValue(String classifier, String name, Object value, String reason) {
        return PipelineException.configuration(
                "The parameter '" + name + "' of " + classifier + " does not accept " + value + ": " + reason + ".");
    }

    static PipelineException notAsText(String classifier, String name) {
        return PipelineException.configuration("The parameter '" + name + "' of " + classifier
                + " cannot be given in a configuration, because it is neither a number, a text, true or false, nor a list"
                + " of these. Remove it.");
    }

    static PipelineException ignoresWeights(String classifier, String what) {
        return PipelineException.configuration(classifier + " has no parameter weightCol, so it would ignore " + what
                + ". Leave the weights away, or use a classifier that has weights.");
    }

    static PipelineException oneClass(List<String> labels) {
        return PipelineException.dataContract("The training rows have the class '" + labels.get(0)
                + "' alone, and a classifier of Spark ML needs two. Look at the tables classes and splits.");
    }

    static PipelineException refusedRows(String classifier, Throwable cause) {
        return PipelineException.configuration(classifier + " cannot be trained on these rows: " + cause.getMessage()
                + ". Change params or features: numeric features are centred by default, for example, which"
                + " scale = false turns off.");
    }

    static PipelineException notAllClasses(String classifier, int classes, int found) {
        return PipelineException.configuration(classifier + " has made a model of " + found + " classes from rows of "
                + classes + ". Correct its params, or use another classifier.");
    }

    static PipelineException tooFewCores(int workers, int cores) {
        return PipelineException.configuration("numWorkers = " + workers + " needs as many tasks at the same time, and"
                + " this Spark has cores for " + cores + ". Lower numWorkers, or give more cores.");
    }

    static PipelineException tooWide(int features, int most) {
        return PipelineException.configuration("XGBoost gets all numbers of a row, and " + features
                + " features are more than " + most + " for that. Have fewer features, or use a linear model.");
    }
}
