package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.cleaning.Labels;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The classes.
 *
 * @param aliases other spellings of a label, matched after trimming
 * @param known all permitted labels; empty to permit any
 * @param unknown labels that are no class: such rows never train; they show how a model treats rows of none of its
 *     classes
 * @param critical classes that gates check individually
 * @param mostClasses maximum number of classes in the sources; more count as a mistake
 * @param taxonomy table of the tree of classes, if the sources' rows do not contain it
 */
public record LabelsConfig(
        Map<String, String> aliases,
        List<String> known,
        List<String> unknown,
        List<String> critical,
        int mostClasses,
        Optional<TaxonomyTable> taxonomy) {

    public LabelsConfig {
        aliases = canonical(aliases);
        known = canonical(known, "labels.known");
        unknown = canonical(unknown, "labels.unknown");
        for (String label : unknown) {
            if (known.contains(label) || critical.contains(label)) {
                throw ConfigurationErrors.unknownClass(label);
            }
        }
        if (mostClasses < 1) {
            throw ConfigurationErrors.mostClasses(mostClasses);
        }
    }

    private static List<String> canonical(List<String> labels, String key) {
        return labels.stream()
                .map(label -> Labels.of(label).orElseThrow(() -> ConfigurationErrors.blankLabel(key)))
                .toList();
    }

    /** The aliases as labels are compared: composed, without blanks at their ends. */
    private static Map<String, String> canonical(Map<String, String> aliases) {
        Map<String, String> labels = new TreeMap<>();
        aliases.forEach((alias, label) -> labels.put(
                Labels.of(alias).orElseThrow(() -> ConfigurationErrors.blankLabel("labels.aliases")),
                Labels.of(label).orElseThrow(() -> ConfigurationErrors.aliasToNothing(alias))));
        labels.forEach((alias, label) -> {
            String next = labels.get(label);
            if (next != null && !label.equals(alias)) {
                throw ConfigurationErrors.aliasChain(alias, label, next);
            }
        });
        return labels;
    }

    /** A table of (label, parent) rows; the parent of a top class is null. */
    public record TaxonomyTable(Reading read, String labelColumn, String parentColumn) {}
}
