package io.pigeonhole.training;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.ArraySeq;

/**
 * A trained linear model: writes the probability of each class (a dense vector in the order of {@link #labels}, summing
 * to one) and the most probable class. Ties go to the class that comes first.
 */
public final class LinearModel extends Model<LinearModel> implements MLWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final Coefficients coefficients;
    private final transient @Nullable TrainingSummary summary;
    private transient @Nullable Broadcast<Coefficients> broadcast;
    private final Param<String> featuresCol;
    private final Param<String> predictionCol;
    private final Param<String> probabilityCol;

    LinearModel(String uid, Coefficients coefficients, @Nullable TrainingSummary summary) {
        this.uid = uid;
        this.coefficients = coefficients;
        this.summary = summary;
        featuresCol = new Param<>(this, "featuresCol", "column of feature vectors");
        predictionCol = new Param<>(this, "predictionCol", "column to write: the most probable class");
        probabilityCol = new Param<>(this, "probabilityCol", "column to write: probability of each class");
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

    /** The classes, in the order of the probabilities. */
    public List<String> labels() {
        return coefficients.taxonomy().labels();
    }

    /** The classes as a tree; flat where training had no taxonomy. */
    public Taxonomy taxonomy() {
        return coefficients.taxonomy();
    }

    public Scheme scheme() {
        return coefficients.scheme();
    }

    /** Number of features. */
    public int numFeatures() {
        return coefficients.dimension();
    }

    /** Figures of the training; absent in a model that was read back. */
    public Optional<TrainingSummary> summary() {
        return Optional.ofNullable(summary);
    }

    /** SHA-256 over classes and coefficients: equal for models that are the same to the last bit. */
    public String fingerprint() {
        return coefficients.fingerprint();
    }

    /** Coefficient of a feature in a column of the layout; feature {@link #numFeatures} is the intercept. */
    float coefficient(int feature, int column) {
        return coefficients.matrix()[feature * coefficients.columns() + column];
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        Broadcast<Coefficients> shared = broadcast(dataset);
        String probability = $(probabilityCol);
        return dataset.withColumn(
                        probability,
                        functions
                                .udf(new Probabilities(shared), SQLDataTypes.VectorType())
                                .apply(col($(featuresCol))))
                .withColumn(
                        $(predictionCol),
                        functions
                                .udf(new MostProbable(shared), DataTypes.StringType)
                                .apply(col(probability)));
    }

    private synchronized Broadcast<Coefficients> broadcast(Dataset<?> dataset) {
        if (broadcast == null) {
            broadcast = JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext())
                    .broadcast(coefficients);
        }
        return broadcast;
    }

    private record Probabilities(Broadcast<Coefficients> coefficients) implements UDF1<Vector, Vector> {

        @Override
        public Vector call(Vector features) {
            return Vectors.dense(coefficients.value().probabilities(features));
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
        return schema.add(probabilityCol, SQLDataTypes.VectorType()).add(predictionCol, DataTypes.StringType);
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
        return new Reader();
    }

    private static final class Writer extends MLWriter {

        private static final StructType CLASSES =
                StructType.fromDDL("class_index INT, label STRING, path ARRAY<STRING>");
        private static final StructType COEFFICIENTS = StructType.fromDDL("feature INT, coefficients ARRAY<FLOAT>");

        private final LinearModel model;

        Writer(LinearModel model) {
            this.model = model;
        }

        @Override
        public void saveImpl(String path) {
            DefaultParamsWriter.saveMetadata(model, path, sparkSession());
            Coefficients coefficients = model.coefficients;
            List<Row> classes = new ArrayList<>();
            coefficients
                    .taxonomy()
                    .paths()
                    .forEach((label, nodes) ->
                            classes.add(RowFactory.create(classes.size(), label, nodes.toArray(String[]::new))));
            sparkSession().createDataFrame(classes, CLASSES).coalesce(1).write().parquet(child(path, "classes"));
            sparkSession()
                    .createDataFrame(
                            List.of(RowFactory.create(coefficients.scheme().name())),
                            StructType.fromDDL("scheme STRING"))
                    .coalesce(1)
                    .write()
                    .parquet(child(path, "scheme"));
            sparkSession()
                    .createDataFrame(matrixRows(coefficients), COEFFICIENTS)
                    .coalesce(1)
                    .write()
                    .parquet(child(path, "coefficients"));
        }

        private static List<Row> matrixRows(Coefficients coefficients) {
            int columns = coefficients.columns();
            List<Row> rows = new ArrayList<>();
            for (int feature = 0; feature <= coefficients.dimension(); feature++) {
                float[] values = Arrays.copyOfRange(coefficients.matrix(), feature * columns, (feature + 1) * columns);
                rows.add(RowFactory.create(feature, new ArraySeq.ofFloat(values)));
            }
            return rows;
        }
    }

    private static String child(String path, String name) {
        return new Path(path, name).toString();
    }

    private static final class Reader extends MLReader<LinearModel> {

        @Override
        public LinearModel load(String path) {
            DefaultParamsReader.Metadata metadata =
                    DefaultParamsReader.loadMetadata(path, sparkSession(), LinearModel.class.getName());
            Scheme scheme = Scheme.valueOf(
                    sparkSession().read().parquet(child(path, "scheme")).first().getString(0));
            TreeMap<String, List<String>> paths = new TreeMap<>();
            for (Row row : sparkSession()
                    .read()
                    .parquet(child(path, "classes"))
                    .select("label", "path")
                    .collectAsList()) {
                paths.put(row.getString(0), row.getList(1));
            }
            List<Row> rows = sparkSession()
                    .read()
                    .parquet(child(path, "coefficients"))
                    .select("feature", "coefficients")
                    .collectAsList();
            Taxonomy taxonomy = Taxonomy.ofPaths(paths);
            LinearModel model = new LinearModel(metadata.uid(), new Coefficients(scheme, taxonomy, matrix(rows)), null);
            metadata.getAndSetParams(model, scala.Option.empty());
            return model;
        }

        private static float[] matrix(List<Row> rows) {
            int columns = rows.isEmpty() ? 0 : rows.get(0).<Float>getList(1).size();
            float[] matrix = new float[rows.size() * columns];
            for (Row row : rows) {
                int offset = row.getInt(0) * columns;
                List<Float> values = row.getList(1);
                for (int c = 0; c < columns; c++) {
                    matrix[offset + c] = values.get(c);
                }
            }
            return matrix;
        }
    }
}
