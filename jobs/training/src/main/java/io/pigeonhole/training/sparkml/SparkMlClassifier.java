package io.pigeonhole.training.sparkml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.Map;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Trains a classifier of Spark ML that is given by the name of its class and its parameters.
 *
 * <p>Labels are strings. The index of a label is its place in the natural order of all labels, whose number is in the
 * metadata of the column. Rows are divided by the hash of their id into a number of partitions that depends on the rows and
 * the settings alone, and sorted by id there, so that a classifier sees the same partitions on any number of cores. Weights
 * are rounded to multiples of a power of two such that all sums of them are exact. With both, forests and decision trees are
 * the same to the last bit on any number of cores, and so is each classifier whose rows are in one partition.
 */
public final class SparkMlClassifier extends Estimator<SparkMlModel> implements MLWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final SparkMlSettingsParam settings;
    private final Param<String> featuresCol;
    private final Param<String> labelCol;
    private final Param<String> weightCol;
    private final Param<String> pathCol;
    private final Param<String> idCol;
    private final Param<String> predictionCol;
    private final Param<String> probabilityCol;
    private final Param<String> trainer;

    public SparkMlClassifier() {
        this(Identifiable.randomUID("sparkMl"));
    }

    public SparkMlClassifier(String uid) {
        this.uid = uid;
        settings = new SparkMlSettingsParam(this);
        featuresCol = new Param<>(this, "featuresCol", "column of feature vectors");
        labelCol = new Param<>(this, "labelCol", "column of class names");
        weightCol = new Param<>(this, "weightCol", "column of example weights; empty for none");
        pathCol = new Param<>(
                this, "pathCol", "column of taxonomy paths, from below the root to the label; empty for none");
        idCol = new Param<>(this, "idCol", "column of unique ids, which settle the order of the rows; empty for none");
        predictionCol = new Param<>(this, "predictionCol", "column to write: the most probable class");
        probabilityCol = new Param<>(this, "probabilityCol", "column to write: probability of each class");
        trainer = new Param<>(this, "trainer", "code of the trainer");
        setDefault(
                settings,
                SparkMlSettings.of("org.apache.spark.ml.classification.RandomForestClassifier", Map.of(), 42));
        setDefault(featuresCol, "features");
        setDefault(labelCol, "label");
        setDefault(weightCol, "");
        setDefault(pathCol, "");
        setDefault(idCol, "");
        setDefault(predictionCol, "prediction");
        setDefault(probabilityCol, "probability");
        setDefault(trainer, "spark_ml");
    }

    @Override
    public String uid() {
        return uid;
    }

    public SparkMlSettingsParam settings() {
        return settings;
    }

    public Param<String> featuresCol() {
        return featuresCol;
    }

    public Param<String> labelCol() {
        return labelCol;
    }

    public Param<String> weightCol() {
        return weightCol;
    }

    public Param<String> pathCol() {
        return pathCol;
    }

    public Param<String> idCol() {
        return idCol;
    }

    public Param<String> predictionCol() {
        return predictionCol;
    }

    public Param<String> probabilityCol() {
        return probabilityCol;
    }

    /** The code by which the model names its trainer. */
    public Param<String> trainer() {
        return trainer;
    }

    @Override
    public SparkMlModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        Dataset<Row> rows = dataset.select(
                col($(labelCol)).cast("string").as("label"),
                optional(pathCol, lit(null).cast("array<string>")).as("path"),
                optional(weightCol, lit(1.0)).cast("double").as("weight"),
                optional(idCol, lit("")).as("id"),
                col($(featuresCol)).as("features"));
        SparkMlFit fit = new SparkMlFit(uid, $(settings), rows, !$(idCol).isEmpty());
        return copyValues(fit.model().setParent(this), ParamMap.empty());
    }

    private Column optional(Param<String> column, Column otherwise) {
        return $(column).isEmpty() ? otherwise : col($(column));
    }

    @Override
    public StructType transformSchema(StructType schema) {
        schema.fieldIndex($(labelCol));
        return SparkMlModel.outputSchema(schema, $(featuresCol), $(predictionCol), $(probabilityCol));
    }

    @Override
    public SparkMlClassifier copy(ParamMap extra) {
        return (SparkMlClassifier) defaultCopy(extra);
    }

    @Override
    public MLWriter write() {
        return new DefaultParamsWriter(this);
    }

    /** Reads a saved classifier. */
    public static MLReader<SparkMlClassifier> read() {
        return new DefaultParamsReader<>();
    }
}
