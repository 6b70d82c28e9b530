package io.pigeonhole.jobs.embeddings;

import com.sun.management.OperatingSystemMXBean;
import io.pigeonhole.embedding.BuiltIn;
import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.features.FeatureSpec;
import io.pigeonhole.transforms.features.FeatureSpec.Method;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a job is expected to spend on embeddings that the store lacks. */
public final class EmbeddingForecast {

    /** Time of a text on one core, for the built-in model and texts of a sentence. */
    private static final double MILLIS_OF_A_TEXT = 2;

    /** Tokens of the built-in model. */
    private static final long TOKENS = 30_000;

    /** Bytes of a vector of the built-in model in a file, with its hashes. */
    private static final double BYTES_PER_ROW = Float.BYTES * BuiltIn.DIMENSION + 80.0;

    /** Memory of a session of ONNX Runtime, as a multiple of the model's file: its weights, as read and as laid out. */
    private static final int BYTES_PER_BYTE = 4;

    /** Figures of the forecast: what the planned jobs will have left in the store. */
    private static final String VECTORS = "embeddings";

    private static final String TABLES = "static embeddings";

    private static final String COUNT = "rows";

    private final Session session;
    private final Forecast forecast;
    private final List<FeatureSpec.Embedding> features;

    private EmbeddingForecast(Session session, Forecast forecast, String model) {
        this.session = session;
        this.forecast = forecast;
        this.features = PretrainedModels.features(session.config().features(model));
    }

    /**
     * The plan of a job, with the vectors that it has to compute.
     *
     * @param model name of the model
     * @param splits whose examples the job reads
     */
    public static Plan with(Plan plan, Session session, Forecast forecast, String model, List<String> splits) {
        EmbeddingForecast embeddings = new EmbeddingForecast(session, forecast, model);
        return embeddings.features.isEmpty() ? plan : embeddings.with(plan, splits);
    }

    private Plan with(Plan plan, List<String> splits) {
        List<Plan.Amount> writes = new ArrayList<>();
        List<Plan.Work> works = new ArrayList<>();
        if (forecast.figure(TABLES, "", COUNT).isEmpty()
                && features.stream().anyMatch(feature -> PretrainedModels.isUndistilled(session, feature))) {
            forecast.expect(TABLES, "", COUNT, 1);
            works.add(work("runs the model on each token", TOKENS));
        }
        long missing = missing(splits);
        if (missing > 0) {
            writes.add(forecast.written(EmbeddingTables.EMBEDDINGS, Optional.of(missing), BYTES_PER_ROW));
            works.add(work(String.format(Locale.ROOT, "embeds %,d texts", missing), missing));
        }
        return plan.with(writes, works.isEmpty() ? List.of() : memory(), works);
    }

    /** Vectors that the store will lack when the job begins, if no text occurs twice. */
    private long missing(List<String> splits) {
        long slow = slow(features);
        long stored = forecast.figure(VECTORS, "", COUNT)
                .or(() -> forecast.table(EmbeddingTables.EMBEDDINGS).rows())
                .orElse(0L);
        long all = slow(PretrainedModels.features(session.config().allFeatures()))
                * rows(List.of("train", "validation", "test"));
        long missing = Math.max(0, Math.min(slow * rows(splits), all - stored));
        forecast.expect(VECTORS, "", COUNT, stored + missing);
        return missing;
    }

    private static long slow(List<FeatureSpec.Embedding> features) {
        return features.stream()
                .filter(feature -> feature.method() == Method.FULL)
                .count();
    }

    private long rows(List<String> splits) {
        return splits.stream()
                .flatMap(split -> forecast.figure(JobNames.STRATIFY, "", "rows_" + split).stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    private Plan.Work work(String name, long texts) {
        double millis =
                MILLIS_OF_A_TEXT * texts / session.spark().sparkContext().defaultParallelism();
        return new Plan.Work(name, Duration.ofMillis((long) millis));
    }

    /** The memory of the models in this process; executors elsewhere have limits of their own. */
    private List<Plan.Need> memory() {
        if (!session.spark().sparkContext().isLocal()) {
            return List.of();
        }
        long bytes = BYTES_PER_BYTE
                * features.stream()
                        .map(feature -> feature.model().orElse(""))
                        .distinct()
                        .mapToLong(model -> PretrainedModels.bytes(session, model))
                        .sum();
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long limit = system.getTotalMemorySize() - Runtime.getRuntime().maxMemory();
        return List.of(new Plan.Need(
                "memory outside Java's heap",
                bytes,
                limit,
                "give Java a smaller heap, use a smaller pretrained model, or a machine with more memory",
                bytes <= limit,
                false));
    }
}
