package io.pigeonhole.training.nearest;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.transforms.TrainedClassifier;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
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
 * Keeps the training rows, or the centroid of each class, to compare rows with. Rows are taken in the order of their ids, so
 * that the model does not depend on how they are partitioned.
 */
public final class NearestClassifier extends Estimator<NearestModel> implements MLWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final Param<String> idCol;
    private final Param<String> labelCol;
    private final Param<String> pathCol;
    private final Param<String> weightCol;
    private final Param<String> featuresCol;
    private final Param<String> method;
    private final Param<String> metric;
    private final IntParam neighbours;
    private final Param<String> weights;
    private final DoubleParam balance;
    private final Param<String> covariance;
    private final DoubleParam shrinkage;

    public NearestClassifier() {
        this(Identifiable.randomUID("nearest"));
    }

    public NearestClassifier(String uid) {
        this.uid = uid;
        idCol = new Param<>(this, "idCol", "column of example ids");
        labelCol = new Param<>(this, "labelCol", "column of class names");
        pathCol = new Param<>(
                this, "pathCol", "column of taxonomy paths, from below the root to the label; empty for none");
        weightCol = new Param<>(this, "weightCol", "column of example weights; empty for none");
        featuresCol = new Param<>(this, "featuresCol", "column of feature vectors");
        method = new Param<>(this, "method", "neighbours or centroids");
        metric = new Param<>(this, "metric", "cosine or euclidean");
        neighbours = new IntParam(this, "neighbours", "number of nearest rows that vote");
        weights = new Param<>(this, "weights", "how they vote: uniform or distance");
        balance = new DoubleParam(
                this, "balance", "power of the weight of its rows that the votes of a class are divided by");
        covariance = new Param<>(this, "covariance", "that of centroids: none or shared");
        shrinkage = new DoubleParam(this, "shrinkage", "share of the unit matrix in the covariance");
        setDefault(idCol, "example_id");
        setDefault(labelCol, "label");
        setDefault(pathCol, "");
        setDefault(weightCol, "");
        setDefault(featuresCol, "features");
        setDefault(method, NearestMethod.NEIGHBOURS.code());
        setDefault(metric, Metric.COSINE.code());
        setDefault(neighbours, 20);
        setDefault(weights, VoteWeights.DISTANCE.code());
        setDefault(balance, 0.0);
        setDefault(covariance, Covariance.NONE.code());
        setDefault(shrinkage, 0.5);
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> idCol() {
        return idCol;
    }

    public Param<String> labelCol() {
        return labelCol;
    }

    public Param<String> pathCol() {
        return pathCol;
    }

    public Param<String> weightCol() {
        return weightCol;
    }

    public Param<String> featuresCol() {
        return featuresCol;
    }

    public Param<String> method() {
        return method;
    }

    public Param<String> metric() {
        return metric;
    }

    public IntParam neighbours() {
        return neighbours;
    }

    public Param<String> weights() {
        return weights;
    }

    public DoubleParam balance() {
        return balance;
    }

    public Param<String> covariance() {
        return covariance;
    }

    public DoubleParam shrinkage() {
        return shrinkage;
    }

    double chosenBalance() {
        return (Double) $(balance);
    }

    String labelColumn() {
        return $(labelCol);
    }

    @Override
    public NearestModel fit(Dataset<?> dataset) {
        NearestSetting setting = new NearestSetting(
                (Integer) $(neighbours),
                VoteWeights.of($(weights)),
                chosenBalance(),
                Metric.of($(metric)),
                Covariance.of($(covariance)),
                (Double) $(shrinkage));
        return fit(dataset, List.of(setting)).get(0);
    }

    /** A model for each setting; those with the same metric share their rows, or the sums over them. */
    public List<NearestModel> fit(Dataset<?> dataset, List<NearestSetting> settings) {
        transformSchema(dataset.schema());
        boolean byRows = NearestMethod.of($(method)) == NearestMethod.NEIGHBOURS;
        Map<Metric, Fitted> fitted = new TreeMap<>();
        List<NearestModel> models = new ArrayList<>();
        for (NearestSetting setting : settings) {
            Fitted of = fitted.computeIfAbsent(
                    setting.metric(),
                    chosen -> byRows
                            ? rows(dataset, chosen)
                            : sums(
                                    dataset,
                                    chosen,
                                    settings.stream()
                                            .anyMatch(each -> each.metric() == chosen
                                                    && each.covariance() == Covariance.SHARED)));
            models.add(model(of.classes(), of.comparison(setting), setting));
        }
        return models;
    }

    private NearestModel model(Classes classes, Comparison comparison, NearestSetting setting) {
        NearestModel model = new NearestModel(uid, classes, comparison).setParent(this);
        model.set(model.featuresCol(), $(featuresCol));
        model.set(model.metric(), setting.metric().code());
        model.set(model.neighbours(), setting.neighbours());
        model.set(model.weights(), setting.weights().code());
        return model.balancing(0, setting.balance());
    }

    /** What the settings of one metric share. */
    private interface Fitted {
        Classes classes();

        Comparison comparison(NearestSetting setting);
    }

    private record FittedRows(Classes classes, Comparison.Rows rows) implements Fitted {
        @Override
        public Comparison comparison(NearestSetting setting) {
            return rows;
        }
    }

    private record FittedSums(Classes classes, ClassSums sums) implements Fitted {
        @Override
        public Comparison comparison(NearestSetting setting) {
            if (setting.covariance() == Covariance.NONE) {
                return new Comparison.Means(new Centroids(sums.plain()), Whitening.NONE);
            }
            Whitening whitening = sums.whitening(setting.shrinkage());
            return new Comparison.Means(new Centroids(sums.whitened(whitening)), whitening);
        }
    }

    private Fitted rows(Dataset<?> dataset, Metric chosen) {
        Classes.Counting counting = new Classes.Counting(0);
        List<Broadcast<Shard>> shards =
                Shards.of(dataset.sparkSession(), counting.counted(references(dataset, chosen)), 0);
        if (shards.isEmpty()) {
            throw new IllegalArgumentException("there are no training rows");
        }
        Comparison.Rows rows =
                new Comparison.Rows(shards.get(0).value().vector(0).size(), shards);
        return new FittedRows(counting.classes(), rows);
    }

    private Fitted sums(Dataset<?> dataset, Metric chosen, boolean withScatter) {
        Classes.Counting counting = new Classes.Counting(0);
        ClassSums sums = new ClassSums(chosen, withScatter);
        counting.counted(references(dataset, chosen)).forEachRemaining(sums::add);
        return new FittedSums(counting.classes(), sums);
    }

    /** The rows by id, one partition at a time. */
    Iterator<Reference> references(Dataset<?> dataset, Metric chosen) {
        String path = $(pathCol);
        String weight = $(weightCol);
        Iterator<Row> rows = dataset.select(
                        col($(idCol)).cast("string").as("id"),
                        col($(labelCol)).cast("string").as("label"),
                        (path.isEmpty()
                                        ? array(col($(labelCol)).cast("string"))
                                        : coalesce(col(path), array(col($(labelCol)))))
                                .as("path"),
                        (weight.isEmpty() ? lit(1.0) : col(weight))
                                .cast("double")
                                .as("weight"),
                        col($(featuresCol)).as("features"))
                .orderBy("id")
                .toLocalIterator();
        return new ReferenceRowsInOrder(rows, chosen);
    }

    @Override
    public StructType transformSchema(StructType schema) {
        schema.fieldIndex($(idCol));
        schema.fieldIndex($(labelCol));
        schema.fieldIndex($(featuresCol));
        StructType wide = NearestModel.outputSchema(schema, "", "rawPrediction", "probability", "prediction");
        boolean hasUnknownScore = NearestMethod.of($(method)) == NearestMethod.NEIGHBOURS
                || (Metric.of($(metric)) == Metric.COSINE && Covariance.of($(covariance)) == Covariance.NONE);
        return hasUnknownScore ? wide.add(TrainedClassifier.UNKNOWN_SCORE, DataTypes.DoubleType) : wide;
    }

    @Override
    public NearestClassifier copy(ParamMap extra) {
        return (NearestClassifier) defaultCopy(extra);
    }

    @Override
    public MLWriter write() {
        return new DefaultParamsWriter(this);
    }

    /** Reads a saved classifier. */
    public static MLReader<NearestClassifier> read() {
        return new DefaultParamsReader<>();
    }
}
