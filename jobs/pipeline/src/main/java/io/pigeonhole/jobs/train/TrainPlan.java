package io.pigeonhole.jobs.train;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.deep.DeepMemory;
import io.pigeonhole.jobs.configuration.DeepConfig;
import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.configuration.SelectionConfig;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.Tables;
import io.pigeonhole.training.Scheme;
import io.pigeonhole.training.TrainingMemory;
import io.pigeonhole.training.solver.MemoryNeed;
import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.features.FeatureSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * What a training reads, writes and needs. Its number of features is that of the model's last training, or, before the first
 * and where the configuration allows fewer now, the most that the features can have: then what it needs is not sure.
 */
final class TrainPlan {

    private static final String FEATURES = "features";

    private final Session session;
    private final Forecast forecast;
    private final ModelConfig model;

    TrainPlan(Session session, Forecast forecast, ModelConfig model) {
        this.session = session;
        this.forecast = forecast;
        this.model = model;
    }

    Plan plan() {
        Optional<Long> rows = forecast.figure("stratify", "", "rows_train");
        Optional<Long> classes = forecast.table(Tables.CLASSES).rows();
        List<Plan.Need> needs = new ArrayList<>();
        if (classes.isPresent()) {
            model.deep()
                    .ifPresentOrElse(
                            deep -> needs.add(ofNetwork(deep, classes.get())),
                            () -> linear(rows.orElse(0L), classes.get()).ifPresent(needs::add));
        }
        return new Plan(
                List.of(forecast.part(Tables.EXAMPLES, rows), forecast.part(Tables.SPLITS, rows)),
                List.of(ModelRegistry.amount(forecast, model.name())),
                needs);
    }

    /** Features that the last training had. */
    private Optional<Long> lastFeatures() {
        return forecast.figure("train", model.name(), FEATURES);
    }

    /** The most features that the configuration can lead to; nothing where it does not tell. */
    private Optional<Long> mostFeatures() {
        long sum = 0;
        for (FeatureSpec spec : session.config().features()) {
            if (spec instanceof FeatureSpec.Text text) {
                sum += text.vocabulary() instanceof FeatureSpec.Hashed hashed
                        ? hashed.buckets()
                        : ((FeatureSpec.Terms) text.vocabulary()).maxSize();
            } else if (spec instanceof FeatureSpec.Numeric numeric) {
                // each has a column that tells where it is missing
                sum += 2L * numeric.columns().size();
            } else if (spec instanceof FeatureSpec.Categorical categorical
                    && categorical.encoding() == FeatureSpec.Encoding.HASHED) {
                sum += categorical.buckets();
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(sum);
    }

    private Optional<Plan.Need> linear(long rows, long classes) {
        Optional<Long> last = lastFeatures();
        Optional<Long> features = LongStream.concat(
                        last.stream().mapToLong(Long::longValue),
                        mostFeatures().stream().mapToLong(Long::longValue))
                .boxed()
                .reduce(Math::min);
        if (features.isEmpty() || features.get() > Integer.MAX_VALUE - 2) {
            return Optional.empty();
        }
        Scheme scheme = Scheme.valueOf(model.trainer().name());
        int folds = model.selection().on() == SelectionConfig.On.FOLDS
                ? session.config().stratify().folds()
                : 0;
        MemoryNeed needed = TrainingMemory.needed(
                session.spark().sparkContext(),
                scheme,
                tree(scheme, classes),
                rows,
                features.get().intValue(),
                Trials.settings(model).size() * (folds + 1),
                model.elasticNet().values().stream().anyMatch(share -> share > 0));
        return Optional.of(new Plan.Need(
                "memory of " + needed.place(),
                needed.bytes(),
                needed.usable(),
                "give " + needed.setting() + " more, or have fewer features (" + features.get()
                        + "; buckets or max_size of the vocabulary), or another trainer: one_vs_rest and hierarchical"
                        + " are cut into groups of classes, softmax is not",
                needed.fits(),
                last.equals(features)));
    }

    /** The classes as the trainer sees them; without the table, and for a tree that is learnt, flat. */
    private Taxonomy tree(Scheme scheme, long classes) {
        if (scheme == Scheme.HIERARCHICAL && session.store().exists(Tables.CLASSES)) {
            TreeMap<String, List<String>> paths = new TreeMap<>();
            session.store()
                    .read(Tables.CLASSES)
                    .select(col("label"), col("path"))
                    .collectAsList()
                    .forEach(row -> paths.put(row.getString(0), row.getList(1)));
            return Taxonomy.ofPaths(paths);
        }
        return Taxonomy.flat(
                LongStream.range(0, classes).mapToObj(Long::toString).toList());
    }

    private Plan.Need ofNetwork(DeepConfig deep, long classes) {
        long counted = DeepMemory.parameters(deep.network(), lastFeatures().orElse(1L), classes);
        long parameters = counted > 0
                ? counted
                : forecast.figure("train", model.name(), "parameters").orElse(0L);
        long heap = Runtime.getRuntime().maxMemory();
        long bytes = DeepMemory.onDriver(parameters);
        return new Plan.Need(
                "memory of the driver",
                bytes,
                heap,
                "give spark.driver.memory (or -Xmx) more, or make the network smaller (" + parameters + " parameters)",
                bytes <= heap,
                true);
    }
}
