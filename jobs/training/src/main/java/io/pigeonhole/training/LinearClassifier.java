package io.pigeonhole.training;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.training.solver.problems.Loss;
import io.pigeonhole.training.solver.problems.Problem;
import io.pigeonhole.training.solver.problems.SolverListener;
import io.pigeonhole.training.solver.problems.SolverOptions;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.ml.Estimator;
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
 * problem alike: a problem in which few rows take part has the same trade-off per row as one in which all do. With a class
 * weight of {@code balanced} a row of class k weighs {@code rows / (classes * rows of k)}, as in scikit-learn.
 */
public abstract class LinearClassifier extends Estimator<LinearModel> implements MLWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final Param<String> featuresCol;
    private final Param<String> labelCol;
    private final Param<String> weightCol;
    private final Param<String> pathCol;
    private final Param<String> foldCol;
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
    private final Param<String> solver;
    private final Param<String> classWeight;
    private final StringArrayParam givenClassWeights;
    private SolverListener listener = (pass, objective, open, problems) -> {};
    private transient Optional<Earlier> start = Optional.empty();

    LinearClassifier(String uid) {
        this.uid = uid;
        featuresCol = new Param<>(this, "featuresCol", "column of feature vectors");
        labelCol = new Param<>(this, "labelCol", "column of class names");
        weightCol = new Param<>(this, "weightCol", "column of example weights; empty for none");
        pathCol = new Param<>(
                this, "pathCol", "column of taxonomy paths, from below the root to the label; empty for none");
        foldCol = new Param<>(this, "foldCol", "column of folds, whole numbers from 0 on; empty for none");
        predictionCol = new Param<>(this, "predictionCol", "column to write: the most probable class");
        probabilityCol = new Param<>(this, "probabilityCol", "column to write: probability of each class");
        regParam = new DoubleParam(this, "regParam", "penalty on the mean loss");
        elasticNet = new DoubleParam(this, "elasticNet", "share of L1 in the penalty, from 0 to 1; the rest is L2");
        loss = new Param<>(this, "loss", "log, or for one against the rest squared_hinge");
        labelSmoothing = new DoubleParam(
                this, "labelSmoothing", "share of each row's weight that is spread evenly over all classes");
        logitAdjustment = new DoubleParam(
                this,
                "logitAdjustment",
                "multiple of the log of the class shares that is removed from the predictions");
        maxIter = new IntParam(this, "maxIter", "most passes over the data");
        tol = new DoubleParam(this, "tol", "relative gain below which a problem is closed");
        fitIntercept = new BooleanParam(this, "fitIntercept", "whether to fit intercepts; they are not penalised");
        solver = new Param<>(
                this,
                "solver",
                "dual (coordinate ascent), l-bfgs, or auto for dual where rows are few beside features");
        classWeight = new Param<>(this, "classWeight", "none, balanced or given");
        givenClassWeights =
                new StringArrayParam(this, "givenClassWeights", "entries label=weight; 1 where a class has none");
        setDefault(featuresCol, "features");
        setDefault(labelCol, "label");
        setDefault(weightCol, "");
        setDefault(pathCol, "");
        setDefault(foldCol, "");
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
        setDefault(solver, "auto");
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

    public Param<String> foldCol() {
        return foldCol;
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

    public Param<String> solver() {
        return solver;
    }

    public Param<String> classWeight() {
        return classWeight;
    }

    public StringArrayParam givenClassWeights() {
        return givenClassWeights;
    }

    /** Sets the listener that is called after each pass; not a parameter, never saved. */
    public LinearClassifier listen(SolverListener newListener) {
        listener = newListener;
        return this;
    }

    /** Starts training from an earlier model of the same trainer; not a parameter, never saved. */
    public LinearClassifier startFrom(LinearModel earlier, FeatureMatch match) {
        if (earlier.scheme() != scheme()) {
            throw new IllegalArgumentException(
                    "a model of " + earlier.scheme().code() + " is no start for one of " + scheme().code());
        }
        start = Optional.of(new Earlier(earlier.coefficients().here(), match));
        return this;
    }

    /** Where to start. */
    private record Earlier(Coefficients coefficients, FeatureMatch match) {}

    @Override
    public LinearModel fit(Dataset<?> dataset) {
        return fit(dataset, List.of(setting())).get(0);
    }

    /** Fits a model for each setting, all in the same passes. The settings replace that of the parameters. */
    public List<LinearModel> fit(Dataset<?> dataset, List<Setting> settings) {
        return fitTrials(
                dataset,
                settings.stream()
                        .map(setting -> new Training.Trial(setting, Problem.NO_FOLD))
                        .toList());
    }

    /**
     * The same, and in the same passes a model for each fold of {@code foldCol}, trained without its rows.
     *
     * @return for each setting: the model of all rows, and those without fold 0, 1, ...
     */
    public List<List<LinearModel>> fit(Dataset<?> dataset, List<Setting> settings, int folds) {
        List<Training.Trial> trials = new ArrayList<>();
        for (Setting setting : settings) {
            for (int heldOut = Problem.NO_FOLD; heldOut < folds; heldOut++) {
                trials.add(new Training.Trial(setting, heldOut));
            }
        }
        List<LinearModel> models = fitTrials(dataset, trials);
        return IntStream.range(0, settings.size())
                .mapToObj(i -> List.copyOf(models.subList(i * (folds + 1), (i + 1) * (folds + 1))))
                .toList();
    }

    private List<LinearModel> fitTrials(Dataset<?> dataset, List<Training.Trial> trials) {
        transformSchema(dataset.schema());
        Loss solverLoss = solverLoss();
        SolverOptions options =
                new SolverOptions((Integer) $(maxIter), (Double) $(tol), (Boolean) $(fitIntercept), method());
        try (TrainingRows rows = TrainingRows.of(trainingRows(dataset))) {
            Taxonomy tree =
                    tree(rows, trials.stream().map(Training.Trial::setting).toList());
            if (LabelTree.isFlat(scheme(), tree)) {
                return models(FlatTraining.run(listener, rows, tree, trials));
            }
            Optional<WarmStart> warmStart = start.map(from -> new WarmStart(tree, from.coefficients(), from.match()));
            return models(new Training(
                            scheme(),
                            solverLoss,
                            options,
                            listener,
                            rows,
                            tree,
                            trials,
                            warmStart,
                            Training.MOST_ELEMENTS)
                    .run());
        }
    }

    private List<LinearModel> models(List<Training.Trained> all) {
        return all.stream()
                .map(trained -> copyValues(
                        new LinearModel(uid, trained.coefficients(), trained.summary()).setParent(this),
                        ParamMap.empty()))
                .toList();
    }

    /** What training starts from. */
    Optional<Coefficients> earlier() {
        return start.map(Earlier::coefficients);
    }

    /** The tree that the layout is of. */
    Taxonomy tree(TrainingRows rows, List<Setting> settings) {
        return rows.taxonomy();
    }

    private Setting setting() {
        TreeMap<String, Double> given = new TreeMap<>();
        for (String entry : $(givenClassWeights)) {
            int equals = entry.lastIndexOf('=');
            given.put(entry.substring(0, Math.max(0, equals)), Double.parseDouble(entry.substring(equals + 1)));
        }
        return new Setting((Double) $(regParam), (Double) $(elasticNet), $(classWeight), given);
    }

    private SolverOptions.Method method() {
        return switch ($(solver)) {
            case "auto" -> SolverOptions.Method.AUTO;
            case "dual" -> SolverOptions.Method.DUAL;
            case "l-bfgs" -> SolverOptions.Method.LBFGS;
            default -> throw new IllegalArgumentException("solver must be auto, dual or l-bfgs, not " + $(solver));
        };
    }

    private Loss solverLoss() {
        double smoothing = (Double) $(labelSmoothing);
        double adjustment = (Double) $(logitAdjustment);
        boolean oneVsRest = scheme() == Scheme.ONE_VS_REST;
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
        String fold = $(foldCol);
        return dataset.select(
                col($(labelCol)).cast("string").as("label"),
                col($(featuresCol)).as("features"),
                (weight.isEmpty() ? lit(1.0) : col(weight).cast("double")).as("weight"),
                (path.isEmpty() ? array(col($(labelCol)).cast("string")) : col(path)).as("path"),
                (fold.isEmpty() ? lit(0) : col(fold).cast("int")).as("fold"));
    }

    @Override
    public StructType transformSchema(StructType schema) {
        schema.fieldIndex($(featuresCol));
        schema.fieldIndex($(labelCol));
        return LinearModel.outputSchema(schema, $(predictionCol), $(probabilityCol));
    }

    @Override
    public LinearClassifier copy(ParamMap extra) {
        LinearClassifier copy = (LinearClassifier) defaultCopy(extra);
        copy.start = start;
        return copy.listen(listener);
    }

    @Override
    public MLWriter write() {
        return new DefaultParamsWriter(this);
    }
}
