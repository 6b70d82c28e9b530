package io.pigeonhole.transforms.cleaning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Labels that differ only by letter case, composition or invisible characters, and so are most likely one class.
 *
 * @param labels of the group, the most frequent one first
 */
public record LookAlikes(List<CleaningCounts.ClassCount> labels) {

    /** The groups of two and more labels that look alike, in the order of their first labels. */
    public static List<LookAlikes> of(List<CleaningCounts.ClassCount> classes) {
        Map<String, List<CleaningCounts.ClassCount>> groups = new TreeMap<>();
        classes.forEach(each -> groups.computeIfAbsent(Invisible.key(each.label()), key -> new ArrayList<>())
                .add(each));
        return groups.values().stream()
                .filter(group -> group.size() > 1)
                .map(group -> new LookAlikes(group.stream()
                        .sorted(Comparator.comparingLong(CleaningCounts.ClassCount::rows)
                                .reversed()
                                .thenComparing(CleaningCounts.ClassCount::label))
                        .toList()))
                .toList();
    }

    /** The labels with the numbers of their rows, and invisible characters as codes. */
    public String text() {
        return labels.stream()
                .map(each -> "'" + Invisible.shown(each.label()) + "' (" + each.rows() + ")")
                .collect(Collectors.joining(", "));
    }

    /** The aliases that make one class of them, as lines of a configuration. */
    public String aliases() {
        String first = labels.get(0).label();
        return labels.stream()
                .skip(1)
                .map(each -> "\"" + Invisible.shown(each.label()) + "\" = \"" + first + "\"")
                .collect(Collectors.joining(", ", "labels.aliases { ", " }"));
    }
}
