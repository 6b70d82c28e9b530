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

/** The verdicts of one run of the gates as a page of text. */
final class GateView {

    private static final Comparator<Row> ORDER = Comparator.comparing(
                    (Row row) -> !row.<String>getAs("verdict").equals("fail"))
            .thenComparing(row -> row.<String>getAs("verdict").equals("pass"))
            .thenComparing(row -> row.<String>getAs("statement"))
            .thenComparing(row -> row.<String>getAs("label"), Comparator.nullsFirst(Comparator.naturalOrder()));

    private GateView() {}

    /** Prints failed statements first, then open ones. */
    static void print(Session session, String runId, Consumer<String> out) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("verdict", "statement", "class", "value", "interval", "level", "more rows"));
        session.store().rows(JudgementTables.GATES, RowCondition.ofRun(runId)).stream()
                .sorted(ORDER)
                .map(GateView::cells)
                .forEach(cells::add);
        TextTable.print(cells, out);
    }

    private static List<String> cells(Row row) {
        Double value = row.getAs("value");
        String label = row.getAs("label");
        Long needed = row.getAs("rows_needed");
        return List.of(
                row.getAs("verdict"),
                row.getAs("statement"),
                label == null ? "" : label,
                value == null ? "-" : String.format(Locale.ROOT, "%.4f", value),
                value == null
                        ? "-"
                        : String.format(
                                Locale.ROOT, "[%.4f, %.4f]", row.<Double>getAs("low"), row.<Double>getAs("high")),
                String.format(Locale.ROOT, "%.4f", row.<Double>getAs("confidence_level")),
                needed == null ? "" : String.format(Locale.ROOT, "%,d", needed));
    }
}
