package io.pigeonhole.benchmarks.nearest;

import io.pigeonhole.benchmarks.Bar;
import io.pigeonhole.benchmarks.Benchmark;
import io.pigeonhole.benchmarks.Contender;
import java.util.List;
import java.util.Optional;

/** The benchmark of the search for neighbours. */
public final class NearestBenchmarks {

    private static final String PROJECT = "pigeonhole";
    private static final String SCIKIT = "scikit-learn brute force";
    private static final int HEAP = 4_000;

    private NearestBenchmarks() {}

    public static List<Benchmark> all() {
        return List.of(new Benchmark(
                "nearest_search",
                "the 20 nearest of 15,000 rows for 20,000 queries, 384 dimensions, by cosine",
                "Generated vectors in single precision around 150 centres. What is timed is the search alone, after a"
                        + " small one. This project searches in `local[2]` and decides in double precision; scikit-learn"
                        + " searches on both cores in single precision, so a few neighbours that are equally near but for"
                        + " rounding differ.",
                Optional.empty(),
                Optional.of(Contender.java("data", HEAP, new GeneratedVectors())),
                5,
                List.of(Contender.java(PROJECT, HEAP, new NeighbourSearch()), Contender.python(SCIKIT, "nearest.py")),
                List.of(
                        Bar.faster("faster than scikit-learn", PROJECT, SCIKIT, 1),
                        Bar.atLeast(
                                "the same neighbours, but for rounding",
                                "",
                                0.9999,
                                summary -> summary.figure(SCIKIT, "same_neighbours")))));
    }
}
