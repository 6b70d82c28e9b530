package io.pigeonhole.training;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.training.solver.CoefficientMatrix;
import io.pigeonhole.training.solver.Example;
import io.pigeonhole.training.solver.Lanes;
import io.pigeonhole.training.solver.Layout;
import io.pigeonhole.training.solver.Loss;
import io.pigeonhole.training.solver.Problem;
import io.pigeonhole.training.solver.Solution;
import io.pigeonhole.training.solver.Solver;
import io.pigeonhole.training.solver.SolverListener;
import io.pigeonhole.training.solver.SolverOptions;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * What the linear trainers share: parameters, and training as problems of the one solver.
 *
 * <p>Labels are strings; classes are the labels that occur in training, in natural order. The objective is the weighted
 * mean over all rows of the loss plus {@code regParam} times {@code (1 - elasticNet) / 2} times the squared length plus
 * {@code elasticNet} times the sum of magnitudes of the coefficients without intercepts, as in Spark ML, for every
 * problem alike: a problem in which few rows take part has the same trade-off per row as one in which all do. With a class weight of {@code balanced} a row of class k weighs {@code rows / (classes * rows of k)}, as
 * in scikit-learn.
 */
public abstract class LinearClassifier extends Estimator<LinearModel> implements MLWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final Param<String> featuresCol;
    private final Param<String> labelCol;
    private final Param<String> weightCol;
    private final Param<String> pathCol;
    private final Param<String> predictionCol;
    private final Param<String> probabilityCol;
    private final DoubleParam regParam;
    private final DoubleParam elasticNet;
    private final Param<String> loss;
    private final DoubleParam labelSmoothing;
    private final DoubleParam logitAdjustment;
    private final IntParam maxIter;
    private final DoubleParam tol;
    private final BooleanParam fitIntercept;
    private final Param<String> classWeight;
    private final StringArrayParam givenClassWeights;
    private SolverListener listener = (pass, objective, open, problems) -> {};

    LinearClassifier(String uid) {
        this.uid = uid;
        featuresCol = new Param<>(this, "featuresCol", "column of feature vectors");
        labelCol = new Param<>(this, "labelCol", "column of class names");
        weightCol = new Param<>(this, "weightCol", "column of example weights; empty for none");
        pathCol = new Param<>(
                this, "pathCol", "column of taxonomy paths, from below the root to the label; empty for none");
        predictionCol = new Param<>(this, "predictionCol", "column to write: the most probable class");
        probabilityCol = new Param<>(this, "probabilityCol", "column to write: probability of each class");
        regParam = new DoubleParam(this, "regParam", "penalty on the mean loss");
        elasticNet = new DoubleParam(this, "elasticNet", "share of L1 in the penalty, from 0 to 1; the rest is L2");
        loss = new Param<>(this, "loss", "log, or for one against the rest squared_hinge");
        labelSmoothing = new DoubleParam(
                this, "labelSmoothing", "share of each row's weight that is spread evenly over all classes");
        logitAdjustment = new DoubleParam(
                this, "logitAdjustment", "how many times the log of the class shares is taken out of the predictions");
        maxIter = new IntParam(this, "maxIter", "most passes over the data");
        tol = new DoubleParam(this, "tol", "relative gain below which a problem is closed");
        fitIntercept = new BooleanParam(this, "fitIntercept", "whether to fit intercepts; they are not penalised");
        classWeight = new Param<>(this, "classWeight", "none, balanced or given");
        givenClassWeights =
                new StringArrayParam(this, "givenClassWeights", "entries label=weight; 1 where a class has none");
        setDefault(featuresCol, "features");
        setDefault(labelCol, "label");
        setDefault(weightCol, "");
        setDefault(pathCol, "");
        setDefault(predictionCol, "prediction");
        setDefault(probabilityCol, "probability");
        setDefault(regParam, 1e-5);
        setDefault(elasticNet, 0.0);
        setDefault(loss, "log");
        setDefault(labelSmoothing, 0.0);
        setDefault(logitAdjustment, 0.0);
        setDefault(maxIter, 200);
        setDefault(tol, 3e-6);
        setDefault(fitIntercept, true);
        setDefault(classWeight, "none");
        setDefault(givenClassWeights, new String[0]);
    }

    abstract Scheme scheme();

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> featuresCol() {
        return featuresCol;
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

    public DoubleParam regParam() {
        return regParam;
    }

    public DoubleParam elasticNet() {
        return elasticNet;
    }

    public Param<String> loss() {
        return loss;
    }

    public DoubleParam labelSmoothing() {
        return labelSmoothing;
    }

    public DoubleParam logitAdjustment() {
        return logitAdjustment;
    }

    public IntParam maxIter() {
        return maxIter;
    }

    public DoubleParam tol() {
        return tol;
    }

    public BooleanParam fitIntercept() {
        return fitIntercept;
    }

    public Param<String> classWeight() {
        return classWeight;
    }

    public StringArrayParam givenClassWeights() {
        return givenClassWeights;
    }

    /** Who hears of each pass; not a parameter, never saved. */
    public LinearClassifier listen(SolverListener newListener) {
        listener = newListener;
        return this;
    }

    @Override
    public LinearModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        Dataset<Row> rows = trainingRows(dataset);
        Taxonomy taxonomy = taxonomy(rows);
        Layout layout = scheme().layout(taxonomy);
        int dimension = rows.select("features").first().<Vector>getAs(0).size();
        Loss loss = solverLoss();
        SolverOptions options = new SolverOptions((Integer) $(maxIter), (Double) $(tol), (Boolean) $(fitIntercept));
        try (Lanes lanes = Lanes.of(examples(rows, taxonomy, dimension), dimension, inPathOrder(taxonomy))) {
            double[] weights = classWeights(taxonomy, lanes.weightByClass(Problem.NO_FOLD));
            Problem problem = Problem.of((Double) $(regParam), (Double) $(elasticNet), weights, Problem.NO_FOLD);
            List<Problem> problems = Collections.nCopies(layout.problems(), problem);
            Solution solution = Solver.solve(lanes, layout, problems, loss, Optional.empty(), options, listener);
            TrainingSummary summary = new TrainingSummary(
                    lanes.rows(),
                    dimension,
                    layout.columns(),
                    layout.problems(),
                    solution.passes(),
                    solution.open(),
                    Arrays.stream(solution.objectives()).sum());
            try (CoefficientMatrix matrix = solution.matrix()) {
                LinearModel model = new LinearModel(
                        uid, new Coefficients(scheme(), taxonomy, layout, matrix.toArray()), summary);
                return copyValues(model.setParent(this), ParamMap.empty());
            }
        }
    }

    private Loss solverLoss() {
        double smoothing = (Double) $(labelSmoothing);
        double adjustment = (Double) $(logitAdjustment);
        double share = (Double) $(elasticNet);
        boolean oneVsRest = scheme() == Scheme.ONE_VS_REST;
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("elasticNet must be from 0 to 1, not " + share);
        }
        if (oneVsRest && (smoothing != 0 || adjustment != 0)) {
            throw new IllegalArgumentException("labelSmoothing and logitAdjustment are for softmax and hierarchical;"
                    + " one against the rest has no others to spread over");
        }
        return switch ($(loss)) {
            case "log" -> oneVsRest ? new Loss.Logistic() : new Loss.CrossEntropy(smoothing, adjustment);
            case "squared_hinge" -> {
                if (!oneVsRest) {
                    throw new IllegalArgumentException("loss squared_hinge is for one against the rest alone");
                }
                yield new Loss.SquaredHinge();
            }
            default -> throw new IllegalArgumentException("loss must be log or squared_hinge, not " + $(loss));
        };
    }

    private Dataset<Row> trainingRows(Dataset<?> dataset) {
        String weight = $(weightCol);
        String path = $(pathCol);
        return dataset.select(
                col($(labelCol)).cast("string").as("label"),
                col($(featuresCol)).as("features"),
                (weight.isEmpty() ? lit(1.0) : col(weight).cast("double")).as("weight"),
                (path.isEmpty() ? array(col($(labelCol)).cast("string")) : col(path)).as("path"));
    }

    private Taxonomy taxonomy(Dataset<Row> rows) {
        TreeMap<String, List<String>> paths = new TreeMap<>();
        for (Row row : rows.select("label", "path").distinct().collectAsList()) {
            if (row.isNullAt(0)) {
                throw new IllegalArgumentException(
                        "a training row has no label; leave unlabelled rows out before fitting");
            }
            paths.put(row.getString(0), row.isNullAt(1) ? List.of(row.getString(0)) : row.getList(1));
        }
        return Taxonomy.ofPaths(paths);
    }

    /** Rank of each class when classes are sorted by path, so that rows of neighbouring nodes share blocks. */
    private static int[] inPathOrder(Taxonomy taxonomy) {
        List<String> labels = taxonomy.labels();
        List<Integer> byPath = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            byPath.add(i);
        }
        byPath.sort((a, b) -> String.join("\u0000", taxonomy.path(labels.get(a)).orElseThrow())
                .compareTo(String.join("\u0000", taxonomy.path(labels.get(b)).orElseThrow())));
        int[] rank = new int[labels.size()];
        for (int i = 0; i < rank.length; i++) {
            rank[byPath.get(i)] = i;
        }
        return rank;
    }

    private static JavaRDD<Example> examples(Dataset<Row> rows, Taxonomy taxonomy, int dimension) {
        TreeMap<String, Integer> index = new TreeMap<>();
        for (String label : taxonomy.labels()) {
            index.put(label, index.size());
        }
        JavaSparkContext context =
                JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext());
        return rows.select("label", "features", "weight")
                .javaRDD()
                .map(new ToExample(context.broadcast(index), dimension));
    }

    private double[] classWeights(Taxonomy taxonomy, double[] weightByClass) {
        List<String> labels = taxonomy.labels();
        double[] weights = new double[labels.size()];
        Arrays.fill(weights, 1);
        switch ($(classWeight)) {
            case "none" -> {}
            case "balanced" -> {
                double total = Arrays.stream(weightByClass).sum();
                Arrays.setAll(weights, c -> total / (weights.length * weightByClass[c]));
            }
            case "given" -> {
                for (String entry : $(givenClassWeights)) {
                    int equals = entry.lastIndexOf('=');
                    int label = Collections.binarySearch(labels, entry.substring(0, Math.max(0, equals)));
                    if (label >= 0) {
                        weights[label] = Double.parseDouble(entry.substring(equals + 1));
                    }
                }
            }
            default ->
                throw new IllegalArgumentException(
                        "classWeight must be none, balanced or given, not " + $(classWeight));
        }
        return weights;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        schema.fieldIndex($(featuresCol));
        schema.fieldIndex($(labelCol));
        return LinearModel.outputSchema(schema, $(predictionCol), $(probabilityCol));
    }

    @Override
    public LinearClassifier copy(ParamMap extra) {
        return ((LinearClassifier) defaultCopy(extra)).listen(listener);
    }

    @Override
    public MLWriter write() {
        return new DefaultParamsWriter(this);
    }

    /** A row of label, features and weight as the solver wants it; features that are zero are left out. */
    private record ToExample(Broadcast<TreeMap<String, Integer>> index, int dimension)
            implements Function<Row, Example> {

        @Override
        public Example call(Row row) {
            Vector features = row.getAs(1);
            if (features.size() != dimension) {
                throw new IllegalArgumentException(
                        "feature vectors differ in size: " + features.size() + " and " + dimension);
            }
            SparseVector sparse = features.toSparse();
            float[] values = new float[sparse.values().length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) sparse.values()[i];
            }
            return new Example(
                    sparse.indices(),
                    values,
                    Objects.requireNonNull(index.value().get(row.getString(0))),
                    (float) row.getDouble(2),
                    0);
        }
    }
}
