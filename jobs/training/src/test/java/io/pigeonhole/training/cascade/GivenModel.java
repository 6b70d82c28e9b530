package io.pigeonhole.training.cascade;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.TrainedClassifier;
import io.pigeonhole.transforms.files.StageFiles;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** A classifier whose probabilities are a column of its rows; it counts the rows that it is asked for. */
public final class GivenModel extends Transformer implements MLWritable, TrainedClassifier {

    private static final long serialVersionUID = 1L;

    /** The rows that the models of the column "dear" were asked for in this process. */
    static final AtomicLong DEAR_CALLS = new AtomicLong();

    private final String uid;
    private final Param<String> sourceCol;

    public GivenModel(String uid) {
        this.uid = uid;
        sourceCol = new Param<>(this, "sourceCol", "column of probabilities");
    }

    /** The model of a column. */
    public static GivenModel of(String column) {
        GivenModel model = new GivenModel("given-" + column);
        model.set(model.sourceCol, column);
        return model;
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> sourceCol() {
        return sourceCol;
    }

    @Override
    public List<String> labels() {
        return $(sourceCol).equals("other") ? List.of("a", "b") : List.of("a", "b", "c");
    }

    @Override
    public Taxonomy taxonomy() {
        return Taxonomy.flat(labels());
    }

    @Override
    public String trainer() {
        return "given";
    }

    @Override
    public boolean isHierarchical() {
        return false;
    }

    @Override
    public String probabilityColumn() {
        return "probability";
    }

    @Override
    public String fingerprint() {
        return uid;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        UDF1<Vector, Vector> copy = new Counted($(sourceCol).equals("dear"));
        return dataset.withColumn(
                "probability", functions.udf(copy, SQLDataTypes.VectorType()).apply(col($(sourceCol))));
    }

    private record Counted(boolean isDear) implements UDF1<Vector, Vector> {

        @Override
        public Vector call(Vector given) {
            DEAR_CALLS.addAndGet(isDear ? 1 : 0);
            return given;
        }
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return schema.add("probability", SQLDataTypes.VectorType());
    }

    @Override
    public GivenModel copy(ParamMap extra) {
        return (GivenModel) defaultCopy(extra);
    }

    @Override
    public MLWriter write() {
        return StageFiles.writer(this, List.of());
    }

    /** Reads a saved model. */
    public static MLReader<GivenModel> read() {
        return StageFiles.reader(GivenModel.class, (uid, saved) -> new GivenModel(uid));
    }
}
