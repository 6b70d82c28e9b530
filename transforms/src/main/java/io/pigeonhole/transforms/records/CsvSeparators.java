package io.pigeonhole.transforms.records;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The separator of a CSV file, guessed from its first records. */
public final class CsvSeparators {

    /** Separators that files have, the most frequent one first. */
    private static final List<Character> KNOWN = List.of(',', ';', '\t', '|');

    private CsvSeparators() {}

    /** The separator that a header has which was read as one value. */
    public static Optional<Character> ofHeader(String header) {
        return KNOWN.stream()
                .filter(separator -> header.indexOf(separator) >= 0)
                .max(Comparator.comparingLong(separator ->
                        header.chars().filter(each -> each == separator).count()));
    }

    /**
     * The separator that gives most records the same number of values, of at least two; the one with more values where
     * several do.
     *
     * @param lines first lines of the file
     * @return empty if no known separator occurs
     */
    public static Optional<Character> of(List<String> lines) {
        record Candidate(char separator, long agreeing, int values) {}
        List<Candidate> candidates = new ArrayList<>();
        for (char separator : KNOWN) {
            Map<Integer, Long> counts = new TreeMap<>();
            for (String line : lines) {
                int values = CsvRecords.values(line, CsvFormat.RFC_4180.separatedBy(String.valueOf(separator)))
                        .size();
                counts.merge(values, 1L, Long::sum);
            }
            counts.entrySet().stream()
                    .filter(count -> count.getKey() > 1)
                    .max(Map.Entry.comparingByValue())
                    .ifPresent(count -> candidates.add(new Candidate(separator, count.getValue(), count.getKey())));
        }
        return candidates.stream()
                .max(Comparator.comparingLong(Candidate::agreeing).thenComparingInt(Candidate::values))
                .map(Candidate::separator);
    }

    /** The separator's name for messages. */
    public static String name(char separator) {
        return switch (separator) {
            case ',' -> "commas";
            case ';' -> "semicolons";
            case '\t' -> "tabs";
            default -> "'" + separator + "'";
        };
    }

    /** The separator as the value of an option in a configuration file. */
    public static String option(char separator) {
        return separator == '\t' ? "\\t" : String.valueOf(separator);
    }
}
