package io.pigeonhole.jobs.runs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a job is going to do, told before it does.
 *
 * @param reads tables and sources
 * @param writes tables
 * @param needs what must be there for it
 */
public record Plan(List<Amount> reads, List<Amount> writes, List<Need> needs) {

    /** Amounts that a line for people names. */
    private static final int SHOWN = 3;

    public Plan {
        reads = List.copyOf(reads);
        writes = List.copyOf(writes);
        needs = List.copyOf(needs);
    }

    /** The plan of a job that reads and writes a few rows, of which nothing need be said. */
    public static final Plan SMALL = new Plan(List.of(), List.of(), List.of());

    /**
     * An amount of data.
     *
     * @param name of the table or source
     * @param rows nothing where they are not known beforehand
     * @param bytes in files, compressed; nothing where they are not known beforehand
     */
    public record Amount(String name, Optional<Long> rows, Optional<Long> bytes) {

        private String text() {
            return name
                    + rows.map(count -> String.format(Locale.ROOT, count == 1 ? " %,d row" : " %,d rows", count))
                            .orElse("")
                    + bytes.map(size -> " (" + size(size) + ")").orElse("");
        }
    }

    /**
     * Memory or disk.
     *
     * @param name what it is, such as "memory of this process"
     * @param bytes expected to be taken
     * @param limit bytes that there are for it
     * @param remedy what to change where these are too few
     * @param fits whether they are enough
     * @param isSure whether it is known that the job fails where they are not
     */
    public record Need(String name, long bytes, long limit, String remedy, boolean fits, boolean isSure) {

        private String text() {
            return name + " " + size(bytes) + " of " + size(limit);
        }

        String problem() {
            return name + ": about " + size(bytes) + " are needed, and there are " + size(limit)
                    + " for it. To mend it, " + remedy + ".";
        }
    }

    Plan needing(List<Need> more) {
        List<Need> all = new ArrayList<>(needs);
        all.addAll(more);
        return new Plan(reads, writes, all);
    }

    long bytesWritten() {
        return writes.stream()
                .flatMap(amount -> amount.bytes().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    /** For people, in one line; empty where there is nothing to say. */
    public String text() {
        List<String> parts = new ArrayList<>();
        if (!reads.isEmpty()) {
            parts.add("reads " + text(reads));
        }
        if (!writes.isEmpty()) {
            parts.add("writes " + text(writes));
        }
        if (!needs.isEmpty()) {
            parts.add(needs.stream().map(Need::text).collect(Collectors.joining(", ")));
        }
        return String.join("; ", parts);
    }

    private static String text(List<Amount> amounts) {
        String first = amounts.stream().limit(SHOWN).map(Amount::text).collect(Collectors.joining(", "));
        return amounts.size() <= SHOWN ? first : first + " and " + (amounts.size() - SHOWN) + " more tables";
    }

    /** A number of bytes for people. */
    static String size(long bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB", "PB"};
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    }
}
