package io.pigeonhole.deep;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.deep.learning.Checkpoints;
import io.pigeonhole.deep.learning.LearningOptions;
import io.pigeonhole.deep.learning.LocalSteps;
import io.pigeonhole.deep.learning.RoundListener;
import io.pigeonhole.deep.learning.Rounds;
import io.pigeonhole.deep.learning.StepPlan;
import io.pigeonhole.deep.learning.TrainingExamples;
import io.pigeonhole.deep.learning.TrainingState;
import io.pigeonhole.deep.network.Head;
import io.pigeonhole.deep.network.Mixing;
import io.pigeonhole.deep.network.NetworkPlan;
import io.pigeonhole.deep.network.NetworkSpec;
import java.util.Optional;
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
import org.apache.spark.sql.types.StructType;

/**
 * Trains a Deeplearning4j network by local steps in parallel. Its head is a softmax over all classes, or hierarchical: a
 * softmax at each node of the taxonomy with a choice between children, where a class has the product of the shares on its
 * path, so that the probabilities of children add up to that of their node.
 *
 * <p>Labels are strings; classes are the labels that occur in the rows to learn from, in natural order. The model
 * depends on the rows, the seed and the number of tasks, not on the order of rows, their partitions or the number of cores.
 * Where validation rows are marked, the parameters of the best round on them become the model, and training can stop early.
 */
public final class DeepClassifier extends Estimator<DeepModel> implements MLWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final DeepSettingsParam settings;
    private final Param<String> inputCol;
    private final Param<String> labelCol;
    private final Param<String> weightCol;
    private final Param<String> pathCol;
    private final Param<String> validationCol;
    private final Param<String> predictionCol;
    private final Param<String> probabilityCol;
    private RoundListener listener = (round, rounds) -> {};

    public DeepClassifier() {
        this(Identifiable.randomUID("deep"));
    }

    public DeepClassifier(String uid) {
        this.uid = uid;
        settings = new DeepSettingsParam(this);
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
        setDefault(inputCol, "features");
        setDefault(labelCol, "label");
        setDefault(weightCol, "");
        setDefault(pathCol, "");
        setDefault(validationCol, "");
        setDefault(predictionCol, "prediction");
        setDefault(probabilityCol, "probability");
    }

    @Override
    public String uid() {
        return uid;
    }

    /** What the network is made of and how it learns; without a default. */
    public DeepSettingsParam settings() {
        return settings;
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

    /** Sets the listener that is called after each round; not a parameter, never saved. */
    public DeepClassifier listen(RoundListener newListener) {
        listener = newListener;
        return this;
    }

    @Override
    public DeepModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        DeepSettings set = $(settings);
        NetworkSpec spec = set.network();
        LearningOptions learning = set.learning();
        try (TrainingExamples examples =
                TrainingExamples.of(trainingRows(dataset), spec, set.tasks(), set.classWeights()::factors)) {
            TrainingExamples.Facts facts = examples.facts();
            boolean sparse = spec instanceof NetworkSpec.Mlp && facts.isSparse();
            Head last = Head.of(set.head(), examples.taxonomy());
            NetworkPlan plan = new NetworkPlan(spec, sparse, facts.dimension(), last, learning.seed());
            int dealt = examples.train().getNumPartitions();
            StepPlan steps = StepPlan.of(learning, facts.rows() / dealt);
            Rounds rounds = new Rounds(
                    examples,
                    new LocalSteps(plan, learning, steps, set.device()),
                    set.stopping(),
                    checkpoints(set, plan, steps, facts),
                    set.checkpoints().interval(),
                    listener);
            TrainingState trained = rounds.run();
            DeepTrainingSummary summary = new DeepTrainingSummary(
                    facts.rows(),
                    trained.size(),
                    dealt,
                    trained.rounds(),
                    trained.bestRound(),
                    trained.round() < steps.rounds());
            DeepModel model = new DeepModel(uid(), plan, examples.taxonomy(), trained.result(), summary);
            return copyValues(model.setParent(this), ParamMap.empty());
        }
    }

    /** Checkpoints of other rows, settings or numbers of tasks are those of another training. */
    private static Optional<Checkpoints> checkpoints(
            DeepSettings set, NetworkPlan plan, StepPlan steps, TrainingExamples.Facts facts) {
        String text = plan + " " + set.learning() + " " + steps + " " + set.tasks()
                + set.stopping().metric();
        long identity = Mixing.mix(facts.fingerprint(), Mixing.hash(text));
        return Optional.of(set.checkpoints().folder())
                .filter(folder -> !folder.isEmpty())
                .map(folder -> new Checkpoints(folder, identity));
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
