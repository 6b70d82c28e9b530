package io.pigeonhole.jobs.commands;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.evaluation.EvaluationViews;
import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.report.Evaluated;
import io.pigeonhole.jobs.report.GainOverPrior;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The evaluation tables as a page of text. */
final class EvaluationView {

    private static final int BAR = 20;
    private static final int MOST_NAMES = 6;

    private EvaluationView() {}

    /** One line for each model: the figures that people ask for first, on the test split. */
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
                Dataset<Row> summary = summary(session, model.name(), version.get(), "test");
                out.accept(String.format(
                        Locale.ROOT,
                        "%-16s %7d  %-26s  %-26s  %-26s",
                        model.name(),
                        version.get(),
                        interval(summary, "accuracy"),
                        interval(summary, "macro_f1"),
                        interval(summary, "log_loss")));
            }
        }
        out.accept("");
        out.accept("Intervals are 95 % unless configured otherwise. More: pigeonhole show FILE; tables: "
                + session.config().store().root());
    }

    private static String interval(Dataset<Row> summary, String metric) {
        return summary
                .filter(col("metric").equalTo(metric).and(col("level").equalTo("leaf")))
                .select("value", "low", "high")
                .takeAsList(1)
                .stream()
                .findFirst()
                .map(row -> String.format(
                        Locale.ROOT, "%.4f [%.4f, %.4f]", row.getDouble(0), row.getDouble(1), row.getDouble(2)))
                .orElse("-");
    }

    /**
     * One model version in full.
     *
     * @throws PipelineException (data contract) if it was not evaluated on the split
     */
    static void print(
            Session session, String model, Optional<Integer> wanted, String split, int rows, Consumer<String> out) {
        int version = wanted.or(() -> Evaluated.latest(session, model, split))
                .orElseThrow(() -> CommandsErrors.notEvaluated(model, split));
        Dataset<Row> summary = summary(session, model, version, split).persist();
        try {
            if (summary.isEmpty()) {
                throw CommandsErrors.versionNotEvaluated(
                        model, version, split, Evaluated.latest(session, model, split));
            }
            out.accept("");
            out.accept("Model '" + model + "' version " + version + " on split '" + split + "'");
            printSummary(summary, out);
            GainOverPrior.of(session, new Evaluated(model, version, split))
                    .ifPresent(gain -> out.accept("  " + gain.text()));
        } finally {
            summary.unpersist();
        }
        printWorst(of(session, JudgementTables.EVALUATION_PER_CLASS, model, version, split), rows, out);
        printWeakest(inAnySlice(session, JudgementTables.EVALUATION_PER_CLASS, model, version, split), rows, out);
        printConfusions(of(session, JudgementTables.EVALUATION_CONFUSION, model, version, split), rows, out);
        printClusters(of(session, JudgementTables.EVALUATION_CLUSTERS, model, version, split), rows, out);
    }

    private static Dataset<Row> summary(Session session, String model, int version, String split) {
        return of(session, JudgementTables.EVALUATION_SUMMARY, model, version, split);
    }

    private static Dataset<Row> of(Session session, TableDefinition table, String model, int version, String split) {
        return inAnySlice(session, table, model, version, split)
                .filter(col("slice").equalTo("all"));
    }

    private static Dataset<Row> inAnySlice(
            Session session, TableDefinition table, String model, int version, String split) {
        Column key = col("model")
                .equalTo(model)
                .and(col("version").equalTo(version))
                .and(col("split").equalTo(split));
        return session.store().read(table).filter(key);
    }

    private static void printSummary(Dataset<Row> summary, Consumer<String> out) {
        out.accept("");
        out.accept(String.format(
                Locale.ROOT, "  %-28s %-6s %10s  %-22s %s", "metric", "level", "value", "interval", "by"));
        for (Row row : summary.orderBy(col("level").equalTo("leaf").desc(), col("level"), col("metric"))
                .select("metric", "level", "value", "low", "high", "method")
                .collectAsList()) {
            String name = String.format(Locale.ROOT, "  %-28s %-6s ", row.getString(0), row.getString(1));
            out.accept(
                    row.getString(5).equals("exact")
                            ? name + String.format(Locale.ROOT, "%,10.0f", row.getDouble(2))
                            : name
                                    + String.format(
                                            Locale.ROOT,
                                            "%10.4f  [%.4f, %.4f]       %s",
                                            row.getDouble(2),
                                            row.getDouble(3),
                                            row.getDouble(4),
                                            row.getString(5)));
        }
    }

    private static void printWorst(Dataset<Row> perClass, int rows, Consumer<String> out) {
        out.accept("");
        out.accept("  Worst classes by F1");
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("class", "support", "precision", "recall", "F1", "interval", ""));
        for (Row row : EvaluationViews.worstClasses(perClass.filter(col("level").equalTo("leaf")), rows)
                .select("label", "support", "precision", "recall", "f1", "f1_low", "f1_high")
                .collectAsList()) {
            cells.add(List.of(
                    row.getString(0),
                    String.format(Locale.ROOT, "%,d", row.getLong(1)),
                    rate(row, 2),
                    rate(row, 3),
                    rate(row, 4),
                    "[" + rate(row, 5) + ", " + rate(row, 6) + "]",
                    bar(row.isNullAt(4) ? 0 : row.getDouble(4))));
        }
        TextTable.print(cells, out);
    }

    private static void printWeakest(Dataset<Row> perClass, int rows, Consumer<String> out) {
        List<Row> weakest = EvaluationViews.weakest(
                        perClass.filter(col("level").equalTo("leaf")), EvaluationViews.FALSE_DISCOVERY_RATE)
                .select("label", "slice", "support", "recall", "class_recall", "slice_q_value")
                .takeAsList(rows);
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
        for (Row row : weakest) {
            cells.add(List.of(
                    row.getString(0),
                    row.getString(1),
                    String.format(Locale.ROOT, "%,d", row.getLong(2)),
                    rate(row, 3),
                    rate(row, 4),
                    String.format(Locale.ROOT, "%.2g", row.getDouble(5))));
        }
        TextTable.print(cells, out);
    }

    private static void printConfusions(Dataset<Row> confusion, int rows, Consumer<String> out) {
        out.accept("");
        out.accept("  Most frequent confusions");
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("true class", "taken for", "count", "of the class", ""));
        for (Row row : EvaluationViews.topConfusions(
                        confusion.filter(col("level").equalTo("leaf")), rows)
                .select("true_label", "predicted_label", "count", "rate")
                .collectAsList()) {
            cells.add(List.of(
                    row.getString(0),
                    row.getString(1),
                    String.format(Locale.ROOT, "%,d", row.getLong(2)),
                    rate(row, 3),
                    bar(row.getDouble(3))));
        }
        TextTable.print(cells, out);
    }

    private static void printClusters(Dataset<Row> clusters, int rows, Consumer<String> out) {
        List<Row> top = EvaluationViews.topClusters(clusters.filter(col("level").equalTo("leaf")), rows)
                .select("labels", "support", "errors", "within_rate", "recall", "merged_recall")
                .collectAsList();
        if (top.isEmpty()) {
            return;
        }
        out.accept("");
        out.accept("  Classes mostly confused with each other");
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("classes", "support", "errors", "within", "recall", "merged"));
        for (Row row : top) {
            cells.add(List.of(
                    shortened(row.getList(0)),
                    String.format(Locale.ROOT, "%,d", row.getLong(1)),
                    String.format(Locale.ROOT, "%,d", row.getLong(2)),
                    rate(row, 3),
                    rate(row, 4),
                    rate(row, 5)));
        }
        TextTable.print(cells, out);
    }

    private static String shortened(List<String> labels) {
        String shown = String.join(", ", labels.subList(0, Math.min(MOST_NAMES, labels.size())));
        return labels.size() > MOST_NAMES ? shown + " and " + (labels.size() - MOST_NAMES) + " more" : shown;
    }

    private static String rate(Row row, int column) {
        return row.isNullAt(column) ? "-" : String.format(Locale.ROOT, "%.3f", row.getDouble(column));
    }

    private static String bar(double share) {
        int filled = (int) Math.round(share * BAR);
        return "█".repeat(filled) + "·".repeat(BAR - filled);
    }
}
