package io.pigeonhole.benchmarks.embedding;

import io.pigeonhole.benchmarks.Bar;
import io.pigeonhole.benchmarks.Benchmark;
import io.pigeonhole.benchmarks.Contender;
import io.pigeonhole.benchmarks.training.FeatureTables;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The benchmarks of embeddings. */
public final class EmbeddingBenchmarks {

    private static final String PROJECT = "pigeonhole";
    private static final String ALONE = "ONNX Runtime alone";

    /** For each core, by the processor time of the whole process. */
    static final String PACE = "texts/core s";

    private static final int HEAP = 2_000;
    private static final double MOST_OVERHEAD = 1.1;

    private EmbeddingBenchmarks() {}

    public static List<Benchmark> all() {
        return List.of(new Benchmark(
                "embedding_pace",
                "the built-in model of embeddings: the stage of a pipeline against ONNX Runtime alone",
                "The 22,500 texts of CLINC150, two threads, one text a call, the same session settings. `pigeonhole` starts"
                        + " from texts in memory, cuts them into tokens, and adds the vectors to the rows. `ONNX Runtime"
                        + " alone` is a loop in Java over token ids that are ready, and does nothing with what it gets. Both"
                        + " are compared by processor time, which other work on the machine changes less.",
                FeatureTables.CLINC150.needs(),
                Optional.empty(),
                2,
                List.of(Contender.java(PROJECT, HEAP, new StagePace()), Contender.java(ALONE, HEAP, new RuntimePace())),
                List.of(Bar.atMost("ratio of processor time to ONNX Runtime alone", "x", MOST_OVERHEAD, summary -> {
                    OptionalDouble stage = summary.figure(PROJECT, PACE);
                    OptionalDouble alone = summary.figure(ALONE, PACE);
                    return stage.isPresent() && alone.isPresent()
                            ? OptionalDouble.of(alone.getAsDouble() / stage.getAsDouble())
                            : OptionalDouble.empty();
                }))));
    }
}
