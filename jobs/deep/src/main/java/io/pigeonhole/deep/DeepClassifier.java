package io.pigeonhole.deep;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.deep.devices.Device;
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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
 * <p>Labels are strings; classes are the labels that occur in the rows to learn from, in natural order. With a class weight of
 * {@code balanced} a row of class k weighs {@code rows / (classes * rows of k)}. Rows, seed and number of tasks decide the
 * model; their order, their partitions and the number of cores do not. Where rows to judge by are marked, the parameters
 * of the round that did best on them become the model, and training can end early.
 */
public final class DeepClassifier extends DeepClassifierParams implements MLWritable {

    private static final long serialVersionUID = 1L;

    private RoundListener listener = (round, rounds) -> {};

    public DeepClassifier() {
        this(Identifiable.randomUID("deep"));
    }

    public DeepClassifier(String uid) {
        super(uid);
    }

    /** Who hears of each round; not a parameter, never saved. */
    public DeepClassifier listen(RoundListener newListener) {
        listener = newListener;
        return this;
    }

    @Override
    public DeepModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        NetworkSpec spec = $(network());
        LearningOptions options = options();
        try (TrainingExamples examples =
                TrainingExamples.of(trainingRows(dataset), spec, (Integer) $(tasks()), this::classFactors)) {
            TrainingExamples.Facts facts = examples.facts();
            boolean sparse = spec instanceof NetworkSpec.Mlp && facts.isSparse();
            Head last = Head.of($(head()), examples.taxonomy());
            NetworkPlan plan = new NetworkPlan(spec, sparse, facts.dimension(), last, options.seed());
            int dealt = examples.train().getNumPartitions();
            StepPlan steps = StepPlan.of(options, facts.rows() / dealt);
            Rounds rounds = new Rounds(
                    examples,
                    new LocalSteps(plan, options, steps, Device.of($(device()))),
                    new Rounds.Stopping($(metric()), (Integer) $(patience())),
                    checkpoints(plan, options, steps, facts),
                    (Integer) $(checkpointInterval()),
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
    private Optional<Checkpoints> checkpoints(
            NetworkPlan plan, LearningOptions options, StepPlan steps, TrainingExamples.Facts facts) {
        long identity = Mixing.mix(
                facts.fingerprint(), Mixing.hash(plan + " " + options + " " + steps + " " + $(tasks()) + $(metric())));
        return $(checkpointDir()).isEmpty()
                ? Optional.empty()
                : Optional.of(new Checkpoints($(checkpointDir()), identity));
    }

    private Map<String, Double> classFactors(Map<String, Long> counts) {
        TreeMap<String, Double> factors = new TreeMap<>();
        long rows = counts.values().stream().mapToLong(Long::longValue).sum();
        switch ($(classWeight())) {
            case "none" -> {}
            case "balanced" ->
                counts.forEach((label, count) -> factors.put(label, (double) rows / counts.size() / count));
            case "given" -> {
                for (String entry : $(givenClassWeights())) {
                    int equals = entry.lastIndexOf('=');
                    factors.put(
                            entry.substring(0, Math.max(0, equals)), Double.parseDouble(entry.substring(equals + 1)));
                }
            }
            default ->
                throw new IllegalArgumentException(
                        "classWeight must be none, balanced or given, not " + $(classWeight()));
        }
        return factors;
    }

    private Dataset<Row> trainingRows(Dataset<?> dataset) {
        String weight = $(weightCol());
        String path = $(pathCol());
        String validation = $(validationCol());
        return dataset.select(
                col($(labelCol())).cast("string").as("label"),
                col($(inputCol())).as("input"),
                (weight.isEmpty() ? lit(1.0) : col(weight).cast("double")).as("weight"),
                (path.isEmpty() ? array(col($(labelCol())).cast("string")) : col(path)).as("path"),
                (validation.isEmpty() ? lit(false) : coalesce(col(validation), lit(false))).as("validation"));
    }

    @Override
    public StructType transformSchema(StructType schema) {
        schema.fieldIndex($(inputCol()));
        schema.fieldIndex($(labelCol()));
        return DeepModel.outputSchema(schema, $(predictionCol()), $(probabilityCol()));
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
