package io.pigeonhole.jobs.sources;

import io.pigeonhole.transforms.cleaning.Invisible;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a column look, by a sample of its rows.
 *
 * @param name of the column
 * @param kind what most values are
 * @param rows of the sample
 * @param missing rows without a value, blank ones included
 * @param counts the different values and the numbers of their rows, in the order in which they come
 * @param meanWords mean number of words of a value
 * @param oddities what a reader of the column should know, each in a few words
 */
public record ColumnProfile(
        String name,
        Kind kind,
        long rows,
        long missing,
        Map<String, Long> counts,
        double meanWords,
        List<String> oddities) {

    /** What the values of a column are. */
    public enum Kind {
        /** No row has a value. */
        NOTHING,
        NUMBER,
        TIME,
        BOOLEAN,
        TEXT,
        /** An array of numbers, or bytes. */
        VECTOR,
        /** An object, a list of objects or another value that is not single. */
        NESTED
    }

    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
    private static final Pattern TIME = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?");
    private static final Pattern BOOLEAN = Pattern.compile("true|false", Pattern.CASE_INSENSITIVE);
    private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?[0-9]+,[0-9]+");
    private static final Pattern LEADING_ZERO = Pattern.compile("0[0-9]+");
    private static final Pattern FLOATING_WHOLE = Pattern.compile("[+-]?[0-9]+\\.0");
    private static final Set<String> WORDS_FOR_NOTHING =
            Set.of("na", "n/a", "nan", "null", "none", "nil", "-", "?", "unknown");
    private static final int SHOWN = 3;
    private static final int SHOWN_LENGTH = 32;

    public ColumnProfile {
        counts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(counts));
        oddities = List.copyOf(oddities);
    }

    /**
     * The profile of single values.
     *
     * @param values as text; null where there is none
     */
    public static ColumnProfile of(String name, Collection<@Nullable String> values) {
        Map<String, Long> counts = new LinkedHashMap<>();
        long missing = 0;
        double words = 0;
        for (String value : values) {
            if (value == null || value.isBlank()) {
                missing++;
            } else {
                counts.merge(value, 1L, Long::sum);
                words += value.strip().split("\\s+").length;
            }
        }
        Set<String> different = counts.keySet();
        return new ColumnProfile(
                name,
                kind(different),
                values.size(),
                missing,
                counts,
                words / Math.max(1, values.size() - missing),
                oddities(different));
    }

    /** The profile of values that are no single ones. */
    public static ColumnProfile nested(String name, boolean isVector, Collection<? extends @Nullable Object> values) {
        long missing = values.stream().filter(Objects::isNull).count();
        return new ColumnProfile(
                name, isVector ? Kind.VECTOR : Kind.NESTED, values.size(), missing, Map.of(), 0, List.of());
    }

    /** The same column as one of texts, since a row outside of the sample has another value. */
    ColumnProfile asText(String other) {
        List<String> more = new ArrayList<>(oddities);
        more.add("mostly numbers, but " + shown(other));
        return new ColumnProfile(name, Kind.TEXT, rows, missing, counts, meanWords, more);
    }

    private static Kind kind(Set<String> values) {
        if (values.isEmpty()) {
            return Kind.NOTHING;
        }
        if (all(values, BOOLEAN)) {
            return Kind.BOOLEAN;
        }
        if (all(values, NUMBER)) {
            return Kind.NUMBER;
        }
        return all(values, TIME) ? Kind.TIME : Kind.TEXT;
    }

    private static boolean all(Set<String> values, Pattern pattern) {
        return values.stream().allMatch(value -> pattern.matcher(value.strip()).matches());
    }

    private static boolean any(Set<String> values, Predicate<String> condition) {
        return values.stream().anyMatch(condition);
    }

    private static List<String> oddities(Set<String> values) {
        List<String> oddities = new ArrayList<>();
        if (any(values, value -> !value.equals(value.strip()))) {
            oddities.add("blanks at the ends");
        }
        if (any(values, value -> !Invisible.shown(value.replaceAll("\\s", "")).equals(value.replaceAll("\\s", "")))) {
            oddities.add("invisible characters");
        }
        if (any(values, value -> value.indexOf('\uFFFD') >= 0)) {
            oddities.add("U+FFFD: read in a wrong encoding once");
        }
        long numbers = values.stream()
                .filter(value -> NUMBER.matcher(value.strip()).matches())
                .count();
        if (numbers > 0 && numbers < values.size() && numbers > values.size() / 2) {
            oddities.add("mostly numbers, but "
                    + values.stream()
                            .filter(value -> !NUMBER.matcher(value.strip()).matches())
                            .limit(SHOWN)
                            .map(ColumnProfile::shown)
                            .collect(Collectors.joining(", ")));
        }
        if (!values.isEmpty()
                && all(values, Pattern.compile(DECIMAL_COMMA.pattern() + "|[+-]?[0-9]+"))
                && any(values, value -> DECIMAL_COMMA.matcher(value.strip()).matches())) {
            oddities.add("decimal commas");
        }
        if (numbers == values.size()
                && any(values, value -> LEADING_ZERO.matcher(value.strip()).matches())) {
            oddities.add("leading zeros");
        }
        if (any(values, value -> FLOATING_WHOLE.matcher(value).matches())
                && any(values, value -> value.matches("[+-]?[0-9]+"))) {
            oddities.add("1 and 1.0");
        }
        TreeSet<String> words = values.stream()
                .filter(value -> WORDS_FOR_NOTHING.contains(value.strip().toLowerCase(Locale.ROOT)))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!words.isEmpty()) {
            oddities.add("says " + String.join(", ", words));
        }
        return oddities;
    }

    /** Number of different values. */
    public int distinct() {
        return counts.size();
    }

    /** Rows with a value. */
    public long present() {
        return rows - missing;
    }

    /** Some of the values, shortened. */
    public String examples() {
        return counts.keySet().stream().limit(SHOWN).map(ColumnProfile::shown).collect(Collectors.joining(" | "));
    }

    private static String shown(String value) {
        String visible = Invisible.shown(value.replaceAll("\\R", "⏎"));
        return visible.length() <= SHOWN_LENGTH ? visible : visible.substring(0, SHOWN_LENGTH - 1) + "…";
    }
}
