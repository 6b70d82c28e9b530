package io.pigeonhole.jobs.configuration;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The classes.
 *
 * @param aliases other spellings of a label, matched after trimming
 * @param known all labels that may occur; empty when any may
 * @param critical classes that gates look at one by one
 * @param taxonomy where the tree of classes is read from, when the sources' rows do not carry it
 */
public record LabelsConfig(
        Map<String, String> aliases, List<String> known, List<String> critical, Optional<TaxonomyTable> taxonomy) {

    public LabelsConfig {
        aliases = new TreeMap<>(aliases);
    }

    /** A table of (label, parent) rows; a class without a parent has null there. */
    public record TaxonomyTable(Reading read, String labelColumn, String parentColumn) {}
}
