package io.pigeonhole.training.resampling;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.transforms.MostProbable;
import io.pigeonhole.transforms.files.StageFiles;
import io.pigeonhole.transforms.resampling.ClassShare;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
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
 * Follows a classifier that was trained on resampled rows. It multiplies the probability of each class by the ratio of
 * its shares before and after resampling, and scales them to sum to one: Bayes' theorem with the other prior (Saerens,
 * Latinne and Decaestecker, "Adjusting the outputs of a classifier to new a priori probabilities", 2002, equation 2.4).
 * The prediction becomes the class that is then most probable; ties go to the class that comes first. The saved stage
 * holds the rows of each class before and after.
 */
public final class ShareCorrection extends Model<ShareCorrection> implements MLWritable {

    private static final long serialVersionUID = 1L;

    private static final String CLASSES = "classes";
    private static final StructType STATE = StructType.fromDDL("class_index INT, label STRING, rows_before BIGINT,"
            + " rows_after BIGINT, weight_before DOUBLE, weight_after DOUBLE");

    private final String uid;
    private final List<ClassShare> classes;
    private final Param<String> probabilityCol;
    private final Param<String> predictionCol;

    /** @param classes the classes, in the order of the probabilities */
    private ShareCorrection(String uid, List<ClassShare> classes) {
        this.uid = uid;
        this.classes = List.copyOf(classes);
        probabilityCol = new Param<>(this, "probabilityCol", "column to replace: probability of each class");
        predictionCol = new Param<>(this, "predictionCol", "column to replace: the most probable class");
        setDefault(probabilityCol, "probability");
        setDefault(predictionCol, "prediction");
    }

    /**
     * The correction for a classifier.
     *
     * @param labels the classes, in the order of the probabilities
     * @param classes what resampling did to each of them
     */
    public static ShareCorrection of(String uid, List<String> labels, List<ClassShare> classes) {
        Map<String, ClassShare> byLabel =
                classes.stream().collect(Collectors.toMap(ClassShare::label, Function.identity()));
        return new ShareCorrection(uid, labels.stream().map(byLabel::get).toList());
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

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        List<String> labels = classes.stream().map(ClassShare::label).toList();
        double[] factors = classes.stream()
                .mapToDouble(share -> share.weightBefore() / share.weightAfter())
                .toArray();
        return dataset.withColumn(
                        $(probabilityCol),
                        functions
                                .udf(new Correct(factors), SQLDataTypes.VectorType())
                                .apply(col($(probabilityCol))))
                .withColumn($(predictionCol), MostProbable.of(col($(probabilityCol)), labels));
    }

    @Override
    public StructType transformSchema(StructType schema) {
        schema.fieldIndex($(probabilityCol));
        schema.fieldIndex($(predictionCol));
        return schema;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Correct(double[] factors) implements UDF1<Vector, Vector> {

        @Override
        public Vector call(Vector probabilities) {
            double[] corrected = probabilities.toArray().clone();
            double sum = 0;
            for (int k = 0; k < corrected.length; k++) {
                corrected[k] *= factors[k];
                sum += corrected[k];
            }
            for (int k = 0; k < corrected.length; k++) {
                corrected[k] /= sum;
            }
            return Vectors.dense(corrected);
        }
    }

    @Override
    public ShareCorrection copy(ParamMap extra) {
        return copyValues(new ShareCorrection(uid, classes), extra).setParent(parent());
    }

    @Override
    public MLWriter write() {
        List<Row> rows = new ArrayList<>();
        for (int k = 0; k < classes.size(); k++) {
            ClassShare share = classes.get(k);
            rows.add(RowFactory.create(
                    k,
                    share.label(),
                    share.rowsBefore(),
                    share.rowsAfter(),
                    share.weightBefore(),
                    share.weightAfter()));
        }
        return StageFiles.writer(this, List.of(new StageFiles.Part(CLASSES, STATE, rows)));
    }

    /** Reads a saved stage. */
    public static MLReader<ShareCorrection> read() {
        return StageFiles.reader(ShareCorrection.class, (uid, saved) -> of(uid, saved.rows(CLASSES, STATE)));
    }

    private static ShareCorrection of(String uid, List<Row> rows) {
        return new ShareCorrection(
                uid,
                rows.stream()
                        .sorted(Comparator.comparingInt(row -> row.getInt(0)))
                        .map(row -> new ClassShare(
                                row.getString(1), row.getLong(2), row.getLong(3), row.getDouble(4), row.getDouble(5)))
                        .toList());
    }
}
