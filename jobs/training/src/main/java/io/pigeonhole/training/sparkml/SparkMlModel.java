package io.pigeonhole.training.sparkml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.TrainedClassifier;
import io.pigeonhole.transforms.files.StageFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A fitted classifier of Spark ML over class names. Its probabilities are those of the classifier, divided by their sum; its
 * decision is the most probable class, of equal ones the first by name.
 *
 * <p>It is saved as a stage with the classes and the hash, and the classifier beside them in the folder {@code classifier},
 * by the classifier's own writer; that of XGBoost as {@link XgboostFile}.
 */
public final class SparkMlModel extends Model<SparkMlModel> implements MLWritable, TrainedClassifier {

    private static final long serialVersionUID = 1L;

    /** Columns between this stage and the classifier. */
    static final String VECTOR = "__spark_ml_features";

    static final String LABEL = "__spark_ml_label";
    static final String WEIGHT = "__spark_ml_weight";
    private static final String RAW = "__spark_ml_raw";
    private static final String PROBABILITY = "__spark_ml_probability";
    private static final String PREDICTION = "__spark_ml_prediction";

    private static final String CLASSES = "classes";
    private static final StructType CLASS_SCHEMA = StructType.fromDDL("label STRING, path ARRAY<STRING>");
    private static final String STATE = "state";
    private static final StructType STATE_SCHEMA =
            StructType.fromDDL("class STRING, form STRING, fingerprint STRING, bytes BIGINT");
    private static final String CLASSIFIER = "classifier";

    private final String uid;
    private final Taxonomy taxonomy;
    private final Model<?> classifier;
    private final FeatureForm form;
    private final StateHash.State state;
    private final Optional<SparkMlSummary> summary;
    private final Param<String> featuresCol;
    private final Param<String> predictionCol;
    private final Param<String> probabilityCol;
    private final Param<String> trainer;

    SparkMlModel(
            String uid,
            Taxonomy taxonomy,
            Model<?> classifier,
            FeatureForm form,
            StateHash.State state,
            Optional<SparkMlSummary> summary) {
        this.uid = uid;
        this.summary = summary;
        this.taxonomy = taxonomy;
        this.classifier = classifier;
        this.form = form;
        this.state = state;
        featuresCol = new Param<>(this, "featuresCol", "column of feature vectors");
        predictionCol = new Param<>(this, "predictionCol", "column to write: the most probable class");
        probabilityCol = new Param<>(this, "probabilityCol", "column to write: probability of each class");
        trainer = new Param<>(this, "trainer", "code of the trainer");
        setDefault(featuresCol, "features");
        setDefault(predictionCol, "prediction");
        setDefault(probabilityCol, "probability");
        setDefault(trainer, "spark_ml");
    }

    /** The columns of the classifier's output, by parameter. */
    static Map<String, String> columns() {
        return Map.of("predictionCol", PREDICTION, "probabilityCol", PROBABILITY, "rawPredictionCol", RAW);
    }

    static StateHash.State hash(Taxonomy taxonomy, FeatureForm form, Model<?> classifier) {
        return StateHash.of(taxonomy.paths() + "\n" + form.code() + "\n", classifier);
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> featuresCol() {
        return featuresCol;
    }

    public Param<String> predictionCol() {
        return predictionCol;
    }

    public Param<String> probabilityCol() {
        return probabilityCol;
    }

    /** The parameter behind {@link #trainer}. */
    public Param<String> trainerCode() {
        return trainer;
    }

    /** The fitted classifier of Spark ML. */
    public Model<?> classifier() {
        return classifier;
    }

    @Override
    public List<String> labels() {
        return taxonomy.labels();
    }

    @Override
    public Taxonomy taxonomy() {
        return taxonomy;
    }

    @Override
    public String trainer() {
        return $(trainer);
    }

    @Override
    public boolean isHierarchical() {
        return false;
    }

    @Override
    public String probabilityColumn() {
        return $(probabilityCol);
    }

    @Override
    public String fingerprint() {
        return state.sha256();
    }

    /** How the model was trained; empty for a loaded model. */
    public Optional<SparkMlSummary> summary() {
        return summary;
    }

    /** Bytes of the classifier in memory, about. */
    public long bytes() {
        return state.bytes();
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        String[] own = Arrays.stream(classifier.params())
                .filter(param -> columns().containsKey(param.name()))
                .map(param -> columns().getOrDefault(param.name(), ""))
                .toArray(String[]::new);
        return classifier
                .transform(dataset.withColumn(VECTOR, form.of(vectors())))
                .withColumn(
                        $(probabilityCol),
                        udf(new Normalize(classifier.getClass().getName(), labels().size()), SQLDataTypes.VectorType())
                                .apply(col(PROBABILITY)))
                .withColumn(
                        $(predictionCol),
                        udf(new Decide(labels()), DataTypes.StringType).apply(col($(probabilityCol))))
                .drop(own)
                .drop(VECTOR);
    }

    private Column vectors() {
        return col($(featuresCol));
    }

    private record Normalize(String classifier, int classes) implements UDF1<Vector, Vector> {

        @Override
        public Vector call(Vector given) {
            double[] probabilities = given.toArray().clone();
            double sum = 0;
            for (double probability : probabilities) {
                sum += probability;
            }
            if (!(sum > 0 && sum < Double.POSITIVE_INFINITY) || probabilities.length != classes) {
                throw new IllegalStateException(classifier + " gives the probabilities " + given + " to " + classes
                        + " classes, which have no sum above 0");
            }
            for (int k = 0; k < probabilities.length; k++) {
                probabilities[k] /= sum;
            }
            return Vectors.dense(probabilities);
        }
    }

    private record Decide(List<String> labels) implements UDF1<Vector, String> {

        @Override
        public String call(Vector probabilities) {
            return labels.get(probabilities.argmax());
        }
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return outputSchema(schema, $(featuresCol), $(predictionCol), $(probabilityCol));
    }

    static StructType outputSchema(StructType schema, String featuresCol, String predictionCol, String probabilityCol) {
        schema.fieldIndex(featuresCol);
        return schema.add(probabilityCol, SQLDataTypes.VectorType()).add(predictionCol, DataTypes.StringType);
    }

    @Override
    public SparkMlModel copy(ParamMap extra) {
        return copyValues(new SparkMlModel(uid, taxonomy, classifier, form, state, summary), extra)
                .setParent(parent());
    }

    @Override
    public MLWriter write() {
        return new MLWriter() {
            @Override
            public void saveImpl(String folder) {
                StageFiles.write(SparkMlModel.this, parts(), folder, sparkSession());
                if (classifier.getClass().getName().equals(XgboostFile.MODEL)) {
                    XgboostFile.write(classifier, folder + "/" + CLASSIFIER, hadoop(sparkSession()));
                    return;
                }
                try {
                    ((MLWritable) classifier).write().session(sparkSession()).save(folder + "/" + CLASSIFIER);
                } catch (IOException e) {
                    throw new UncheckedIOException("the model cannot be saved to " + folder, e);
                }
            }
        };
    }

    private List<StageFiles.Part> parts() {
        List<Row> classes = taxonomy.paths().entrySet().stream()
                .map(entry -> RowFactory.create(entry.getKey(), entry.getValue().toArray(String[]::new)))
                .toList();
        Row about = RowFactory.create(classifier.getClass().getName(), form.code(), state.sha256(), state.bytes());
        return List.of(
                new StageFiles.Part(CLASSES, CLASS_SCHEMA, classes),
                new StageFiles.Part(STATE, STATE_SCHEMA, List.of(about)));
    }

    /** Reads a saved model. */
    public static MLReader<SparkMlModel> read() {
        return new MLReader<>() {
            @Override
            public SparkMlModel load(String folder) {
                SparkSession spark = sparkSession();
                return StageFiles.reader(SparkMlModel.class, (uid, saved) -> of(uid, saved, spark))
                        .session(spark)
                        .load(folder);
            }
        };
    }

    private static SparkMlModel of(String uid, StageFiles.Saved saved, SparkSession spark) {
        Map<String, List<String>> paths = saved.rows(CLASSES, CLASS_SCHEMA).stream()
                .collect(Collectors.toMap(row -> row.getString(0), row -> row.getList(1), (a, b) -> a, TreeMap::new));
        Row about = saved.rows(STATE, STATE_SCHEMA).get(0);
        return new SparkMlModel(
                uid,
                Taxonomy.ofPaths(paths),
                classifier(uid, about.getString(0), saved.folder() + "/" + CLASSIFIER, spark),
                FeatureForm.of(about.getString(1)),
                new StateHash.State(about.getString(2), about.getLong(3)),
                Optional.empty());
    }

    private static Configuration hadoop(SparkSession spark) {
        return spark.sparkContext().hadoopConfiguration();
    }

    private static Model<?> classifier(String uid, String type, String folder, SparkSession spark) {
        if (type.equals(XgboostFile.MODEL)) {
            return XgboostFile.read(uid, folder, hadoop(spark));
        }
        try {
            MLReader<?> reader = (MLReader<?>) Class.forName(type, true, SparkMlEstimators.loader())
                    .asSubclass(Transformer.class)
                    .getMethod("read")
                    .invoke(null);
            return (Model<?>) reader.session(spark).load(folder);
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            throw SparkMlErrors.notOnTheClassPath(type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be loaded from " + folder, e);
        }
    }
}
