package io.pigeonhole.training.calibration;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.transforms.files.StageFiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.Vector;
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
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Stands behind a classifier: writes the classes whose probability reaches their threshold, the most probable first. It goes
 * before a {@link CalibratedModel}: what that is fitted on are the very rows that the thresholds promise something about.
 */
public final class PredictionSets extends Model<PredictionSets> implements MLWritable {

    private static final long serialVersionUID = 1L;

    private static final String THRESHOLDS = "thresholds";
    private static final StructType STATE =
            StructType.fromDDL("class_index INT, label STRING, least_probability DOUBLE");

    private final String uid;
    private final List<String> labels;
    private final double[] thresholds;
    private final Param<String> probabilityCol;
    private final Param<String> predictionSetCol;

    /**
     * Sets of these classes.
     *
     * @param labels the classes, in the order of the probabilities
     * @param thresholds least probability of each
     */
    public PredictionSets(String uid, List<String> labels, double[] thresholds) {
        this.uid = uid;
        this.labels = List.copyOf(labels);
        this.thresholds = thresholds.clone();
        probabilityCol = new Param<>(this, "probabilityCol", "column of probabilities of each class");
        predictionSetCol = new Param<>(this, "predictionSetCol", "column to write: the classes of the set");
        setDefault(probabilityCol, "probability");
        setDefault(predictionSetCol, "prediction_set");
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> probabilityCol() {
        return probabilityCol;
    }

    public Param<String> predictionSetCol() {
        return predictionSetCol;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        return dataset.withColumn(
                $(predictionSetCol),
                functions
                        .udf(new Sets(labels, thresholds), DataTypes.createArrayType(DataTypes.StringType))
                        .apply(col($(probabilityCol))));
    }

    @Override
    public StructType transformSchema(StructType schema) {
        schema.fieldIndex($(probabilityCol));
        return schema.add($(predictionSetCol), DataTypes.createArrayType(DataTypes.StringType));
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sets(List<String> labels, double[] thresholds) implements UDF1<Vector, String[]> {

        @Override
        public String[] call(Vector probabilities) {
            double[] p = probabilities.toArray();
            return IntStream.range(0, p.length)
                    .filter(k -> p[k] >= thresholds[k])
                    .boxed()
                    .sorted(Comparator.comparingDouble(k -> -p[k]))
                    .map(labels::get)
                    .toArray(String[]::new);
        }
    }

    @Override
    public PredictionSets copy(ParamMap extra) {
        return copyValues(new PredictionSets(uid, labels, thresholds), extra).setParent(parent());
    }

    @Override
    public MLWriter write() {
        List<Row> rows = new ArrayList<>();
        for (int k = 0; k < thresholds.length; k++) {
            rows.add(RowFactory.create(k, labels.get(k), thresholds[k]));
        }
        return StageFiles.writer(this, List.of(new StageFiles.Part(THRESHOLDS, STATE, rows)));
    }

    /** Reads a saved stage. */
    public static MLReader<PredictionSets> read() {
        return StageFiles.reader(PredictionSets.class, (uid, saved) -> of(uid, saved.rows(THRESHOLDS, STATE)));
    }

    private static PredictionSets of(String uid, List<Row> rows) {
        return new PredictionSets(
                uid,
                rows.stream().map(row -> row.getString(1)).toList(),
                rows.stream().mapToDouble(row -> row.getDouble(2)).toArray());
    }
}
