package io.pigeonhole.training.prior;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import java.math.BigDecimal;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Learns how frequent the classes are, as scikit-learn's DummyClassifier does, and nothing else. Labels are strings; classes
 * are the labels that occur in training, in natural order. Weights are summed as decimals with 18 places, so that the sums
 * do not depend on the order of the rows.
 */
public final class PriorClassifier extends Estimator<PriorModel> implements MLWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final Param<String> labelCol;
    private final Param<String> weightCol;
    private final Param<String> pathCol;
    private final Param<String> predictionCol;
    private final Param<String> probabilityCol;
    private final Param<String> strategy;

    public PriorClassifier() {
        this(Identifiable.randomUID("prior"));
    }

    public PriorClassifier(String uid) {
        this.uid = uid;
        labelCol = new Param<>(this, "labelCol", "column of class names");
        weightCol = new Param<>(this, "weightCol", "column of example weights; empty for none");
        pathCol = new Param<>(
                this, "pathCol", "column of taxonomy paths, from below the root to the label; empty for none");
        predictionCol = new Param<>(this, "predictionCol", "column to write: the most probable class");
        probabilityCol = new Param<>(this, "probabilityCol", "column to write: probability of each class");
        strategy = new Param<>(this, "strategy", "prior, most_frequent or uniform");
        setDefault(labelCol, "label");
        setDefault(weightCol, "");
        setDefault(pathCol, "");
        setDefault(predictionCol, "prediction");
        setDefault(probabilityCol, "probability");
        setDefault(strategy, "prior");
    }

    @Override
    public String uid() {
        return uid;
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

    public Param<String> predictionCol() {
        return predictionCol;
    }

    public Param<String> probabilityCol() {
        return probabilityCol;
    }

    public Param<String> strategy() {
        return strategy;
    }

    @Override
    public PriorModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        PriorStrategy chosen = PriorStrategy.of($(strategy));
        String weight = $(weightCol);
        String path = $(pathCol);
        List<Row> rows = dataset.select(
                        col($(labelCol)).cast("string").as("label"),
                        (path.isEmpty() ? lit(null).cast("array<string>") : col(path)).as("path"),
                        (weight.isEmpty() ? lit(1.0) : col(weight))
                                .cast(DataTypes.createDecimalType(38, 18))
                                .as("weight"))
                .groupBy("label")
                .agg(min(coalesce(col("path"), array(col("label")))), count(lit(1)), sum("weight"))
                .collectAsList();
        List<PriorModel.Share> shares = PriorModel.inOrder(rows.stream().map(PriorClassifier::share));
        double[] weights = shares.stream().mapToDouble(PriorModel.Share::weight).toArray();
        return copyValues(new PriorModel(uid, shares, chosen.probabilities(weights)).setParent(this), ParamMap.empty());
    }

    private static PriorModel.Share share(Row row) {
        if (row.isNullAt(0)) {
            throw new IllegalArgumentException("a training row has no label; leave unlabelled rows out before fitting");
        }
        BigDecimal weight = row.getDecimal(3);
        if (weight == null || weight.signum() <= 0) {
            throw new IllegalArgumentException(
                    "the rows of class '" + row.getString(0) + "' weigh " + weight + "; their weights must be above 0");
        }
        return new PriorModel.Share(row.getString(0), row.getList(1), row.getLong(2), weight.doubleValue());
    }

    @Override
    public StructType transformSchema(StructType schema) {
        schema.fieldIndex($(labelCol));
        return PriorModel.outputSchema(schema, $(predictionCol), $(probabilityCol));
    }

    @Override
    public PriorClassifier copy(ParamMap extra) {
        return (PriorClassifier) defaultCopy(extra);
    }

    @Override
    public MLWriter write() {
        return new DefaultParamsWriter(this);
    }

    /** Reads a saved classifier. */
    public static MLReader<PriorClassifier> read() {
        return new DefaultParamsReader<>();
    }
}
