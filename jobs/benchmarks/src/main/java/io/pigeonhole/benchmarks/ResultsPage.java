package io.pigeonhole.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The measurements as a page of Markdown: for each benchmark a table of its contenders and one of its bars. */
final class ResultsPage {

    private static final String HEAD = """
            # Results of the benchmarks

            Written by `jobs/benchmarks/run`; `measurements.jsonl` beside it has every run. Seconds are medians, with the least and
            the most in brackets where there were several runs; the start of the process, and making and reading the data, are left
            out. Memory is the most that was resident in the contender's process. Where contenders minimise an objective, each runs
            at the quickest of its settings that comes within 1e-3 of the best known value of the same function, and "gap" says how
            near it came; one program computes all objectives, from the coefficients, in double precision. Where not even the last
            setting that ran comes so near, its time is the least that the contender needs, and stands for it in the bars. "Not
            measured" stands where a contender has not run.
            """;

    private final List<Benchmark> benchmarks;
    private final List<Measurement> measurements;

    ResultsPage(List<Benchmark> benchmarks, List<Measurement> measurements) {
        this.benchmarks = benchmarks;
        this.measurements = measurements;
    }

    String text() {
        StringBuilder text = new StringBuilder(HEAD);
        text.append("\nMachines:\n\n");
        new TreeSet<>(measurements.stream().map(Measurement::machine).toList())
                .forEach(machine -> text.append("- ").append(machine).append('\n'));
        text.append("\n## Bars\n\n| benchmark | bar | figure | met |\n|---|---|---:|---|\n");
        benchmarks.forEach(benchmark -> bars(benchmark, text));
        benchmarks.forEach(benchmark -> section(benchmark, text));
        return text.toString();
    }

    private void bars(Benchmark benchmark, StringBuilder text) {
        Summary summary = new Summary(benchmark, measurements);
        for (Bar bar : benchmark.bars()) {
            OptionalDouble figure = bar.figure().of(summary);
            String value = figure.isEmpty() ? "not measured" : number(figure.getAsDouble()) + " " + bar.unit();
            String met = figure.stream()
                    .boxed()
                    .flatMap(measured -> bar.isMet(measured).stream())
                    .map(isMet -> isMet ? "yes" : "**no**")
                    .findFirst()
                    .orElse("");
            row(text, benchmark.name(), bar.statement(), value.strip(), met);
        }
    }

    private void section(Benchmark benchmark, StringBuilder text) {
        Summary summary = new Summary(benchmark, measurements);
        text.append("\n## `").append(benchmark.name()).append("`: ").append(benchmark.title());
        text.append("\n\n").append(benchmark.explanation().strip()).append("\n\n");
        TreeSet<String> figures = new TreeSet<>();
        benchmark.contenders().stream()
                .flatMap(contender -> summary.of(contender).stream())
                .forEach(one -> figures.addAll(one.report().figures().keySet()));
        List<String> head = new ArrayList<>(List.of("contender", "setting", "runs", "seconds", "MiB"));
        head.addAll(figures);
        boolean gaps = figures.contains(Measurement.Report.OBJECTIVE);
        if (gaps) {
            head.add("gap");
        }
        row(text, head.toArray(String[]::new));
        row(text, head.stream().map(name -> "---").toArray(String[]::new));
        List<String> notes = new ArrayList<>();
        for (Contender contender : benchmark.contenders()) {
            contender(summary, contender, figures, gaps, text);
            summary.of(contender).stream()
                    .map(one -> one.report().note())
                    .filter(note -> !note.isEmpty())
                    .distinct()
                    .forEach(note -> notes.add("- " + contender.name() + ": " + note));
        }
        if (!notes.isEmpty()) {
            text.append('\n').append(String.join("\n", notes)).append('\n');
        }
    }

    private static void contender(
            Summary summary, Contender contender, Set<String> figures, boolean gaps, StringBuilder text) {
        List<Measurement> runs = summary.of(contender);
        if (runs.isEmpty()) {
            row(text, contender.name(), "", "0", "not measured");
            return;
        }
        Measurement last = runs.get(runs.size() - 1);
        List<String> cells = new ArrayList<>(List.of(
                contender.name() + ", " + last.report().version(),
                last.setting(),
                String.valueOf(runs.size()),
                spread(runs.stream().mapToDouble(one -> one.report().seconds()).toArray()),
                spread(runs.stream()
                        .mapToDouble(one -> one.report().peakMemoryMiB())
                        .toArray())));
        for (String figure : figures) {
            double[] values = runs.stream()
                    .map(one -> one.report().figures().get(figure))
                    .flatMap(Stream::ofNullable)
                    .mapToDouble(Double::doubleValue)
                    .toArray();
            cells.add(values.length == 0 ? "" : number(Summary.median(values).orElseThrow()));
        }
        if (gaps) {
            OptionalDouble gap = summary.gap(contender, last);
            cells.add(gap.isEmpty() ? "" : String.format(Locale.ROOT, "%.1e", gap.getAsDouble()));
        }
        row(text, cells.toArray(String[]::new));
    }

    private static String spread(double[] values) {
        String median = number(Summary.median(values).orElseThrow());
        return values.length == 1
                ? median
                : median + " [" + number(Arrays.stream(values).min().orElseThrow()) + ", "
                        + number(Arrays.stream(values).max().orElseThrow()) + "]";
    }

    /** Four digits that count, without an exponent where it can be helped. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        if (size < 1e-3 || size >= 1e7) {
            return String.format(Locale.ROOT, "%.3e", value);
        }
        int decimals = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }

    private static void row(StringBuilder text, String... cells) {
        text.append(Arrays.stream(cells).collect(Collectors.joining(" | ", "| ", " |\n")));
    }
}
