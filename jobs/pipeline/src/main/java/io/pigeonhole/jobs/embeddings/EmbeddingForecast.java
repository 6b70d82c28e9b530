package io.pigeonhole.jobs.embeddings;

import io.pigeonhole.embedding.BuiltIn;
import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.features.FeatureSpec;
import java.time.Duration;
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

    private EmbeddingForecast() {}

    /**
     * The plan of a job, with the vectors that it has to compute.
     *
     * @param splits whose examples the job reads
     */
    public static Plan with(Plan plan, Session session, Forecast forecast, List<String> splits) {
        List<FeatureSpec.Embedding> all =
                PretrainedModels.features(session.config().features());
        Plan distilling = all.stream().anyMatch(feature -> PretrainedModels.isUndistilled(session, feature))
                ? plan.with(List.of(), List.of(), List.of(work(session, "runs the model on each token", TOKENS)))
                : plan;
        long slow = all.stream()
                .filter(feature -> feature.method() == FeatureSpec.Method.FULL)
                .count();
        return slow == 0 ? distilling : withVectors(distilling, session, forecast, splits, slow);
    }

    private static Plan withVectors(
            Plan plan, Session session, Forecast forecast, List<String> splits, long features) {
        long stored = forecast.table(EmbeddingTables.EMBEDDINGS).rows().orElse(0L);
        long all = features * rows(forecast, List.of("train", "validation", "test"));
        long missing = Math.max(0, Math.min(features * rows(forecast, splits), all - stored));
        forecast.grows(EmbeddingTables.EMBEDDINGS);
        return missing == 0
                ? plan
                : plan.with(
                        List.of(forecast.written(
                                EmbeddingTables.EMBEDDINGS, Optional.of(missing), BYTES_PER_ROW)),
                        List.of(),
                        List.of(work(session, String.format(Locale.ROOT, "embeds %,d texts", missing), missing)));
    }

    private static Plan.Work work(Session session, String name, long texts) {
        double millis =
                MILLIS_OF_A_TEXT * texts / session.spark().sparkContext().defaultParallelism();
        return new Plan.Work(name, Duration.ofMillis((long) millis));
    }

    private static long rows(Forecast forecast, List<String> splits) {
        return splits.stream()
                .flatMap(split -> forecast.figure(JobNames.STRATIFY, "", "rows_" + split).stream())
                .mapToLong(Long::longValue)
                .sum();
    }
}
