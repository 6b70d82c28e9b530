package io.pigeonhole.training.calibration;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.transforms.DecisionNodes;
import io.pigeonhole.transforms.MostProbable;
import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.files.StageFiles;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
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
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * Follows a classifier in a pipeline: replaces its probabilities by calibrated ones, and its prediction by the class that is
 * then most probable. Ties go to the class that comes first. Each node of the taxonomy is calibrated by itself, so that the
 * probability of a node stays the sum of those below it.
 */
public final class CalibratedModel extends Model<CalibratedModel> implements MLWritable {

    private static final long serialVersionUID = 1L;

    private static final String CLASSES = "classes";
    private static final StructType CLASS_ROWS = StructType.fromDDL("label STRING, path ARRAY<STRING>");
    private static final String FUNCTIONS = "functions";

    private final String uid;
    private final DecisionNodes nodes;
    private final CalibrationMap[] maps;
    private final Param<String> probabilityCol;
    private final Param<String> predictionCol;

    CalibratedModel(String uid, DecisionNodes nodes, CalibrationMap[] maps) {
        this.uid = uid;
        this.nodes = nodes;
        this.maps = maps.clone();
        probabilityCol = new Param<>(this, "probabilityCol", "column to replace: probability of each class");
        predictionCol = new Param<>(this, "predictionCol", "column to replace: the most probable class");
        setDefault(probabilityCol, "probability");
        setDefault(predictionCol, "prediction");
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> probabilityCol() {
        return probabilityCol;
    }

    public Param<String> predictionCol() {
        return predictionCol;
    }

    /** The classes, in the order of the probabilities. */
    public List<String> labels() {
        return nodes.taxonomy().labels();
    }

    /** SHA-256 over classes and functions: equal for models that are the same to the last bit. */
    public String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(nodes.taxonomy().paths().toString().getBytes(StandardCharsets.UTF_8));
            for (Row row : State.rows(nodes, maps)) {
                digest.update(row.toString().getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        String probability = $(probabilityCol);
        return dataset.withColumn(
                        probability,
                        functions
                                .udf(new Calibrate(nodes, maps), SQLDataTypes.VectorType())
                                .apply(col(probability)))
                .withColumn($(predictionCol), MostProbable.of(col(probability), labels()));
    }

    @Override
    public StructType transformSchema(StructType schema) {
        schema.fieldIndex($(probabilityCol));
        schema.fieldIndex($(predictionCol));
        return schema;
    }

    /** Calibrated shares of all children, from shares that stay as they are. */
    static double[] calibrated(DecisionNodes nodes, CalibrationMap[] maps, double[] shares) {
        double[] calibrated = shares.clone();
        for (int node = 0; node < nodes.size(); node++) {
            maps[node].apply(calibrated, nodes.start(node), nodes.end(node));
        }
        return calibrated;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Calibrate(DecisionNodes nodes, CalibrationMap[] maps) implements UDF1<Vector, Vector> {

        @Override
        public Vector call(Vector probabilities) {
            double[] given = probabilities.toArray();
            if (given.length != nodes.classes()) {
                throw new IllegalArgumentException("the calibration is of " + nodes.classes() + " classes, not of "
                        + given.length + "; use the classifier that was saved with it");
            }
            return Vectors.dense(nodes.probabilities(calibrated(nodes, maps, nodes.shares(given))));
        }
    }

    @Override
    public CalibratedModel copy(ParamMap extra) {
        return copyValues(new CalibratedModel(uid, nodes, maps), extra).setParent(parent());
    }

    @Override
    public MLWriter write() {
        List<Row> classes = new ArrayList<>();
        nodes.taxonomy()
                .paths()
                .forEach((label, path) -> classes.add(RowFactory.create(label, path.toArray(String[]::new))));
        return StageFiles.writer(
                this,
                List.of(
                        new StageFiles.Part(CLASSES, CLASS_ROWS, classes),
                        new StageFiles.Part(FUNCTIONS, State.SCHEMA, State.rows(nodes, maps))));
    }

    /** Reads a saved model. */
    public static MLReader<CalibratedModel> read() {
        return StageFiles.reader(CalibratedModel.class, CalibratedModel::of);
    }

    private static CalibratedModel of(String uid, StageFiles.Saved saved) {
        TreeMap<String, List<String>> paths = new TreeMap<>();
        saved.rows(CLASSES, CLASS_ROWS).forEach(row -> paths.put(row.getString(0), row.getList(1)));
        TreeMap<Integer, List<Row>> byNode = new TreeMap<>();
        for (Row row : saved.rows(FUNCTIONS, State.SCHEMA)) {
            byNode.computeIfAbsent(row.getInt(0), node -> new ArrayList<>()).add(row);
        }
        return new CalibratedModel(
                uid,
                new DecisionNodes(Taxonomy.ofPaths(paths)),
                byNode.values().stream().map(State::map).toArray(CalibrationMap[]::new));
    }

    /** The functions as rows: one for each node, or for each child where every child has its own. */
    private static final class State {

        static final StructType SCHEMA =
                StructType.fromDDL("node INT, child INT, method STRING, first ARRAY<DOUBLE>, second ARRAY<DOUBLE>");

        private State() {}

        static List<Row> rows(DecisionNodes nodes, CalibrationMap[] maps) {
            List<Row> rows = new ArrayList<>();
            for (int node = 0; node < nodes.size(); node++) {
                CalibrationMap map = maps[node];
                if (map instanceof CalibrationMap.Isotonic isotonic) {
                    for (int child = 0; child < isotonic.shares().length; child++) {
                        rows.add(row(node, child, map, isotonic.shares()[child], isotonic.values()[child]));
                    }
                } else if (map instanceof CalibrationMap.VectorScaling vector) {
                    rows.add(row(node, 0, map, vector.factors(), vector.biases()));
                } else if (map instanceof CalibrationMap.Temperature temperature) {
                    rows.add(row(node, 0, map, new double[] {temperature.sharpness()}, new double[0]));
                } else {
                    rows.add(row(node, 0, map, new double[0], new double[0]));
                }
            }
            return rows;
        }

        private static Row row(int node, int child, CalibrationMap map, double[] first, double[] second) {
            return RowFactory.create(node, child, map.method().name(), boxed(first), boxed(second));
        }

        private static List<Double> boxed(double[] values) {
            return Arrays.stream(values).boxed().toList();
        }

        /** @param rows those of one node, by child */
        static CalibrationMap map(List<Row> rows) {
            double[][] first = rows.stream().map(row -> doubles(row.getList(3))).toArray(double[][]::new);
            double[][] second =
                    rows.stream().map(row -> doubles(row.getList(4))).toArray(double[][]::new);
            return switch (CalibrationMethod.valueOf(rows.get(0).getString(2))) {
                case NONE -> new CalibrationMap.Unchanged();
                case TEMPERATURE -> new CalibrationMap.Temperature(first[0][0]);
                case VECTOR -> new CalibrationMap.VectorScaling(first[0], second[0]);
                case ISOTONIC -> new CalibrationMap.Isotonic(first, second);
            };
        }

        private static double[] doubles(List<Double> values) {
            return values.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }
}
