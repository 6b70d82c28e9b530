package io.pigeonhole.jobs.trainers.sparkml;

import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.trainers.TrainingSize;
import io.pigeonhole.training.sparkml.ParameterValue;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;

/**
 * The memory that trees of Spark ML need at least. Each task counts, for one node at a time, the weight of each class in each
 * bin of each feature; and each row is kept as the bins of all features, also of those that are zero in it.
 */
final class ForestMemory {

    private static final String PACKAGE = "org.apache.spark.ml.classification.";

    private static final int BINS = 32;

    private ForestMemory() {}

    static Optional<Plan.Need> need(Candidates candidates, TrainingSize size) {
        Optional<Long> last = size.lastFeatures();
        Optional<Long> features =
                Stream.of(last, size.mostFeatures()).flatMap(Optional::stream).reduce(Math::min);
        boolean isTree = candidates.classifier().startsWith(PACKAGE)
                && (candidates.classifier().contains("Forest")
                        || candidates.classifier().contains("Tree"));
        if (!isTree || features.isEmpty()) {
            return Optional.empty();
        }
        SparkContext context = size.session().spark().sparkContext();
        long tasks = context.isLocal() ? context.defaultParallelism() : 1;
        double counts = (double) features.get() * bins(candidates) * size.classes() * Double.BYTES * tasks;
        // of the rows, one partition must be in memory; the others may lie on disk
        double rows = (double) features.get() * Integer.BYTES * Math.min(size.rows(), 10_000) * tasks;
        double usable = context.isLocal()
                ? Runtime.getRuntime().maxMemory()
                : context.getConf().getSizeAsBytes("spark.executor.memory", "1g");
        long bytes = (long) (counts + rows);
        return Optional.of(new Plan.Need(
                "memory of " + (context.isLocal() ? "this process" : "each executor"),
                bytes,
                (long) usable,
                "have fewer features (" + features.get() + "; buckets or max_size of the vocabulary): trees of Spark ML"
                        + " keep every feature of every row. Linear trainers and XGBoost do not. Or give "
                        + (context.isLocal() ? "spark.driver.memory (or -Xmx)" : "spark.executor.memory") + " more",
                bytes <= usable,
                last.equals(features)));
    }

    private static long bins(Candidates candidates) {
        ParameterValue given = candidates.params().get("maxBins");
        if (given instanceof ParameterValue.Several several) {
            return several.values().stream()
                    .mapToLong(value -> Long.parseLong(value.toString()))
                    .max()
                    .orElse(BINS);
        }
        return given == null ? BINS : Long.parseLong(given.toString());
    }
}
