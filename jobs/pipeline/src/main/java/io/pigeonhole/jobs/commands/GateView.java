package io.pigeonhole.jobs.commands;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;

/** The verdicts of one run of the gates as a page of text. */
final class GateView {

    private GateView() {}

    /** What failed comes first, then what is open. */
    static void print(Session session, String runId, Consumer<String> out) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("verdict", "statement", "class", "value", "interval", "level", "more rows"));
        for (Row row : session.store()
                .read(JudgementTables.GATES)
                .filter(col("run_id").equalTo(runId))
                .orderBy(
                        col("verdict").equalTo("fail").desc(),
                        col("verdict").equalTo("pass"),
                        col("statement"),
                        col("label"))
                .select("verdict", "statement", "label", "value", "low", "high", "rows_needed", "confidence_level")
                .collectAsList()) {
            boolean known = !row.isNullAt(3);
            cells.add(List.of(
                    row.getString(0),
                    row.getString(1),
                    row.isNullAt(2) ? "" : row.getString(2),
                    known ? String.format(Locale.ROOT, "%.4f", row.getDouble(3)) : "-",
                    known ? String.format(Locale.ROOT, "[%.4f, %.4f]", row.getDouble(4), row.getDouble(5)) : "-",
                    String.format(Locale.ROOT, "%.4f", row.getDouble(7)),
                    row.isNullAt(6) ? "" : String.format(Locale.ROOT, "%,d", row.getLong(6))));
        }
        TextTable.print(cells, out);
    }
}
