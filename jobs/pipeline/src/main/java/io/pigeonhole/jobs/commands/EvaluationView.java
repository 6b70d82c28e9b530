package io.pigeonhole.jobs.commands;

import io.pigeonhole.evaluation.EvaluationViews;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.report.Evaluated;
import io.pigeonhole.jobs.report.GainOverPrior;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The evaluation tables as a page of text. */
final class EvaluationView {

    private static final int BAR = 20;
    private static final int MOST_NAMES = 6;

    private EvaluationView() {}

    /** Prints one line for each model: the main figures on the test split. */
    static void printOverview(Session session, Consumer<String> out) {
        out.accept(String.format(
                Locale.ROOT,
                "%n%-16s %7s  %-26s  %-26s  %-26s",
                "model (test)",
                "version",
                "accuracy",
                "macro F1",
                "log loss"));
        for (ModelConfig model : session.config().models()) {
            Optional<Integer> version = Evaluated.latest(session, model.name(), "test");
            if (version.isPresent()) {
                Map<String, Row> figures = session
                        .store()
                        .rows(
                                JudgementTables.EVALUATION_SUMMARY,
                                new Evaluated(model.name(), version.get(), "test").leaves())
                        .stream()
                        .collect(Collectors.toMap(row -> row.getAs("metric"), row -> row));
                out.accept(String.format(
                        Locale.ROOT,
                        "%-16s %7d  %-26s  %-26s  %-26s",
                        model.name(),
                        version.get(),
                        interval(figures.get("accuracy")),
                        interval(figures.get("macro_f1")),
                        interval(figures.get("log_loss"))));
            }
        }
        out.accept("");
        out.accept("Intervals are 95 % unless configured otherwise. More: pigeonhole show FILE; tables: "
                + session.config().store().root());
    }

    private static String interval(@Nullable Row figure) {
        return figure == null
                ? "-"
                : String.format(
                        Locale.ROOT,
                        "%.4f [%.4f, %.4f]",
                        figure.<Double>getAs("value"),
                        figure.<Double>getAs("low"),
                        figure.<Double>getAs("high"));
    }

    /**
     * Prints all figures of one model version.
     *
     * @throws PipelineException (data contract) if it was not evaluated on the split
     */
    static void print(
            Session session, String model, Optional<Integer> wanted, String split, int rows, Consumer<String> out) {
        int version = wanted.or(() -> Evaluated.latest(session, model, split))
                .orElseThrow(() -> CommandsErrors.notEvaluated(model, split));
        Evaluated subject = new Evaluated(model, version, split);
        List<Row> summary = session.store().rows(JudgementTables.EVALUATION_SUMMARY, subject.wholeSplit());
        if (summary.isEmpty()) {
            throw CommandsErrors.versionNotEvaluated(model, version, split, Evaluated.latest(session, model, split));
        }
        out.accept("");
        out.accept("Model '" + model + "' version " + version + " on split '" + split + "'");
        List<Row> unknown = session.store().rows(JudgementTables.EVALUATION_UNKNOWN, subject.wholeSplit());
        printSummary(Stream.concat(summary.stream(), unknown.stream()), out);
        GainOverPrior.of(session, subject).ifPresent(gain -> out.accept("  " + gain.text()));
        List<Row> perClass = session.store()
                .rows(
                        JudgementTables.EVALUATION_PER_CLASS,
                        subject.rows().and(EvaluationKey.LEVEL, EvaluationKey.LEAF));
        printWorst(
                perClass.stream()
                        .filter(row -> row.getAs(EvaluationKey.SLICE).equals(EvaluationKey.ALL))
                        .toList(),
                rows,
                out);
        printWeakest(perClass, rows, out);
        printConfusions(session.store().rows(JudgementTables.EVALUATION_CONFUSION, subject.leaves()), rows, out);
        printClusters(session.store().rows(JudgementTables.EVALUATION_CLUSTERS, subject.leaves()), rows, out);
    }

    private static void printSummary(Stream<Row> summary, Consumer<String> out) {
        out.accept("");
        out.accept(String.format(
                Locale.ROOT, "  %-28s %-6s %10s  %-22s %s", "metric", "level", "value", "interval", "by"));
        summary.sorted(Evaluated.LEAVES_FIRST.thenComparing(row -> row.<String>getAs("metric")))
                .map(EvaluationView::figure)
                .forEach(out);
    }

    private static String figure(Row row) {
        String name = String.format(
                Locale.ROOT, "  %-28s %-6s ", row.<String>getAs("metric"), row.<String>getAs(EvaluationKey.LEVEL));
        Double value = row.getAs("value");
        String method = row.getAs("method");
        return name
                + (method.equals("exact")
                        ? String.format(Locale.ROOT, "%,10.0f", value)
                        : String.format(
                                Locale.ROOT,
                                "%10.4f  [%.4f, %.4f]       %s",
                                value,
                                row.<Double>getAs("low"),
                                row.<Double>getAs("high"),
                                method));
    }

    private static void printWorst(List<Row> perClass, int rows, Consumer<String> out) {
        out.accept("");
        out.accept("  Worst classes by F1");
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("class", "support", "precision", "recall", "F1", "interval", ""));
        for (Row row : EvaluationViews.worstClasses(perClass, rows)) {
            Double f1 = row.getAs("f1");
            cells.add(List.of(
                    row.getAs("label"),
                    count(row, "support"),
                    rate(row, "precision"),
                    rate(row, "recall"),
                    rate(row, "f1"),
                    "[" + rate(row, "f1_low") + ", " + rate(row, "f1_high") + "]",
                    bar(f1 == null ? 0 : f1)));
        }
        TextTable.print(cells, out);
    }

    private static void printWeakest(List<Row> perClass, int rows, Consumer<String> out) {
        List<EvaluationViews.WeakCell> weakest =
                EvaluationViews.weakest(perClass, EvaluationViews.FALSE_DISCOVERY_RATE);
        if (weakest.isEmpty()) {
            return;
        }
        out.accept("");
        out.accept(String.format(
                Locale.ROOT,
                "  Classes recognised less often in a slice than outside it (false discovery rate %.2f)",
                EvaluationViews.FALSE_DISCOVERY_RATE));
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("class", "slice", "support", "recall", "of the class", "q"));
        for (EvaluationViews.WeakCell weak : weakest.subList(0, Math.min(rows, weakest.size()))) {
            cells.add(List.of(
                    weak.cell().getAs("label"),
                    weak.cell().getAs(EvaluationKey.SLICE),
                    count(weak.cell(), "support"),
                    rate(weak.cell(), "recall"),
                    Double.isNaN(weak.classRecall()) ? "-" : String.format(Locale.ROOT, "%.3f", weak.classRecall()),
                    String.format(Locale.ROOT, "%.2g", weak.cell().<Double>getAs("slice_q_value"))));
        }
        TextTable.print(cells, out);
    }

    private static void printConfusions(List<Row> confusion, int rows, Consumer<String> out) {
        out.accept("");
        out.accept("  Most frequent confusions");
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("true class", "taken for", "count", "of the class", ""));
        for (Row row : EvaluationViews.topConfusions(confusion, rows)) {
            cells.add(List.of(
                    row.getAs("true_label"),
                    row.getAs("predicted_label"),
                    count(row, "count"),
                    rate(row, "rate"),
                    bar(row.<Double>getAs("rate"))));
        }
        TextTable.print(cells, out);
    }

    private static void printClusters(List<Row> clusters, int rows, Consumer<String> out) {
        List<EvaluationViews.TopCluster> top = EvaluationViews.topClusters(clusters, rows);
        if (top.isEmpty()) {
            return;
        }
        out.accept("");
        out.accept("  Classes mostly confused with each other");
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("classes", "support", "errors", "within", "recall", "merged"));
        for (EvaluationViews.TopCluster cluster : top) {
            cells.add(List.of(
                    shortened(cluster.labels()),
                    count(cluster.figures(), "support"),
                    count(cluster.figures(), "errors"),
                    rate(cluster.figures(), "within_rate"),
                    rate(cluster.figures(), "recall"),
                    rate(cluster.figures(), "merged_recall")));
        }
        TextTable.print(cells, out);
    }

    private static String shortened(List<String> labels) {
        String shown = String.join(", ", labels.subList(0, Math.min(MOST_NAMES, labels.size())));
        return labels.size() > MOST_NAMES ? shown + " and " + (labels.size() - MOST_NAMES) + " more" : shown;
    }

    private static String count(Row row, String column) {
        return String.format(Locale.ROOT, "%,d", row.<Long>getAs(column));
    }

    private static String rate(Row row, String column) {
        Double rate = row.getAs(column);
        return rate == null ? "-" : String.format(Locale.ROOT, "%.3f", rate);
    }

    private static String bar(double share) {
        int filled = (int) Math.round(share * BAR);
        return "█".repeat(filled) + "·".repeat(BAR - filled);
    }
}
