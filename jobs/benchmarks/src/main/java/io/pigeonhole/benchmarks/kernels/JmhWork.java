package io.pigeonhole.benchmarks.kernels;

import io.pigeonhole.benchmarks.Measurement.Report;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * One JMH benchmark with one choice of its parameters, on one thread and on two, beside what the machine allows in the same
 * minute.
 *
 * @param type class of the benchmark
 * @param method its method
 * @param parameters those that it has
 */
record JmhWork(Class<?> type, String method, Map<String, String> parameters) implements Work {

    private static final double GIGA = 1e9;

    JmhWork {
        parameters = Map.copyOf(parameters);
    }

    /**
     * What was done in a second, by all threads together.
     *
     * @param invocations of the method
     */
    private record Rates(double invocations, double multiplyAdds, double bytes) {

        /** Seconds that the multiply-adds and the bytes of a second would take at these rates, whichever takes longer. */
        double share(Rates arithmetic, Rates memory) {
            return Math.max(multiplyAdds / arithmetic.multiplyAdds, bytes / memory.bytes);
        }
    }

    @Override
    public Report run(Workplace place, String setting) throws Exception {
        Map<String, Double> figures = new HashMap<>();
        double seconds = 0;
        StringBuilder binds = new StringBuilder();
        for (int threads : new int[] {2, 1}) {
            Rates arithmetic = measure(MachineBenchmark.class, "multiplyAdd", Map.of(), threads);
            Rates memory = measure(MachineBenchmark.class, "triad", Map.of(), threads);
            Rates rates = measure(type, method, parameters, threads);
            String on = threads == 1 ? "1 thread: " : threads + " threads: ";
            figures.put(on + "G multiply-adds/s", rates.multiplyAdds / GIGA);
            if (rates.bytes > 0) {
                figures.put(on + "GB/s", rates.bytes / GIGA);
            }
            figures.put(on + "share", rates.share(arithmetic, memory));
            seconds = threads / rates.invocations;
            binds.append(binds.isEmpty() ? "" : "; ")
                    .append(on)
                    .append(
                            rates.bytes / memory.bytes > rates.multiplyAdds / arithmetic.multiplyAdds
                                    ? "memory binds"
                                    : "arithmetic binds");
        }
        return new Report("this project", seconds, Workplace.peakMemoryMiB(), figures, binds.toString());
    }

    private static Rates measure(Class<?> type, String method, Map<String, String> parameters, int threads)
            throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + type.getName() + "\\." + method + "$")
                .threads(threads)
                // the process is the contender's own
                .forks(0)
                .warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(700))
                .measurementIterations(2)
                .measurementTime(TimeValue.milliseconds(700))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        parameters.forEach(options::param);
        RunResult result = new Runner(options.build()).runSingle();
        return new Rates(
                result.getPrimaryResult().getScore(), counted(result, "multiplyAdds"), counted(result, "bytes"));
    }

    private static double counted(RunResult result, String counter) {
        return Objects.requireNonNull(result.getSecondaryResults().get(counter)).getScore();
    }
}
