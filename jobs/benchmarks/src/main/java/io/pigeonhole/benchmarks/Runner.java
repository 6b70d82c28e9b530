package io.pigeonhole.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Runs contenders in turns, each in a process of its own, and says on the terminal how it goes. */
final class Runner {

    /** A run that takes this long is not repeated. */
    private static final double LONG_SECONDS = 300;

    private final Path module;
    private final Path work;
    private final String revision;
    private final Measurements file;

    /**
     * @param module folder of the module
     * @param revision of the project's code
     * @param file takes each measurement as soon as it is made
     */
    Runner(Path module, String revision, Measurements file) {
        this.file = file;
        this.module = module;
        this.work = module.resolve("target/work");
        this.revision = revision;
    }

    /**
     * Runs a benchmark.
     *
     * @param wanted names of its contenders that run; empty for all
     */
    void run(Benchmark benchmark, Set<String> wanted) throws IOException {
        List<Contender> contenders = benchmark.contenders().stream()
                .filter(contender -> wanted.isEmpty() || wanted.contains(contender.name()))
                .toList();
        List<Measurement> kept = file.read().stream()
                .filter(old -> !old.benchmark().equals(benchmark.name())
                        || contenders.stream().noneMatch(old::isOf))
                .toList();
        List<Measurement> fresh = new ArrayList<>();
        Map<String, Integer> settings = new HashMap<>();
        for (Contender preparation : benchmark.preparation().stream().toList()) {
            measure(benchmark, preparation, preparation.settings().get(0), 0);
        }
        for (int run = 1; run <= benchmark.runs(); run++) {
            for (Contender contender : contenders) {
                if (run <= mostRuns(contender, fresh)) {
                    climb(benchmark, contender, run, settings, kept, fresh);
                }
            }
        }
    }

    private static int mostRuns(Contender contender, List<Measurement> fresh) {
        boolean isLong = fresh.stream()
                .anyMatch(one -> one.isOf(contender) && one.report().seconds() > LONG_SECONDS);
        return isLong ? 1 : contender.mostRuns();
    }

    /** Measures a contender, at the setting that the run before ended with, and on to the next until it is near enough. */
    private void climb(
            Benchmark benchmark,
            Contender contender,
            int run,
            Map<String, Integer> settings,
            List<Measurement> kept,
            List<Measurement> fresh)
            throws IOException {
        int at = settings.getOrDefault(contender.name(), 0);
        while (true) {
            settings.put(contender.name(), at);
            Measurement measurement =
                    measure(benchmark, contender, contender.settings().get(at), run);
            fresh.add(measurement);
            file.replace(fresh);
            List<Measurement> all = new ArrayList<>(kept);
            all.addAll(fresh);
            at++;
            if (new Summary(benchmark, all).isNear(contender, measurement)
                    || at == contender.settings().size()) {
                return;
            }
        }
    }

    private Measurement measure(Benchmark benchmark, Contender contender, String setting, int run) throws IOException {
        System.out.printf("%s: %s %s, run %d ... ", benchmark.name(), contender.name(), setting, run);
        System.out.flush();
        Measurement.Report report = report(command(benchmark, contender, setting), benchmark, contender);
        System.out.printf(
                Locale.ROOT, "%.2f s, %.0f MiB %s%n", report.seconds(), report.peakMemoryMiB(), report.figures());
        return new Measurement(
                benchmark.name(),
                contender.name(),
                setting,
                run,
                LocalDate.now(ZoneOffset.UTC).toString(),
                revision,
                Machine.describe(),
                report);
    }

    /** Starts the process; what it prints before its last line, and all of its standard error, goes to a log. */
    private Measurement.Report report(List<String> command, Benchmark benchmark, Contender contender)
            throws IOException {
        Files.createDirectories(work.resolve("logs"));
        Path log = work.resolve("logs").resolve(name(benchmark, contender) + ".log");
        Path output = work.resolve("logs").resolve(name(benchmark, contender) + ".out");
        Process process = new ProcessBuilder(command)
                .redirectError(log.toFile())
                .redirectOutput(output.toFile())
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IllegalStateException("contender " + contender.name() + " of " + benchmark.name()
                        + " ended with exit code " + process.exitValue() + "; see " + log);
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a contender ran", e);
        }
        List<String> lines = Files.readAllLines(output);
        return Measurements.report(lines.get(lines.size() - 1));
    }

    private static String name(Benchmark benchmark, Contender contender) {
        return (benchmark.name() + "-" + contender.name()).replaceAll("[^A-Za-z0-9.-]+", "_");
    }

    private List<String> command(Benchmark benchmark, Contender contender, String setting) {
        List<String> command = new ArrayList<>();
        if (contender instanceof Contender.Java java) {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    .filter(option -> !option.startsWith("-Xm"))
                    .forEach(command::add);
            command.addAll(List.of("-Xmx" + java.heapMiB() + "m", "-XX:+UseParallelGC"));
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
            command.addAll(List.of("contend", benchmark.name(), contender.name(), setting));
        } else if (contender instanceof Contender.Python python) {
            command.add(module.resolve("target/venv/bin/python").toString());
            command.add(module.resolve("src/main/python/" + python.script()).toString());
            command.addAll(python.arguments());
            command.add(setting);
        }
        return command;
    }
}
