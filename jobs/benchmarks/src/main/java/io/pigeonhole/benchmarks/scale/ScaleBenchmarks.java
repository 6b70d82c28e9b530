package io.pigeonhole.benchmarks.scale;

import static io.pigeonhole.benchmarks.Contender.java;
import static io.pigeonhole.benchmarks.Contender.python;

import io.pigeonhole.benchmarks.Bar;
import io.pigeonhole.benchmarks.Benchmark;
import java.util.List;
import java.util.Optional;

/** The benchmarks of extraction and stratification. */
public final class ScaleBenchmarks {

    private static final String PLAIN = "spark.read + write";
    private static final String EXTRACT = "extract";
    private static final String STRATIFY = "stratify";
    private static final int HEAP_MIB = 2_048;
    private static final int FEATURES = 50;

    private ScaleBenchmarks() {}

    public static List<Benchmark> all() {
        return List.of(
                of("extract_scale", 10_000_000, "10,000,000", 1), of("extract_scale_small", 1_000_000, "1,000,000", 3));
    }

    private static Benchmark of(String name, long rows, String written, int runs) {
        WideRows data = new WideRows(rows, FEATURES);
        String[] arguments = {data.name(), String.valueOf(FEATURES), String.valueOf(rows)};
        return new Benchmark(
                name,
                written + " rows of " + FEATURES + " features through extract and stratify",
                "Generated rows in Parquet: an id, one of 100 labels, 50 numbers of two decimals. Each job is a process of the"
                        + " launcher on two cores with a heap of 2 GiB, into an empty store; its seconds are those that its run's"
                        + " row says. Beside it Spark, with the same heap, reads the same files and writes them as Parquet.",
                Optional.empty(),
                Optional.of(java("data", HEAP_MIB, (place, setting) -> data.make(place))),
                runs,
                List.of(
                        java(PLAIN, HEAP_MIB, (place, setting) -> data.copy(place)),
                        python(EXTRACT, "pipeline.py", with(EXTRACT, arguments)),
                        python(STRATIFY, "pipeline.py", with(STRATIFY, arguments))),
                List.of(
                        Bar.atMost(
                                "extract takes at most 3 times as long as reading and writing the rows",
                                "x",
                                3,
                                Bar.ratio(PLAIN, EXTRACT)),
                        Bar.atMost(
                                "stratify takes at most 3 times as long as reading and writing the rows",
                                "x",
                                3,
                                Bar.ratio(PLAIN, STRATIFY))));
    }

    private static String[] with(String job, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = job;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return all;
    }
}
