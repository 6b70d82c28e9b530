package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** The figures of one run of a comparison as a page of text. */
final class CompareView {

    private static final Comparator<Row> ORDER = Comparator.comparing((Row row) -> row.<String>getAs("slice"))
            .thenComparing(row -> row.<String>getAs("level"))
            .thenComparing(row -> row.<String>getAs("label"), Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(row -> row.<String>getAs("metric"));

    private CompareView() {}

    /**
     * Prints the figures over all classes, the number of classes with each verdict, the classes that became better or
     * worse, and the figures of slices and of the levels above the classes.
     *
     * @param most number of classes shown, largest differences first
     */
    static void print(Session session, String runId, int most, Consumer<String> out) {
        List<Row> all = session.store().rows(JudgementTables.COMPARISONS, RowCondition.ofRun(runId)).stream()
                .sorted(ORDER)
                .toList();
        List<Row> rows = all.stream().filter(CompareView::isWhole).toList();
        out.accept("");
        out.accept(title(rows.get(0)));
        out.accept("");
        out.accept("  All classes together");
        figures(rows.stream().filter(row -> row.getAs("label") == null).toList(), out);
        List<Row> classes =
                rows.stream().filter(row -> row.getAs("label") != null).toList();
        out.accept("");
        out.accept("  Verdicts on single classes");
        verdicts(classes, out);
        List<Row> changed = classes.stream()
                .filter(row -> List.of("better", "worse").contains(row.<String>getAs("verdict")))
                .sorted(Comparator.comparing(row -> -Math.abs(row.<Double>getAs("difference"))))
                .toList();
        if (!changed.isEmpty()) {
            out.accept("");
            out.accept("  Largest changes" + (most < changed.size() ? ", " + most + " of " + changed.size() : ""));
            figures(changed.stream().limit(most).toList(), out);
        }
        parts(all.stream().filter(row -> !isWhole(row)).toList(), out);
    }

    private static boolean isWhole(Row row) {
        return row.getAs("slice").equals("all") && row.getAs("level").equals("leaf");
    }

    private static void parts(List<Row> rows, Consumer<String> out) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("slice", "level", "support", "accuracy", "base", "difference", "interval", "verdict"));
        rows.stream()
                .filter(row -> row.getAs("label") == null && row.getAs("metric").equals("accuracy"))
                .forEach(row -> cells.add(List.of(
                        row.getAs("slice"),
                        row.getAs("level"),
                        String.format(Locale.ROOT, "%,d", row.<Long>getAs("support")),
                        String.format(Locale.ROOT, "%.4f", row.<Double>getAs("value")),
                        String.format(Locale.ROOT, "%.4f", row.<Double>getAs("base_value")),
                        String.format(Locale.ROOT, "%+.4f", row.<Double>getAs("difference")),
                        String.format(
                                Locale.ROOT, "[%+.4f, %+.4f]", row.<Double>getAs("low"), row.<Double>getAs("high")),
                        row.getAs("verdict"))));
        if (cells.size() > 1) {
            out.accept("");
            out.accept("  Slices, and levels above the classes");
            TextTable.print(cells, out);
        }
    }

    private static String title(Row row) {
        boolean same = row.getAs("pairing").equals("same_examples");
        return String.format(
                Locale.ROOT,
                "Model '%s' version %d on split '%s' against '%s' version %d on split '%s', on %s",
                row.getAs("model"),
                row.<Integer>getAs("version"),
                row.getAs("split"),
                row.getAs("base_model"),
                row.<Integer>getAs("base_version"),
                row.getAs("base_split"),
                same ? "the same examples" : "examples of their own");
    }

    private static void figures(List<Row> rows, Consumer<String> out) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of(
                "metric", "class", "support", "value", "base", "difference", "interval", "p (adjusted)", "verdict"));
        for (Row row : rows) {
            String label = row.getAs("label");
            cells.add(List.of(
                    row.getAs("metric"),
                    label == null ? "" : label,
                    String.format(Locale.ROOT, "%,d", row.<Long>getAs("support")),
                    String.format(Locale.ROOT, "%.4f", row.<Double>getAs("value")),
                    String.format(Locale.ROOT, "%.4f", row.<Double>getAs("base_value")),
                    String.format(Locale.ROOT, "%+.4f", row.<Double>getAs("difference")),
                    String.format(Locale.ROOT, "[%+.4f, %+.4f]", row.<Double>getAs("low"), row.<Double>getAs("high")),
                    String.format(Locale.ROOT, "%.2g", row.<Double>getAs("p_adjusted")),
                    row.getAs("verdict")));
        }
        TextTable.print(cells, out);
    }

    private static void verdicts(List<Row> classes, Consumer<String> out) {
        List<String> verdicts = List.of("better", "worse", "same_within_margin", "not_enough_data");
        Map<String, Map<String, Long>> counts = classes.stream()
                .collect(Collectors.groupingBy(
                        row -> row.<String>getAs("metric"),
                        TreeMap::new,
                        Collectors.groupingBy(row -> row.<String>getAs("verdict"), Collectors.counting())));
        List<List<String>> cells = new ArrayList<>();
        List<String> heading = new ArrayList<>(List.of("metric"));
        heading.addAll(verdicts);
        cells.add(heading);
        counts.forEach((metric, of) -> {
            List<String> line = new ArrayList<>(List.of(metric));
            verdicts.forEach(verdict -> line.add(String.format(Locale.ROOT, "%,d", of.getOrDefault(verdict, 0L))));
            cells.add(line);
        });
        TextTable.print(cells, out);
    }
}
