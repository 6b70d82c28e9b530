package io.pigeonhole.jobs.configuration;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The classes.
 *
 * @param aliases other spellings of a label, matched after trimming
 * @param known all permitted labels; empty to permit any
 * @param critical classes that gates check individually
 * @param mostClasses maximum number of classes in the sources; more count as a mistake
 * @param taxonomy table of the tree of classes, if the sources' rows do not contain it
 */
public record LabelsConfig(
        Map<String, String> aliases,
        List<String> known,
        List<String> critical,
        int mostClasses,
        Optional<TaxonomyTable> taxonomy) {

    public LabelsConfig {
        aliases = new TreeMap<>(aliases);
        if (mostClasses < 1) {
            throw ConfigurationErrors.mostClasses(mostClasses);
        }
    }

    /** A table of (label, parent) rows; the parent of a top class is null. */
    public record TaxonomyTable(Reading read, String labelColumn, String parentColumn) {}
}
