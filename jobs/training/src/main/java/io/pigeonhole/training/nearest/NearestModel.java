package io.pigeonhole.training.nearest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.negate;

import io.pigeonhole.transforms.HoldsExamples;
import io.pigeonhole.transforms.MostProbable;
import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.TrainedClassifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Compares rows with training rows or centroids. Writes the score of each class, from which the probabilities follow, the
 * probability of each class (both dense vectors in the order of {@link #labels}), and the most probable class. Ties go to
 * the class that comes first.
 *
 * <p>The score of a class is the logarithm of the sum of its neighbours' votes, or the similarity to its centroid. It
 * depends on the rows of the class and of the training alone: {@link #withClassesOf adding classes} does not change a bit
 * of it.
 */
public final class NearestModel extends Model<NearestModel> implements MLWritable, TrainedClassifier, HoldsExamples {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final Classes classes;
    private final transient Comparison comparison;
    private final Param<String> featuresCol;
    private final Param<String> comparedCol;
    private final Param<String> rawPredictionCol;
    private final Param<String> probabilityCol;
    private final Param<String> predictionCol;
    private final Param<String> metric;
    private final IntParam neighbours;
    private final Param<String> weights;
    private final DoubleArrayParam balances;
    private final DoubleParam temperature;
    private final DoubleParam smoothing;

    NearestModel(String uid, Classes classes, Comparison comparison) {
        this.uid = uid;
        this.classes = classes;
        this.comparison = comparison;
        featuresCol = new Param<>(this, "featuresCol", "column of feature vectors");
        comparedCol = new Param<>(
                this, "comparedCol", "column to write: the neighbours or the similarities; empty to leave it out");
        rawPredictionCol = new Param<>(this, "rawPredictionCol", "column to write: score of each class");
        probabilityCol = new Param<>(this, "probabilityCol", "column to write: probability of each class");
        predictionCol = new Param<>(this, "predictionCol", "column to write: the most probable class");
        metric = new Param<>(this, "metric", "cosine or euclidean");
        neighbours = new IntParam(this, "neighbours", "number of nearest rows that vote");
        weights = new Param<>(this, "weights", "how they vote: uniform or distance");
        balances = new DoubleArrayParam(
                this,
                "balances",
                "power of the weight of its rows that the votes of a class are divided by: of the training's classes, and of"
                        + " those of each addition; missing ones are 0");
        temperature = new DoubleParam(this, "temperature", "similarity that changes a vote or a score by the factor e");
        smoothing = new DoubleParam(this, "smoothing", "part of the probabilities that the shares of the classes take");
        setDefault(featuresCol, "features");
        setDefault(comparedCol, "");
        setDefault(rawPredictionCol, "rawPrediction");
        setDefault(probabilityCol, "probability");
        setDefault(predictionCol, "prediction");
        setDefault(metric, Metric.COSINE.code());
        setDefault(neighbours, 20);
        setDefault(weights, VoteWeights.DISTANCE.code());
        setDefault(balances, new double[0]);
        setDefault(temperature, 0.05);
        setDefault(smoothing, 0.01);
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> featuresCol() {
        return featuresCol;
    }

    public Param<String> comparedCol() {
        return comparedCol;
    }

    public Param<String> rawPredictionCol() {
        return rawPredictionCol;
    }

    public Param<String> probabilityCol() {
        return probabilityCol;
    }

    public Param<String> predictionCol() {
        return predictionCol;
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

    public DoubleArrayParam balances() {
        return balances;
    }

    public DoubleParam temperature() {
        return temperature;
    }

    public DoubleParam smoothing() {
        return smoothing;
    }

    @Override
    public List<String> labels() {
        return classes.labels();
    }

    @Override
    public Taxonomy taxonomy() {
        return classes.taxonomy();
    }

    @Override
    public String trainer() {
        return "nearest";
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
        return classes.rows();
    }

    /** Number of features. */
    public int numFeatures() {
        return comparison.size();
    }

    /** Stored numbers. */
    public long parameters() {
        return NearestFiles.elements(comparison);
    }

    Classes classes() {
        return classes;
    }

    Comparison comparison() {
        return comparison;
    }

    Metric chosenMetric() {
        return Metric.of($(metric));
    }

    /** The temperature of votes or scores. */
    public double chosenTemperature() {
        return (Double) $(temperature);
    }

    /** The part of the probabilities that the shares of the classes take. */
    public double chosenSmoothing() {
        return (Double) $(smoothing);
    }

    /** SHA-256 over classes, settings, and rows or centroids. */
    @Override
    public String fingerprint() {
        return NearestFiles.fingerprint(this);
    }

    /** Text over the settings, for the fingerprint. */
    String settings() {
        return String.join(
                " ",
                $(metric),
                String.valueOf($(neighbours)),
                $(weights),
                Double.toHexString(chosenTemperature()),
                Double.toHexString(chosenSmoothing()) + balancesText());
    }

    /** Nothing without them, so that models that are older than they keep their fingerprints. */
    private String balancesText() {
        double[] powers = (double[]) $(balances);
        return powers.length == 0 ? "" : " " + Arrays.toString(powers);
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        String compared = $(comparedCol);
        String column = compared.isEmpty() ? uid + "__compared" : compared;
        Dataset<Row> decided = decided(compared(dataset, column), column);
        return compared.isEmpty() ? decided.drop(column) : decided;
    }

    /**
     * Adds the column that all decisions follow from: the nearest training rows, or the score of each class.
     *
     * @param column its name
     */
    public Dataset<Row> compared(Dataset<?> dataset, String column) {
        if (comparison instanceof Comparison.Means means) {
            return ComparedRows.withScores(dataset, means.centroids(), chosenMetric(), $(featuresCol), column);
        }
        List<Broadcast<Shard>> shards = ((Comparison.Rows) comparison).shards();
        Search search = new Search(chosenMetric(), (Integer) $(neighbours), shards);
        return ComparedRows.withNeighbours(dataset, search, numFeatures(), $(featuresCol), column);
    }

    /** Adds scores, probabilities and predictions that follow from a column of {@link #compared}. */
    public Dataset<Row> decided(Dataset<Row> rows, String column) {
        String raw = $(rawPredictionCol);
        String probability = $(probabilityCol);
        Column scores = comparison instanceof Comparison.Rows ? DecidedRows.scores(col(column), votes()) : col(column);
        Dataset<Row> decided = rows.withColumn(raw, scores)
                .withColumn(probability, DecidedRows.probabilities(col(raw), posterior()))
                .withColumn($(predictionCol), MostProbable.of(col(probability), labels()));
        return writesUnknownScore() ? decided.withColumn(UNKNOWN_SCORE, unknownScore(col(column))) : decided;
    }

    /** Minus the largest similarity: to a row, or to a centroid. */
    private Column unknownScore(Column compared) {
        return comparison instanceof Comparison.Rows
                ? negate(ComparedRows.nearest(compared))
                : DecidedRows.unknownScore(compared);
    }

    /** Where similarities say how near a row is: with neighbours, and with cosines to the centroids. */
    @Override
    public boolean writesUnknownScore() {
        return !(comparison instanceof Comparison.Means means)
                || (chosenMetric() == Metric.COSINE && means.whitening().factor().length == 0);
    }

    Votes votes() {
        return new Votes(
                labels(),
                chosenMetric(),
                classes.generations() == 1 ? (Integer) $(neighbours) : Integer.MAX_VALUE,
                VoteWeights.of($(weights)),
                chosenTemperature(),
                classes.offsets((double[]) $(balances)));
    }

    private Posterior posterior() {
        // the temperature of votes is in the scores
        double divisor = comparison instanceof Comparison.Rows ? 1 : chosenTemperature();
        return new Posterior(divisor, chosenSmoothing(), classes.shares());
    }

    /**
     * The temperature and the smoothing with the least log loss on some rows; a given value stays.
     *
     * @param compared rows with labels and a column of {@link #compared}, by at least as many neighbours; rows of unknown
     *     classes do not count. Without any rows, the model stays as it is
     * @param column name of that column
     */
    public NearestModel tuned(
            Dataset<Row> compared,
            String column,
            String label,
            Optional<Double> temperature,
            Optional<Double> smoothing) {
        return Tuning.tuned(this, compared.select(col(column), col(label)), temperature, smoothing);
    }

    /** The same with a given temperature and smoothing. */
    public NearestModel withPosterior(Optional<Double> givenTemperature, Optional<Double> givenSmoothing) {
        NearestModel model = copy(ParamMap.empty());
        givenTemperature.ifPresent(value -> model.set(model.temperature, value));
        givenSmoothing.ifPresent(value -> model.set(model.smoothing, value));
        return model;
    }

    /** The same with these votes. */
    public NearestModel voting(int number, VoteWeights kind) {
        NearestModel model = copy(ParamMap.empty());
        model.set(model.neighbours, number);
        model.set(model.weights, kind.code());
        return model;
    }

    /** The same with a power for the votes of the classes of one generation; 0 where it never was another. */
    NearestModel balancing(int generation, double power) {
        double[] before = (double[]) $(balances);
        if (power == 0 && generation >= before.length) {
            return this;
        }
        double[] powers = Arrays.copyOf(before, Math.max(before.length, generation + 1));
        powers[generation] = power;
        return (NearestModel) copy(ParamMap.empty()).set(balances, powers);
    }

    /**
     * The model with the classes of these rows that it does not have, the rows of its own classes left out. The scores of
     * its classes keep their bits, on any row. Their probabilities shrink, since those of the new classes take a part.
     *
     * @param dataset rows of {@code example_id, label, path, weight, features}, the columns that the classifier reads
     * @param classifier with the columns and settings that this model was trained with; its balance is that of the added
     *     classes
     */
    public NearestModel withClassesOf(Dataset<Row> dataset, NearestClassifier classifier) {
        return with(ModelChanges.added(this, dataset, classifier))
                .balancing(classes.generations(), classifier.chosenBalance());
    }

    private NearestModel with(ModelChanges.State state) {
        return copyValues(new NearestModel(uid, state.classes(), state.comparison()), ParamMap.empty())
                .setParent(parent());
    }

    /** How many rows each class has, by label, of the classes that were added to the training's. */
    public Map<String, Long> addedClasses() {
        Map<String, Long> added = new TreeMap<>();
        classes.byLabel().forEach((label, known) -> {
            if (known.generation() > 0) {
                added.put(label, known.rows());
            }
        });
        return added;
    }

    @Override
    public Set<String> held(Set<String> ids) {
        return ModelChanges.held(this, ids);
    }

    /**
     * The same model without some of its rows. A class that loses its last row stays a class, and gets no vote. Centroids
     * hold no rows.
     */
    @Override
    public NearestModel withoutExamples(Set<String> ids) {
        return with(ModelChanges.without(this, ids));
    }

    @Override
    public StructType transformSchema(StructType schema) {
        schema.fieldIndex($(featuresCol));
        StructType wide =
                outputSchema(schema, $(comparedCol), $(rawPredictionCol), $(probabilityCol), $(predictionCol));
        return writesUnknownScore() ? wide.add(UNKNOWN_SCORE, DataTypes.DoubleType) : wide;
    }

    static StructType outputSchema(
            StructType schema, String compared, String raw, String probability, String prediction) {
        StructType wide = compared.isEmpty() ? schema : schema.add(compared, DataTypes.NullType);
        return wide.add(raw, SQLDataTypes.VectorType())
                .add(probability, SQLDataTypes.VectorType())
                .add(prediction, DataTypes.StringType);
    }

    @Override
    public NearestModel copy(ParamMap extra) {
        return copyValues(new NearestModel(uid, classes, comparison), extra).setParent(parent());
    }

    @Override
    public MLWriter write() {
        return NearestFiles.writer(this);
    }

    /** Reads a saved model. */
    public static MLReader<NearestModel> read() {
        return NearestFiles.reader();
    }
}
