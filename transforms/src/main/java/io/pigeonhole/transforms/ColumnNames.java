package io.pigeonhole.transforms;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of several columns in one text: a range such as {@code f1..f128} or {@code f001..f128}, or a pattern such as
 * {@code sensor_*}.
 */
public final class ColumnNames {

    private static final Pattern RANGE = Pattern.compile("(.*?)([0-9]+)\\.\\.(.*?)([0-9]+)");

    private static final int MOST = 1_000_000;

    private ColumnNames() {}

    /** Whether a text is a pattern, which only the columns that exist can resolve. */
    public static boolean isPattern(String name) {
        return name.contains("*");
    }

    /** The names of a range; a name that is no range alone. */
    public static List<String> ofRange(String name) {
        Matcher range = RANGE.matcher(name);
        if (!range.matches()
                || !range.group(1).equals(range.group(3))
                || range.group(4).length() > 9) {
            return List.of(name);
        }
        int first = Integer.parseInt(range.group(2));
        int last = Integer.parseInt(range.group(4));
        boolean padded = range.group(2).startsWith("0") && range.group(2).length() > 1;
        int width = padded ? range.group(2).length() : 1;
        if (last < first || last - first >= MOST) {
            throw PipelineException.configuration("The range of columns '" + name + "' has no end: its first number is "
                    + first + ", its last " + last + ". Write it as f1..f128.");
        }
        List<String> names = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            String digits = String.valueOf(i);
            names.add(range.group(1) + "0".repeat(Math.max(0, width - digits.length())) + digits);
        }
        return names;
    }

    /** The columns that a pattern is for, in their order; a name that is no pattern alone. */
    public static List<String> ofPattern(String name, Collection<String> columns) {
        if (!isPattern(name)) {
            return List.of(name);
        }
        Pattern pattern = Pattern.compile(Pattern.quote(name).replace("*", "\\E.*\\Q"), Pattern.DOTALL);
        return columns.stream()
                .filter(column -> pattern.matcher(column).matches())
                .toList();
    }
}
