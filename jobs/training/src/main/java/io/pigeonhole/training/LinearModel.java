package io.pigeonhole.training;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.TrainedClassifier;
import io.pigeonhole.transforms.files.StageFiles;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A trained linear model: writes the probability of each class (a dense vector in the order of {@link #labels}, summing
 * to one) and the most probable class. Ties go to the class that comes first. With a beam the vector is sparse, of the
 * classes that the beam reached; these have their exact probabilities, and what they lack to one lies with the others.
 * It also writes how little a row is like those of any class, to {@link TrainedClassifier#UNKNOWN_SCORE}: the margin
 * of the most probable class times -1, which is computed only where it is used.
 */
public final class LinearModel extends Model<LinearModel> implements MLWritable, TrainedClassifier {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final Coefficients coefficients;
    private final transient @Nullable TrainingSummary summary;
    private transient @Nullable Broadcast<Coefficients> broadcast;
    private final Param<String> featuresCol;
    private final Param<String> predictionCol;
    private final Param<String> probabilityCol;
    private final IntParam beamWidth;

    LinearModel(String uid, Coefficients coefficients, @Nullable TrainingSummary summary) {
        this.uid = uid;
        this.coefficients = coefficients;
        this.summary = summary;
        featuresCol = new Param<>(this, "featuresCol", "column of feature vectors");
        predictionCol = new Param<>(this, "predictionCol", "column to write: the most probable class");
        probabilityCol = new Param<>(this, "probabilityCol", "column to write: probability of each class");
        beamWidth = new IntParam(
                this, "beamWidth", "most nodes of a level of the tree that a prediction follows; 0 for all");
        setDefault(beamWidth, 0);
        setDefault(featuresCol, "features");
        setDefault(predictionCol, "prediction");
        setDefault(probabilityCol, "probability");
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

    public IntParam beamWidth() {
        return beamWidth;
    }

    @Override
    public List<String> labels() {
        return coefficients.taxonomy().labels();
    }

    @Override
    public Taxonomy taxonomy() {
        return coefficients.taxonomy();
    }

    public Scheme scheme() {
        return coefficients.scheme();
    }

    @Override
    public String trainer() {
        return scheme().code();
    }

    @Override
    public boolean isHierarchical() {
        return scheme() == Scheme.HIERARCHICAL;
    }

    @Override
    public String probabilityColumn() {
        return $(probabilityCol);
    }

    @Override
    public boolean writesUnknownScore() {
        return true;
    }

    /** Number of features. */
    public int numFeatures() {
        return coefficients.dimension();
    }

    /** Figures of the training; absent in a model that was read back. */
    public Optional<TrainingSummary> summary() {
        return Optional.ofNullable(summary);
    }

    /** SHA-256 over classes and coefficients. */
    @Override
    public String fingerprint() {
        return coefficients.fingerprint();
    }

    /** The same model without the coefficients whose magnitude is below this; intercepts stay. */
    public LinearModel prunedBelow(double least) {
        return copyValues(new LinearModel(uid, coefficients.prunedBelow(least), summary), ParamMap.empty())
                .setParent(parent());
    }

    /** How many coefficients the model holds, intercepts among them: few where most are zero. */
    public long storedCoefficients() {
        return coefficients.stored();
    }

    Coefficients coefficients() {
        return coefficients;
    }

    /** Coefficient of a feature in a column of the layout; feature {@link #numFeatures} is the intercept. */
    float coefficient(int feature, int column) {
        return coefficients.coefficient(feature, column);
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        coefficients.here();
        Broadcast<Coefficients> shared = broadcast(dataset.sparkSession());
        String probability = $(probabilityCol);
        return dataset.withColumn(
                        probability,
                        functions
                                .udf(new Probabilities(shared, (Integer) $(beamWidth)), SQLDataTypes.VectorType())
                                .apply(col($(featuresCol))))
                .withColumn(
                        $(predictionCol),
                        functions
                                .udf(new MostProbable(shared), DataTypes.StringType)
                                .apply(col(probability)))
                .withColumn(
                        UNKNOWN_SCORE,
                        functions
                                .udf(new UnknownScore(shared, (Integer) $(beamWidth)), DataTypes.DoubleType)
                                .apply(col($(featuresCol))));
    }

    /** What of the coefficients lies in this process. */
    private synchronized Broadcast<Coefficients> broadcast(SparkSession spark) {
        if (broadcast == null) {
            broadcast =
                    JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(coefficients.withoutDistant());
        }
        return broadcast;
    }

    private record Probabilities(Broadcast<Coefficients> coefficients, int beamWidth) implements UDF1<Vector, Vector> {

        @Override
        public Vector call(Vector features) {
            return coefficients.value().probabilities(features, beamWidth);
        }
    }

    private record UnknownScore(Broadcast<Coefficients> coefficients, int beamWidth) implements UDF1<Vector, Double> {

        @Override
        public Double call(Vector features) {
            return coefficients.value().unknownScore(features, beamWidth);
        }
    }

    private record MostProbable(Broadcast<Coefficients> coefficients) implements UDF1<Vector, String> {

        @Override
        public String call(Vector probabilities) {
            return coefficients.value().taxonomy().labels().get(probabilities.argmax());
        }
    }

    @Override
    public StructType transformSchema(StructType schema) {
        schema.fieldIndex($(featuresCol));
        return outputSchema(schema, $(predictionCol), $(probabilityCol));
    }

    static StructType outputSchema(StructType schema, String predictionCol, String probabilityCol) {
        return schema.add(probabilityCol, SQLDataTypes.VectorType())
                .add(predictionCol, DataTypes.StringType)
                .add(UNKNOWN_SCORE, DataTypes.DoubleType);
    }

    @Override
    public LinearModel copy(ParamMap extra) {
        return copyValues(new LinearModel(uid, coefficients, summary), extra).setParent(parent());
    }

    @Override
    public MLWriter write() {
        return new Writer(this);
    }

    /** Reads a saved model. */
    public static MLReader<LinearModel> read() {
        return new MLReader<>() {
            @Override
            public LinearModel load(String path) {
                SparkSession spark = sparkSession();
                return StageFiles.reader(
                                LinearModel.class,
                                (uid, saved) -> new LinearModel(uid, CoefficientFiles.read(spark, saved), null))
                        .session(spark)
                        .load(path);
            }
        };
    }

    private static final class Writer extends MLWriter {

        private final LinearModel model;

        Writer(LinearModel model) {
            this.model = model;
        }

        @Override
        public void saveImpl(String path) {
            StageFiles.write(model, List.of(), path, sparkSession());
            CoefficientFiles.write(sparkSession(), model.coefficients, () -> model.broadcast(sparkSession()), path);
        }
    }
}
