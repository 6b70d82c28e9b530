package io.pigeonhole.benchmarks;

import io.pigeonhole.benchmarks.deep.DeepBenchmarks;
import io.pigeonhole.benchmarks.embedding.EmbeddingBenchmarks;
import io.pigeonhole.benchmarks.evaluation.EvaluationBenchmarks;
import io.pigeonhole.benchmarks.families.FamilyBenchmarks;
import io.pigeonhole.benchmarks.kernels.KernelBenchmarks;
import io.pigeonhole.benchmarks.nearest.NearestBenchmarks;
import io.pigeonhole.benchmarks.scale.ScaleBenchmarks;
import io.pigeonhole.benchmarks.scale.SmallBenchmarks;
import io.pigeonhole.benchmarks.training.LargeBenchmarks;
import io.pigeonhole.benchmarks.training.ScalingBenchmarks;
import io.pigeonhole.benchmarks.training.TrainingBenchmarks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the script {@code run} starts: {@code list}, {@code page}, {@code run [NAME[:CONTENDER] ...]}, and in a process of its
 * own {@code contend BENCHMARK CONTENDER SETTING}. The system properties {@code benchmarks.module} and
 * {@code benchmarks.revision} say where the module lies, and which code it is.
 */
public final class Main {

    private Main() {}

    static List<Benchmark> benchmarks() {
        return Stream.of(
                        SmallBenchmarks.all(),
                        ScaleBenchmarks.all(),
                        EvaluationBenchmarks.all(),
                        TrainingBenchmarks.all(),
                        ScalingBenchmarks.all(),
                        LargeBenchmarks.all(),
                        DeepBenchmarks.all(),
                        NearestBenchmarks.all(),
                        EmbeddingBenchmarks.all(),
                        FamilyBenchmarks.all(),
                        KernelBenchmarks.all())
                .flatMap(List::stream)
                .toList();
    }

    /** Runs one of the commands. */
    public static void main(String[] arguments) throws Exception {
        Path module = Path.of(System.getProperty("benchmarks.module", "jobs/benchmarks"));
        switch (arguments[0]) {
            case "list" -> benchmarks().forEach(one -> System.out.printf("%-28s %s%n", one.name(), one.title()));
            case "page" -> publish(module);
            case "run" -> run(module, Arrays.asList(arguments).subList(1, arguments.length));
            case "contend" -> contend(module, arguments[1], arguments[2], arguments[3]);
            default -> throw new IllegalArgumentException("there is no command " + arguments[0]);
        }
    }

    private static Benchmark benchmark(String name) {
        return benchmarks().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no benchmark '" + name
                        + "'. Name one of these, or none for all: "
                        + benchmarks().stream().map(Benchmark::name).collect(Collectors.joining(", "))));
    }

    private static void run(Path module, List<String> names) throws IOException {
        Runner runner = new Runner(module, System.getProperty("benchmarks.revision", "unknown"), measurements(module));
        Map<String, Set<String>> wanted = new LinkedHashMap<>();
        benchmarks().stream().filter(one -> names.isEmpty()).forEach(one -> wanted.put(one.name(), Set.of()));
        for (String name : names) {
            String[] parts = name.split(":", 2);
            Set<String> contenders = wanted.computeIfAbsent(benchmark(parts[0]).name(), unknown -> new TreeSet<>());
            if (parts.length == 2) {
                contenders.add(benchmark(parts[0]).contender(parts[1]).name());
            }
        }
        for (Map.Entry<String, Set<String>> entry : wanted.entrySet()) {
            Benchmark benchmark = benchmark(entry.getKey());
            if (benchmark.needs().stream().anyMatch(data -> System.getenv(data.variable()) == null)) {
                DataSet data = benchmark.needs().orElseThrow();
                System.out.printf(
                        Locale.ROOT,
                        "%s: not run; set %s to the folder of %s%n",
                        benchmark.name(),
                        data.variable(),
                        data.what());
                continue;
            }
            runner.run(benchmark, entry.getValue());
            page(module);
        }
        publish(module);
    }

    private static Measurements measurements(Path module) {
        return new Measurements(module.resolve("measurements.jsonl"));
    }

    private static void page(Path module) throws IOException {
        String text = new ResultsPage(benchmarks(), measurements(module).read()).text();
        Files.writeString(module.resolve("RESULTS.md"), text);
    }

    /** Writes the page and the Delta table from the file of all measurements. */
    private static void publish(Path module) throws IOException {
        page(module);
        Path table = module.resolve("target/benchmarks");
        ResultsTable.write(
                new Workplace(module.resolve("target/work")).spark(),
                measurements(module).read(),
                table);
        System.out.println("Results: " + module.resolve("RESULTS.md") + ", and as a Delta table in " + table);
    }

    /** The one run of a contender in Java; its report is the last line of the standard output. */
    private static void contend(Path module, String benchmark, String contender, String setting) throws Exception {
        Path work = module.resolve("target/work");
        Files.createDirectories(work);
        if (!(benchmark(benchmark).contender(contender) instanceof Contender.Java java)) {
            throw new IllegalArgumentException(contender + " is not a contender in Java");
        }
        System.out.println(Measurements.json(java.work().run(new Workplace(work), setting)));
    }
}
