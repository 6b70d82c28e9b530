package io.pigeonhole.transforms.cleaning;

import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of rows by outcome; {@code rows = accepted + rejected + collapsed}.
 *
 * @param rows raw rows
 * @param collapsed copies of an accepted or conflicting row with the same id and content
 * @param copies rows, not rejected, whose features are those of another such row; {@code rows - rejected - copies} rows
 *     have different features
 * @param labelledCopies rows, not rejected, whose features and label are those of another such row
 * @param conflicting distinct rows that share their features with a row of another label, accepted or not
 * @param reasons rejected rows by reason, most frequent first
 * @param classes rows by class, in the order of the labels; rows without a known label are not counted here
 * @param paths the accepted rows of each label by their path, which is empty where a row has none
 */
public record CleaningCounts(
        long rows,
        long accepted,
        long rejected,
        long collapsed,
        long copies,
        long labelledCopies,
        long conflicting,
        List<ReasonCount> reasons,
        List<ClassCount> classes,
        SortedMap<String, Map<List<String>, Long>> paths) {

    private static final int SHOWN = 10;

    public CleaningCounts {
        reasons = List.copyOf(reasons);
        classes = List.copyOf(classes);
        paths = Collections.unmodifiableSortedMap(paths);
    }

    /**
     * Rows rejected for one reason.
     *
     * @param reason code of the {@link Reason}
     * @param example detail of one of the rows
     */
    public record ReasonCount(String reason, long rows, String example) {}

    /** Rows of one class, rejected ones and copies included. */
    public record ClassCount(String label, long rows, long rejected, long copies) {
        double rejectedShare() {
            return (double) rejected / rows;
        }
    }

    /**
     * Sums up rows of class, reason, rows, collapsed, conflicting, an example's detail, path, copies and copies with the
     * same label.
     */
    static CleaningCounts of(List<Row> groups) {
        long rows = 0;
        long rejected = 0;
        long collapsed = 0;
        long copies = 0;
        long labelledCopies = 0;
        long conflicting = 0;
        TreeMap<String, ReasonCount> reasons = new TreeMap<>();
        TreeMap<String, ClassCount> classes = new TreeMap<>();
        TreeMap<String, Map<List<String>, Long>> paths = new TreeMap<>();
        for (Row group : groups) {
            long here = group.getLong(2);
            String reason = nullable(group, 1);
            String label = nullable(group, 0);
            long lost = reason == null ? 0 : here;
            rows += here;
            rejected += lost;
            collapsed += group.getLong(3);
            conflicting += group.getLong(4);
            copies += group.getLong(7);
            labelledCopies += group.getLong(8);
            if (reason != null) {
                reasons.merge(reason, new ReasonCount(reason, here, group.getString(5)), CleaningCounts::add);
            }
            if (label != null && here - lost - group.getLong(3) > 0) {
                paths.computeIfAbsent(label, key -> new HashMap<>())
                        .merge(
                                group.isNullAt(6) ? List.of() : List.copyOf(group.getList(6)),
                                here - lost - group.getLong(3),
                                Long::sum);
            }
            if (label != null) {
                classes.merge(
                        label,
                        new ClassCount(label, here, lost, group.getLong(7)),
                        (a, b) -> new ClassCount(label, a.rows + b.rows, a.rejected + b.rejected, a.copies + b.copies));
            }
        }
        List<ReasonCount> byFrequency = new ArrayList<>(reasons.values());
        byFrequency.sort(Comparator.comparingLong(ReasonCount::rows).reversed().thenComparing(ReasonCount::reason));
        return new CleaningCounts(
                rows,
                rows - rejected - collapsed,
                rejected,
                collapsed,
                copies,
                labelledCopies,
                conflicting,
                byFrequency,
                List.copyOf(classes.values()),
                paths);
    }

    private static @Nullable String nullable(Row row, int column) {
        return row.isNullAt(column) ? null : row.getString(column);
    }

    private static ReasonCount add(ReasonCount a, ReasonCount b) {
        String example = a.example.compareTo(b.example) <= 0 ? a.example : b.example;
        return new ReasonCount(a.reason, a.rows + b.rows, example);
    }

    /**
     * Checks the rejected rows against their limits.
     *
     * @throws PipelineException (data contract) with a table of the reasons, if the share of rejected rows is above its
     *     limit, overall or for a class
     */
    public CleaningCounts check(CleaningRules rules) {
        List<String> problems = new ArrayList<>();
        if (rejected > rules.rejectLimit() * rows) {
            problems.add(rejected + " of " + rows + " rows (" + percent((double) rejected / rows)
                    + ") break the data contract; the limit is " + percent(rules.rejectLimit()) + ".");
        }
        List<ClassCount> worst = classes.stream()
                .filter(count -> count.rejected > rules.rejectLimitPerClass() * count.rows)
                .sorted(Comparator.comparingDouble(ClassCount::rejectedShare)
                        .reversed()
                        .thenComparing(ClassCount::label))
                .toList();
        if (!worst.isEmpty()) {
            problems.add(worst.stream()
                    .limit(SHOWN)
                    .map(count -> "'" + count.label + "' lost " + count.rejected + " of " + count.rows + " rows ("
                            + percent(count.rejectedShare()) + ")")
                    .collect(Collectors.joining(
                            ", ",
                            "Of the classes, ",
                            (worst.size() > SHOWN ? " and " + (worst.size() - SHOWN) + " more lost too many" : "")
                                    + "; the limit is " + percent(rules.rejectLimitPerClass()) + " of a class.")));
        }
        if (!problems.isEmpty()) {
            throw PipelineException.dataContract(String.join("\n", problems) + "\n" + table()
                    + "Correct these rows at their source, or raise the limit. The table of rejects has each of them with"
                    + " its reason.");
        }
        return this;
    }

    /** The classes with the most copies, for example {@code 'a' (30 of 40 rows)}; empty if there are no copies. */
    public String mostCopied() {
        return classes.stream()
                .filter(count -> count.copies > 0)
                .sorted(Comparator.comparingLong(ClassCount::copies).reversed().thenComparing(ClassCount::label))
                .limit(3)
                .map(count -> "'" + count.label + "' (" + count.copies + " of " + count.rows + " rows)")
                .collect(Collectors.joining(", "));
    }

    private String table() {
        int width =
                reasons.stream().mapToInt(count -> count.reason.length()).max().orElse(0);
        StringBuilder table = new StringBuilder();
        String format = "  %-" + Math.max(width, 6) + "s  %8s  %7s  %s%n";
        table.append(String.format(Locale.ROOT, format, "reason", "rows", "share", "for example"));
        for (ReasonCount count : reasons) {
            table.append(String.format(
                    Locale.ROOT, format, count.reason, count.rows, percent((double) count.rows / rows), count.example));
        }
        return table.toString().replace(System.lineSeparator(), "\n");
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
