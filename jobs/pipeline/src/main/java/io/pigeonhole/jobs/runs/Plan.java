package io.pigeonhole.jobs.runs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The data that a job will read and write, and the resources that it needs, computed before it runs.
 *
 * @param reads tables and sources
 * @param writes tables
 * @param needs memory and disk that it needs
 * @param works long parts of its work whose time is known from their amount
 */
public record Plan(List<Amount> reads, List<Amount> writes, List<Need> needs, List<Work> works) {

    /** Amounts that the line for people lists, at most. */
    private static final int SHOWN = 3;

    public Plan {
        reads = List.copyOf(reads);
        writes = List.copyOf(writes);
        needs = List.copyOf(needs);
        works = List.copyOf(works);
    }

    /** A plan without work whose time is known. */
    public Plan(List<Amount> reads, List<Amount> writes, List<Need> needs) {
        this(reads, writes, needs, List.of());
    }

    /** The plan of a job that reads and writes only a few rows; it lists nothing. */
    public static final Plan SMALL = new Plan(List.of(), List.of(), List.of());

    /**
     * An amount of data.
     *
     * @param name of the table or source
     * @param rows empty if unknown beforehand
     * @param bytes in files, compressed; empty if unknown beforehand
     * @param isEstimate whether the number of rows is a guess, such as the lines of a file
     */
    public record Amount(String name, Optional<Long> rows, Optional<Long> bytes, boolean isEstimate) {

        /** An amount that is known. */
        public Amount(String name, Optional<Long> rows, Optional<Long> bytes) {
            this(name, rows, bytes, false);
        }

        /** An amount of which the number of rows is a guess. */
        public static Amount about(String name, Optional<Long> rows, Optional<Long> bytes) {
            return new Amount(name, rows, bytes, true);
        }

        private String text() {
            return name
                    + rows.map(count -> (isEstimate ? " about" : "")
                                    + String.format(Locale.ROOT, count == 1 ? " %,d row" : " %,d rows", count))
                            .orElse("")
                    + bytes.map(size -> " (" + size(size) + ")").orElse("");
        }
    }

    /**
     * Memory or disk.
     *
     * @param name name of the resource, such as "memory of this process"
     * @param bytes that the job is expected to use
     * @param limit bytes available
     * @param remedy what to change if there are too few
     * @param fits whether there are enough
     * @param isSure whether the job is certain to fail if there are too few
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

    /**
     * Work that takes long.
     *
     * @param name such as "embeds 15,000 texts"
     * @param time that it is expected to take
     */
    public record Work(String name, Duration time) {

        private String text() {
            long seconds = time.toSeconds();
            return name
                    + (seconds < 120
                            ? String.format(Locale.ROOT, " in about %d s", Math.max(1, seconds))
                            : String.format(Locale.ROOT, " in about %,d min", Math.round(seconds / 60.0)));
        }
    }

    /** The same plan with more to write and more work. */
    public Plan with(List<Amount> moreWrites, List<Need> moreNeeds, List<Work> moreWorks) {
        List<Amount> allWrites = new ArrayList<>(writes);
        allWrites.addAll(moreWrites);
        List<Work> allWorks = new ArrayList<>(works);
        allWorks.addAll(moreWorks);
        return new Plan(reads, allWrites, needs, allWorks).needing(moreNeeds);
    }

    Plan needing(List<Need> more) {
        List<Need> all = new ArrayList<>(needs);
        all.addAll(more);
        return new Plan(reads, writes, all, works);
    }

    long bytesWritten() {
        return writes.stream()
                .flatMap(amount -> amount.bytes().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    /** One line for people; empty if the plan lists nothing. */
    public String text() {
        List<String> parts = new ArrayList<>();
        if (!reads.isEmpty()) {
            parts.add("reads " + text(reads));
        }
        if (!writes.isEmpty()) {
            parts.add("writes " + text(writes));
        }
        works.forEach(work -> parts.add(work.text()));
        if (!needs.isEmpty()) {
            parts.add(needs.stream().map(Need::text).collect(Collectors.joining(", ")));
        }
        return String.join("; ", parts);
    }

    private static String text(List<Amount> amounts) {
        String first = amounts.stream().limit(SHOWN).map(Amount::text).collect(Collectors.joining(", "));
        return amounts.size() <= SHOWN ? first : first + " and " + (amounts.size() - SHOWN) + " more tables";
    }

    /** A number of bytes, as text for people. */
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
