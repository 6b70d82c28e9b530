package io.pigeonhole.training.prior;

import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.TrainedClassifier;
import io.pigeonhole.transforms.files.StageFiles;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Gives every row the same probabilities, and the class that is the most probable by them; ties go to the class that comes
 * first.
 */
public final class PriorModel extends Model<PriorModel> implements MLWritable, TrainedClassifier {

    private static final long serialVersionUID = 1L;

    private static final String CLASSES = "classes";
    private static final StructType SCHEMA =
            StructType.fromDDL("label STRING, path ARRAY<STRING>, rows BIGINT, weight DOUBLE, probability DOUBLE");

    private final String uid;
    private final List<Share> shares;
    private final double[] probabilities;
    private final Taxonomy taxonomy;
    private final Param<String> predictionCol;
    private final Param<String> probabilityCol;

    /**
     * A class of the training rows.
     *
     * @param path from below the root of the taxonomy to the label
     * @param rows of the class
     * @param weight sum of the weights of these rows
     */
    record Share(String label, List<String> path, long rows, double weight) {
        Share {
            path = List.copyOf(path);
        }
    }

    /** @param shares in the order of the probabilities, that of their labels */
    PriorModel(String uid, List<Share> shares, double[] probabilities) {
        this.uid = uid;
        this.shares = List.copyOf(shares);
        this.probabilities = probabilities.clone();
        TreeMap<String, List<String>> paths = new TreeMap<>();
        shares.forEach(share -> paths.put(share.label(), share.path()));
        taxonomy = Taxonomy.ofPaths(paths);
        predictionCol = new Param<>(this, "predictionCol", "column to write: the most probable class");
        probabilityCol = new Param<>(this, "probabilityCol", "column to write: probability of each class");
        setDefault(predictionCol, "prediction");
        setDefault(probabilityCol, "probability");
    }

    /** In the order of the labels, which is that of Java and not that of Spark. */
    static List<Share> inOrder(Stream<Share> shares) {
        return shares.sorted(Comparator.comparing(Share::label)).toList();
    }

    @Override
    public String uid() {
        return uid;
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
        return "prior";
    }

    @Override
    public boolean isHierarchical() {
        return false;
    }

    @Override
    public String probabilityColumn() {
        return $(probabilityCol);
    }

    /** Number of training rows. */
    public long rows() {
        return shares.stream().mapToLong(Share::rows).sum();
    }

    /** The probabilities that every row gets, in the order of {@link #labels}. */
    public Vector probabilities() {
        return Vectors.dense(probabilities.clone());
    }

    /** The class that every row gets. */
    public String prediction() {
        return labels().get(probabilities().argmax());
    }

    /** SHA-256 over classes and probabilities. */
    @Override
    public String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((taxonomy.paths() + "\n" + Arrays.toString(probabilities)).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        return dataset.withColumn(
                        $(probabilityCol),
                        functions
                                .udf(new Constant(probabilities()), SQLDataTypes.VectorType())
                                .apply())
                .withColumn($(predictionCol), lit(prediction()));
    }

    private record Constant(Vector probabilities) implements UDF0<Vector> {

        @Override
        public Vector call() {
            return probabilities;
        }
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return outputSchema(schema, $(predictionCol), $(probabilityCol));
    }

    static StructType outputSchema(StructType schema, String predictionCol, String probabilityCol) {
        return schema.add(probabilityCol, SQLDataTypes.VectorType()).add(predictionCol, DataTypes.StringType);
    }

    @Override
    public PriorModel copy(ParamMap extra) {
        return copyValues(new PriorModel(uid, shares, probabilities), extra).setParent(parent());
    }

    @Override
    public MLWriter write() {
        List<Row> rows = new ArrayList<>();
        for (Share share : shares) {
            rows.add(RowFactory.create(
                    share.label(),
                    share.path().toArray(String[]::new),
                    share.rows(),
                    share.weight(),
                    probabilities[rows.size()]));
        }
        return StageFiles.writer(this, List.of(new StageFiles.Part(CLASSES, SCHEMA, rows)));
    }

    /** Reads a saved model. */
    public static MLReader<PriorModel> read() {
        return StageFiles.reader(PriorModel.class, (uid, saved) -> of(uid, saved.rows(CLASSES, SCHEMA)));
    }

    private static PriorModel of(String uid, List<Row> rows) {
        TreeMap<String, Double> probabilities = new TreeMap<>();
        rows.forEach(row -> probabilities.put(row.getString(0), row.getDouble(4)));
        return new PriorModel(
                uid,
                inOrder(rows.stream()
                        .map(row -> new Share(row.getString(0), row.getList(1), row.getLong(2), row.getDouble(3)))),
                probabilities.values().stream().mapToDouble(Double::doubleValue).toArray());
    }
}
