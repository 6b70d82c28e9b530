package io.pigeonhole.benchmarks.kernels;

import io.pigeonhole.benchmarks.Bar;
import io.pigeonhole.benchmarks.Benchmark;
import io.pigeonhole.benchmarks.Contender;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The solver's kernels beside the limits of the machine. */
public final class KernelBenchmarks {

    private static final int HEAP = 3_000;
    private static final Map<String, String> SPARSE = Map.of("shape", "clinc150");
    private static final Map<String, String> DENSE = Map.of("shape", "kdd99");
    private static final String PASS = "pass of L-BFGS, sparse, one against the rest";
    private static final String DUAL = "two epochs of dual coordinate ascent, sparse, one against the rest";
    private static final String DENSE_PASS = "pass of L-BFGS, dense, softmax";

    private KernelBenchmarks() {}

    public static List<Benchmark> all() {
        return List.of(new Benchmark(
                "kernel_limits",
                "the solver's inner loops, and how much of what the machine allows they reach",
                "Sparse rows are as CLINC150's (15,000 by 84,744 features, 87 non-zeros each, 150 columns), dense ones as KDD Cup"
                        + " 1999's (81,920 by 118, 23 columns). Two limits are measured beside each kernel, in the same process and"
                        + " on as many threads: fused multiply-adds on vectors in registers, and bytes of a triad over arrays of"
                        + " 1.2 GiB. The share is the larger of the kernel's multiply-adds over the first and its bytes over the"
                        + " second; it can pass 1 where a cache gives what is counted as memory's: a matrix of coefficients of 54"
                        + " MB fits the third level of some machines. Multiply-adds of the padding are not counted (the dense columns"
                        + " are 23 of 32); of links, those of the polynomials alone; of a pass, those of the products. Bytes are"
                        + " those of the rows, and of each row of coefficients or gradient at its first use in a block or, in dual"
                        + " coordinate ascent, in a row. Seconds are of one pass over the rows, or in links over a block, on one"
                        + " thread. `jobs/benchmarks/run kernels` with JMH's options runs the same loops in more detail.",
                Optional.empty(),
                Optional.empty(),
                1,
                contenders(),
                List.of(share(PASS), share(DUAL), share(DENSE_PASS))));
    }

    private static Bar share(String contender) {
        return new Bar(
                contender + ": share of what the machine allows to two threads (no limit is set)",
                "",
                OptionalDouble.empty(),
                true,
                summary -> summary.figure(contender, "2 threads: share"));
    }

    private static List<Contender> contenders() {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(contender("limit of arithmetic", MachineBenchmark.class, "multiplyAdd", Map.of()));
        contenders.add(contender("limit of memory", MachineBenchmark.class, "triad", Map.of()));
        for (String kernel : List.of("vector", "plain")) {
            String suffix = kernel.equals("plain") ? ", plain loops" : "";
            for (String method : List.of("margins", "gradient")) {
                contenders.add(contender(
                        method + ", sparse" + suffix, BlockBenchmark.class, method, with(SPARSE, "kernel", kernel)));
                contenders.add(contender(
                        method + ", dense" + suffix, BlockBenchmark.class, method, with(DENSE, "kernel", kernel)));
            }
            contenders.add(
                    contender("margins of a row" + suffix, RowBenchmark.class, "margins", Map.of("kernel", kernel)));
            contenders.add(
                    contender("update by a row" + suffix, RowBenchmark.class, "update", Map.of("kernel", kernel)));
            contenders.add(contender(
                    "logistic step of a row" + suffix, RowBenchmark.class, "logisticStep", Map.of("kernel", kernel)));
        }
        contenders.add(contender("logistic link, 150 columns", LinkBenchmark.class, "logistic", SPARSE));
        contenders.add(contender("softmax link, 150 columns", LinkBenchmark.class, "softmax", SPARSE));
        contenders.add(contender("softmax link, 23 columns", LinkBenchmark.class, "softmax", DENSE));
        contenders.add(contender(PASS, PassBenchmark.class, "lossAndGradient", SPARSE));
        contenders.add(contender(DENSE_PASS, PassBenchmark.class, "lossAndGradient", DENSE));
        contenders.add(contender(DUAL, PassBenchmark.class, "dualEpochs", SPARSE));
        return contenders;
    }

    private static Map<String, String> with(Map<String, String> others, String name, String value) {
        Map<String, String> all = new HashMap<>(others);
        all.put(name, value);
        return all;
    }

    private static Contender contender(String name, Class<?> type, String method, Map<String, String> parameters) {
        return Contender.java(name, HEAP, new JmhWork(type, method, parameters));
    }
}
