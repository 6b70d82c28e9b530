package io.pigeonhole.deep;

import io.pigeonhole.deep.learning.Compression;
import io.pigeonhole.deep.network.Head;
import io.pigeonhole.deep.network.NetworkPlan;
import io.pigeonhole.deep.network.NetworkSpec;
import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.TrainedClassifier;
import io.pigeonhole.transforms.files.StageFiles;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A trained network: writes the probability of each class (a dense vector in the order of {@link #labels}, summing to
 * one), the most probable class, and the score of rows of no class. Ties go to the
 * class that comes first. Rows are scored in batches, by networks that a process keeps.
 */
public final class DeepModel extends Model<DeepModel> implements MLWritable, TrainedClassifier {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final NetworkPlan plan;
    private final Taxonomy taxonomy;
    private final float[] parameters;
    private final transient @Nullable DeepTrainingSummary summary;
    private transient @Nullable Broadcast<Scoring> broadcast;
    private final Param<String> inputCol;
    private final Param<String> predictionCol;
    private final Param<String> probabilityCol;

    DeepModel(
            String uid,
            NetworkPlan plan,
            Taxonomy taxonomy,
            float[] parameters,
            @Nullable DeepTrainingSummary summary) {
        this.uid = uid;
        this.plan = plan;
        this.taxonomy = taxonomy;
        this.parameters = parameters;
        this.summary = summary;
        inputCol = new Param<>(this, "inputCol", "column that the network reads");
        predictionCol = new Param<>(this, "predictionCol", "column to write: the most probable class");
        probabilityCol = new Param<>(this, "probabilityCol", "column to write: probability of each class");
        setDefault(inputCol, "features");
        setDefault(predictionCol, "prediction");
        setDefault(probabilityCol, "probability");
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> inputCol() {
        return inputCol;
    }

    public Param<String> predictionCol() {
        return predictionCol;
    }

    public Param<String> probabilityCol() {
        return probabilityCol;
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
        return plan.spec().code();
    }

    @Override
    public boolean isHierarchical() {
        return plan.head() instanceof Head.Hierarchical;
    }

    @Override
    public String probabilityColumn() {
        return $(probabilityCol);
    }

    @Override
    public boolean writesUnknownScore() {
        return true;
    }

    /** What the network is made of. */
    public NetworkSpec network() {
        return plan.spec();
    }

    /** Figures of the training; absent in a model that was read back. */
    public Optional<DeepTrainingSummary> summary() {
        return Optional.ofNullable(summary);
    }

    /** SHA-256 over classes, network and parameters. */
    @Override
    public String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(taxonomy.paths().toString().getBytes(StandardCharsets.UTF_8));
            digest.update(plan.toString().getBytes(StandardCharsets.UTF_8));
            digest.update(Compression.NONE.encode(parameters));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    NetworkPlan plan() {
        return plan;
    }

    float[] parameters() {
        return parameters;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        StructType schema = transformSchema(dataset.schema());
        Broadcast<Scoring> shared = broadcast(dataset.sparkSession());
        int column = dataset.schema().fieldIndex($(inputCol));
        return dataset.toDF().mapPartitions(new ScoredRows.Function(shared, column), Encoders.row(schema));
    }

    private synchronized Broadcast<Scoring> broadcast(SparkSession spark) {
        if (broadcast == null) {
            Scoring scoring = new Scoring(plan, labels(), parameters, fingerprint());
            broadcast = JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(scoring);
        }
        return broadcast;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        schema.fieldIndex($(inputCol));
        return outputSchema(schema, $(predictionCol), $(probabilityCol));
    }

    static StructType outputSchema(StructType schema, String predictionCol, String probabilityCol) {
        return schema.add(probabilityCol, SQLDataTypes.VectorType())
                .add(predictionCol, DataTypes.StringType)
                .add(UNKNOWN_SCORE, DataTypes.DoubleType);
    }

    @Override
    public DeepModel copy(ParamMap extra) {
        return copyValues(new DeepModel(uid, plan, taxonomy, parameters, summary), extra)
                .setParent(parent());
    }

    @Override
    public MLWriter write() {
        return StageFiles.writer(this, NetworkFiles.parts(this));
    }

    /** Reads a saved model. */
    public static MLReader<DeepModel> read() {
        return StageFiles.reader(DeepModel.class, NetworkFiles::read);
    }
}
