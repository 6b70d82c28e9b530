package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;

/** The figures of one run of drift as a page of text. */
final class DriftView {

    private static final Comparator<Row> ORDER = Comparator.comparing(
                    (Row row) -> -Math.abs(row.<Double>getAs("distance")))
            .thenComparing(row -> row.<String>getAs("label"), Comparator.nullsFirst(Comparator.naturalOrder()));

    private DriftView() {}

    /**
     * Prints both distances, and the classes whose shares changed.
     *
     * @param most number of classes shown, largest differences first
     */
    static void print(Session session, String runId, int most, Consumer<String> out) {
        List<Row> rows = session.store().rows(JudgementTables.DRIFT, RowCondition.ofRun(runId)).stream()
                .sorted(ORDER)
                .toList();
        Row any = rows.get(0);
        out.accept("");
        out.accept(String.format(
                Locale.ROOT,
                "Model '%s' version %d on split '%s' (%,d rows) against split '%s' (%,d rows), without labels",
                any.getAs("model"),
                any.<Integer>getAs("version"),
                any.getAs("split"),
                any.<Long>getAs("support"),
                any.getAs("base_split"),
                any.<Long>getAs("base_support")));
        out.accept("");
        distances(rows.stream().filter(row -> row.getAs("label") == null).toList(), out);
        List<Row> changed = rows.stream()
                .filter(row ->
                        row.getAs("label") != null && row.getAs("verdict").equals("drifted"))
                .toList();
        if (!changed.isEmpty()) {
            out.accept("");
            out.accept("  Classes predicted more or less often"
                    + (most < changed.size() ? ", " + most + " of " + changed.size() : ""));
            shares(changed.stream().limit(most).toList(), out);
        }
    }

    private static void distances(List<Row> rows, Consumer<String> out) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("metric", "distance", "by chance", "margin", "p (adjusted)", "verdict"));
        for (Row row : rows) {
            cells.add(List.of(
                    row.getAs("metric"),
                    String.format(Locale.ROOT, "%.4f", row.<Double>getAs("distance")),
                    String.format(Locale.ROOT, "%.4f", row.<Double>getAs("expected_distance")),
                    String.format(Locale.ROOT, "%.4f", row.<Double>getAs("margin")),
                    String.format(Locale.ROOT, "%.2g", row.<Double>getAs("p_adjusted")),
                    row.getAs("verdict")));
        }
        TextTable.print(cells, out);
    }

    private static void shares(List<Row> rows, Consumer<String> out) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("class", "share", "base", "difference", "interval", "p (adjusted)"));
        for (Row row : rows) {
            cells.add(List.of(
                    row.getAs("label"),
                    String.format(Locale.ROOT, "%.4f", row.<Double>getAs("value")),
                    String.format(Locale.ROOT, "%.4f", row.<Double>getAs("base_value")),
                    String.format(Locale.ROOT, "%+.4f", row.<Double>getAs("distance")),
                    String.format(Locale.ROOT, "[%+.4f, %+.4f]", row.<Double>getAs("low"), row.<Double>getAs("high")),
                    String.format(Locale.ROOT, "%.2g", row.<Double>getAs("p_adjusted"))));
        }
        TextTable.print(cells, out);
    }
}
