package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
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
 * @param mostClasses most classes that the sources may have; more are taken for a mistake
 * @param taxonomy where the tree of classes is read from, when the sources' rows do not carry it
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
            throw PipelineException.configuration("labels.most_classes must be at least 1, not " + mostClasses);
        }
    }

    /** A table of (label, parent) rows; a class without a parent has null there. */
    public record TaxonomyTable(Reading read, String labelColumn, String parentColumn) {}
}
