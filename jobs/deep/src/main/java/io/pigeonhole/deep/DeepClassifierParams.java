package io.pigeonhole.deep;

import io.pigeonhole.deep.learning.Compression;
import io.pigeonhole.deep.learning.LearningOptions;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/** The parameters of a {@link DeepClassifier}: columns, the network, and how it learns. */
public abstract class DeepClassifierParams extends Estimator<DeepModel> {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final NetworkParam network;
    private final Param<String> head;
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
    private final IntParam checkpointInterval;
    private final Param<String> device;

    DeepClassifierParams(String uid) {
        this.uid = uid;
        network = new NetworkParam(this);
        head = new Param<>(this, "head", "softmax over all classes, or hierarchical: one at each node of the taxonomy");
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
                this,
                "labelSmoothing",
                "share of each row's weight that is spread evenly over all classes of a decision");
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
        checkpointInterval = new IntParam(
                this,
                "checkpointInterval",
                "rounds between checkpoints; 0 for as few as keep writing them under a tenth of the time");
        device = new Param<>(this, "device", "what to train on: auto (a GPU where there is one), cpu or gpu");
        setDefaults();
    }

    private void setDefaults() {
        setDefault(head, "softmax");
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
        setDefault(checkpointInterval, 0);
        setDefault(device, "auto");
    }

    @Override
    public String uid() {
        return uid;
    }

    public NetworkParam network() {
        return network;
    }

    public Param<String> head() {
        return head;
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

    public IntParam checkpointInterval() {
        return checkpointInterval;
    }

    public Param<String> device() {
        return device;
    }

    /** How the network learns. */
    LearningOptions options() {
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
}
