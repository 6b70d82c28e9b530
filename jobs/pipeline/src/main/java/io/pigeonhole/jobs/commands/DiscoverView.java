package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.predictions.ProposalTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;

/** The clusters of one run of discover as a page of text. */
final class DiscoverView {

    private DiscoverView() {}

    /** Prints the clusters; returns their rows in {@code proposed_classes}. */
    static List<Row> print(Session session, String runId, Consumer<String> out) {
        List<Row> rows = session.store().rows(ProposalTables.PROPOSED_CLASSES, RowCondition.ofRun(runId)).stream()
                .sorted(Comparator.comparing((Row row) -> row.<Integer>getAs("cluster")))
                .toList();
        if (rows.isEmpty()) {
            out.accept("There are too few rows to cluster.");
            return rows;
        }
        Map<Integer, String> medoids = new HashMap<>();
        session.store().rows(ProposalTables.PROPOSED_MEMBERS, RowCondition.ofRun(runId)).stream()
                .filter(row -> row.<Integer>getAs("position") == 1)
                .forEach(row -> medoids.put(row.<Integer>getAs("cluster"), row.getAs("example_id")));
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("cluster", "verdict", "rows", "stability", "medoid", "nearest class", "typical terms"));
        for (Row row : rows) {
            cells.add(List.of(
                    String.valueOf(row.<Integer>getAs("cluster")),
                    row.getAs("verdict"),
                    String.format(Locale.ROOT, "%,d", row.<Long>getAs("rows")),
                    String.format(Locale.ROOT, "%.3f", row.<Double>getAs("stability")),
                    // forgotten since, if there is none
                    medoids.getOrDefault(row.<Integer>getAs("cluster"), ""),
                    String.format(
                            Locale.ROOT, "%s %.2f", row.getAs("nearest_class"), row.<Double>getAs("nearest_share")),
                    String.join(", ", row.<String>getList(row.fieldIndex("terms")))));
        }
        out.accept("");
        TextTable.print(cells, out);
        return rows;
    }
}
