package io.pigeonhole.deep;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Trains a Deeplearning4j network with a softmax over all classes, by local steps in parallel.
 *
 * <p>Labels are strings; classes are the labels that occur in the rows to learn from, in natural order. With a class weight of
 * {@code balanced} a row of class k weighs {@code rows / (classes * rows of k)}. Rows, seed and number of tasks decide the
 * model; their order, their partitions and the number of cores do not. Where rows to judge by are marked, the parameters
 * of the round that did best on them become the model, and training can end early.
 */
public final class DeepClassifier extends Estimator<DeepModel> implements MLWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final NetworkParam network;
    private final Param<String> inputCol;
    private final Param<String> labelCol;
    private final Param<String> weightCol;
    private final Param<String> pathCol;
    private final Param<String> validationCol;
    private final Param<String> predictionCol;
    private final Param<String> probabilityCol;
    private final IntParam epochs;
    private final IntParam batchSize;
    private final IntParam tasks;
    private final IntParam localSteps;
    private final Param<String> optimizer;
    private final DoubleParam learningRate;
    private final Param<String> schedule;
    private final DoubleParam warmUp;
    private final DoubleParam momentum;
    private final DoubleParam weightDecay;
    private final DoubleParam clipNorm;
    private final DoubleParam labelSmoothing;
    private final DoubleParam outerLearningRate;
    private final DoubleParam outerMomentum;
    private final Param<String> compression;
    private final Param<String> metric;
    private final IntParam patience;
    private final Param<String> classWeight;
    private final StringArrayParam givenClassWeights;
    private final LongParam seed;
    private final Param<String> checkpointDir;
    private RoundListener listener = (round, rounds) -> {};

    public DeepClassifier() {
        this(Identifiable.randomUID("deep"));
    }

    public DeepClassifier(String uid) {
        this.uid = uid;
        network = new NetworkParam(this);
        inputCol = new Param<>(
                this,
                "inputCol",
                "column that the network reads: vectors, for images also arrays or bytes, for a text_cnn text");
        labelCol = new Param<>(this, "labelCol", "column of class names");
        weightCol = new Param<>(this, "weightCol", "column of example weights; empty for none");
        pathCol = new Param<>(
                this, "pathCol", "column of taxonomy paths, from below the root to the label; empty for none");
        validationCol = new Param<>(
                this, "validationCol", "column of booleans: rows to judge by, not to learn from; empty for none");
        predictionCol = new Param<>(this, "predictionCol", "column to write: the most probable class");
        probabilityCol = new Param<>(this, "probabilityCol", "column to write: probability of each class");
        epochs = new IntParam(this, "epochs", "times that each row is learnt from, at most");
        batchSize = new IntParam(this, "batchSize", "rows of a mini-batch, in each task");
        tasks = new IntParam(this, "tasks", "tasks that learn side by side; the model depends on it");
        localSteps = new IntParam(this, "localSteps", "steps that a task takes by itself between two averages");
        optimizer = new Param<>(this, "optimizer", "adam or sgd");
        learningRate = new DoubleParam(this, "learningRate", "step size after the warm-up");
        schedule = new Param<>(this, "schedule", "of the learning rate: constant, linear or cosine");
        warmUp = new DoubleParam(this, "warmUp", "share of all steps in which the learning rate rises");
        momentum = new DoubleParam(this, "momentum", "of sgd");
        weightDecay =
                new DoubleParam(this, "weightDecay", "by how much weights shrink in a step, times the learning rate");
        clipNorm = new DoubleParam(this, "clipNorm", "longest gradient; 0 for any");
        labelSmoothing = new DoubleParam(
                this, "labelSmoothing", "share of each row's weight that is spread evenly over all classes");
        outerLearningRate = new DoubleParam(
                this, "outerLearningRate", "how far the common parameters go along the mean of the tasks' ways");
        outerMomentum = new DoubleParam(this, "outerMomentum", "Nesterov momentum of that; 0 for plain averages");
        compression = new Param<>(this, "compression", "of what tasks send: none, bfloat16 or int8");
        metric = new Param<>(this, "metric", "that rounds are judged by on validation: accuracy or log_loss");
        patience = new IntParam(
                this, "patience", "judgements without a better one after which training ends; 0 for never");
        classWeight = new Param<>(this, "classWeight", "none, balanced or given");
        givenClassWeights =
                new StringArrayParam(this, "givenClassWeights", "entries label=weight; 1 where a class has none");
        seed = new LongParam(this, "seed", "of all that is drawn");
        checkpointDir =
                new Param<>(this, "checkpointDir", "folder of checkpoints, on any Hadoop file system; empty for none");
        setDefaults();
    }

    private void setDefaults() {
        setDefault(inputCol, "features");
        setDefault(labelCol, "label");
        setDefault(weightCol, "");
        setDefault(pathCol, "");
        setDefault(validationCol, "");
        setDefault(predictionCol, "prediction");
        setDefault(probabilityCol, "probability");
        setDefault(epochs, 10);
        setDefault(batchSize, 64);
        setDefault(tasks, 2);
        setDefault(localSteps, 64);
        setDefault(optimizer, "adam");
        setDefault(learningRate, 1e-3);
        setDefault(schedule, "cosine");
        setDefault(warmUp, 0.02);
        setDefault(momentum, 0.9);
        setDefault(weightDecay, 0.0);
        setDefault(clipNorm, 0.0);
        setDefault(labelSmoothing, 0.0);
        setDefault(outerLearningRate, 1.0);
        setDefault(outerMomentum, 0.0);
        setDefault(compression, "none");
        setDefault(metric, "accuracy");
        setDefault(patience, 0);
        setDefault(classWeight, "none");
        setDefault(givenClassWeights, new String[0]);
        setDefault(seed, 42L);
        setDefault(checkpointDir, "");
    }

    @Override
    public String uid() {
        return uid;
    }

    public NetworkParam network() {
        return network;
    }

    public Param<String> inputCol() {
        return inputCol;
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

    public Param<String> validationCol() {
        return validationCol;
    }

    public Param<String> predictionCol() {
        return predictionCol;
    }

    public Param<String> probabilityCol() {
        return probabilityCol;
    }

    public IntParam epochs() {
        return epochs;
    }

    public IntParam batchSize() {
        return batchSize;
    }

    public IntParam tasks() {
        return tasks;
    }

    public IntParam localSteps() {
        return localSteps;
    }

    public Param<String> optimizer() {
        return optimizer;
    }

    public DoubleParam learningRate() {
        return learningRate;
    }

    public Param<String> schedule() {
        return schedule;
    }

    public DoubleParam warmUp() {
        return warmUp;
    }

    public DoubleParam momentum() {
        return momentum;
    }

    public DoubleParam weightDecay() {
        return weightDecay;
    }

    public DoubleParam clipNorm() {
        return clipNorm;
    }

    public DoubleParam labelSmoothing() {
        return labelSmoothing;
    }

    public DoubleParam outerLearningRate() {
        return outerLearningRate;
    }

    public DoubleParam outerMomentum() {
        return outerMomentum;
    }

    public Param<String> compression() {
        return compression;
    }

    public Param<String> metric() {
        return metric;
    }

    public IntParam patience() {
        return patience;
    }

    public Param<String> classWeight() {
        return classWeight;
    }

    public StringArrayParam givenClassWeights() {
        return givenClassWeights;
    }

    public LongParam seed() {
        return seed;
    }

    public Param<String> checkpointDir() {
        return checkpointDir;
    }

    /** Who hears of each round; not a parameter, never saved. */
    public DeepClassifier listen(RoundListener newListener) {
        listener = newListener;
        return this;
    }

    @Override
    public DeepModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        NetworkSpec spec = $(network);
        LearningOptions options = options();
        try (TrainingExamples examples =
                TrainingExamples.of(trainingRows(dataset), spec, (Integer) $(tasks), this::classFactors)) {
            TrainingExamples.Facts facts = examples.facts();
            boolean sparse = spec instanceof NetworkSpec.Mlp && facts.isSparse();
            NetworkPlan plan = new NetworkPlan(
                    spec,
                    sparse,
                    facts.dimension(),
                    examples.taxonomy().labels().size(),
                    facts.scale(),
                    (Long) $(seed));
            int dealt = examples.train().getNumPartitions();
            StepPlan steps = StepPlan.of(options, facts.rows() / dealt);
            Rounds rounds = new Rounds(
                    examples,
                    new LocalSteps(plan, options, steps),
                    new Rounds.Stopping($(metric), (Integer) $(patience)),
                    checkpoints(plan, options, steps, facts),
                    listener);
            Progress trained = rounds.run();
            DeepTrainingSummary summary = new DeepTrainingSummary(
                    facts.rows(),
                    trained.parameters.length,
                    dealt,
                    trained.rounds,
                    trained.bestRound(),
                    trained.round < steps.rounds());
            DeepModel model = new DeepModel(uid, plan, examples.taxonomy(), trained.result(), summary);
            return copyValues(model.setParent(this), ParamMap.empty());
        }
    }

    private LearningOptions options() {
        if (!$(metric).equals("accuracy") && !$(metric).equals("log_loss")) {
            throw new IllegalArgumentException("metric must be accuracy or log_loss, not " + $(metric));
        }
        return new LearningOptions(
                (Integer) $(epochs),
                (Integer) $(batchSize),
                (Integer) $(localSteps),
                $(optimizer),
                (Double) $(learningRate),
                $(schedule),
                (Double) $(warmUp),
                (Double) $(momentum),
                (Double) $(weightDecay),
                (Double) $(clipNorm),
                (Double) $(labelSmoothing),
                (Double) $(outerLearningRate),
                (Double) $(outerMomentum),
                Compression.of($(compression)),
                (Long) $(seed));
    }

    /** Checkpoints of other rows, settings or numbers of tasks are those of another training. */
    private Optional<Checkpoints> checkpoints(
            NetworkPlan plan, LearningOptions options, StepPlan steps, TrainingExamples.Facts facts) {
        long identity = Mixing.mix(
                facts.fingerprint(), Mixing.hash(plan + " " + options + " " + steps + " " + $(tasks) + $(metric)));
        return $(checkpointDir).isEmpty() ? Optional.empty() : Optional.of(new Checkpoints($(checkpointDir), identity));
    }

    private Map<String, Double> classFactors(Map<String, Long> counts) {
        TreeMap<String, Double> factors = new TreeMap<>();
        long rows = counts.values().stream().mapToLong(Long::longValue).sum();
        switch ($(classWeight)) {
            case "none" -> {}
            case "balanced" ->
                counts.forEach((label, count) -> factors.put(label, (double) rows / counts.size() / count));
            case "given" -> {
                for (String entry : $(givenClassWeights)) {
                    int equals = entry.lastIndexOf('=');
                    factors.put(
                            entry.substring(0, Math.max(0, equals)), Double.parseDouble(entry.substring(equals + 1)));
                }
            }
            default ->
                throw new IllegalArgumentException(
                        "classWeight must be none, balanced or given, not " + $(classWeight));
        }
        return factors;
    }

    private Dataset<Row> trainingRows(Dataset<?> dataset) {
        String weight = $(weightCol);
        String path = $(pathCol);
        String validation = $(validationCol);
        return dataset.select(
                col($(labelCol)).cast("string").as("label"),
                col($(inputCol)).as("input"),
                (weight.isEmpty() ? lit(1.0) : col(weight).cast("double")).as("weight"),
                (path.isEmpty() ? array(col($(labelCol)).cast("string")) : col(path)).as("path"),
                (validation.isEmpty() ? lit(false) : coalesce(col(validation), lit(false))).as("validation"));
    }

    @Override
    public StructType transformSchema(StructType schema) {
        schema.fieldIndex($(inputCol));
        schema.fieldIndex($(labelCol));
        return DeepModel.outputSchema(schema, $(predictionCol), $(probabilityCol));
    }

    @Override
    public DeepClassifier copy(ParamMap extra) {
        return ((DeepClassifier) defaultCopy(extra)).listen(listener);
    }

    @Override
    public MLWriter write() {
        return new DefaultParamsWriter(this);
    }

    /** Reads a saved classifier. */
    public static MLReader<DeepClassifier> read() {
        return new DefaultParamsReader<>();
    }
}
