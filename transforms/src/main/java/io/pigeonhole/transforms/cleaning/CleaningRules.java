package io.pigeonhole.transforms.cleaning;

import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.split.SplitSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The contract of the raw rows.
 *
 * @param featureColumns columns that form a row's content together with the label; duplicates and conflicts are defined
 *     by equal values
 * @param textColumns columns that must not be blank
 * @param optionalTexts columns of text that may be blank, unless all feature columns are null or blank
 * @param vectors columns of vectors and their sizes
 * @param labelAliases alternative spellings, after trimming, and their labels
 * @param knownLabels the labels accepted, after aliases; empty for any
 * @param conflicts treatment of equal features with different labels
 * @param rejectLimit largest share of rows, 0 to 1, that may be rejected
 * @param rejectLimitPerClass the same for the rows of any one class
 * @param labelsRequired whether rows without a label are rejected
 * @param unknownLabels labels of rows that belong to no class; they are accepted, and conflict with no other label
 * @param given the splits that the rows state, if they do; equal rows without ids stay apart where their splits differ
 */
public record CleaningRules(
        List<String> featureColumns,
        List<String> textColumns,
        List<String> optionalTexts,
        List<VectorSize> vectors,
        Map<String, String> labelAliases,
        List<String> knownLabels,
        ConflictPolicy conflicts,
        double rejectLimit,
        double rejectLimitPerClass,
        boolean labelsRequired,
        List<String> unknownLabels,
        Optional<SplitSpec.Given> given) {

    public CleaningRules {
        featureColumns = List.copyOf(featureColumns);
        textColumns = List.copyOf(textColumns);
        optionalTexts = List.copyOf(optionalTexts);
        vectors = List.copyOf(vectors);
        labelAliases = Map.copyOf(labelAliases);
        knownLabels = List.copyOf(knownLabels);
        unknownLabels = List.copyOf(unknownLabels);
        if (featureColumns.isEmpty()) {
            throw PipelineException.configuration("No feature columns are named, so rows cannot be told apart by their"
                    + " content. Name at least one.");
        }
        checkLimit("rows", rejectLimit);
        checkLimit("the rows of a class", rejectLimitPerClass);
        Set<String> known = new HashSet<>(knownLabels);
        known.addAll(knownLabels.isEmpty() ? List.of() : unknownLabels);
        labelAliases.forEach((alias, label) -> {
            if (!known.isEmpty() && !known.contains(label)) {
                throw PipelineException.configuration("The alias '" + alias + "' stands for '" + label
                        + "', which is not a known label. Add it to the known labels or correct the alias.");
            }
        });
    }

    /** Rules without labels that belong to no class. */
    public CleaningRules(
            List<String> featureColumns,
            List<String> textColumns,
            List<String> optionalTexts,
            List<VectorSize> vectors,
            Map<String, String> labelAliases,
            List<String> knownLabels,
            ConflictPolicy conflicts,
            double rejectLimit,
            double rejectLimitPerClass,
            boolean labelsRequired,
            Optional<SplitSpec.Given> given) {
        this(
                featureColumns,
                textColumns,
                optionalTexts,
                vectors,
                labelAliases,
                knownLabels,
                conflicts,
                rejectLimit,
                rejectLimitPerClass,
                labelsRequired,
                List.of(),
                given);
    }

    /** A column of vectors and the number of their elements. */
    public record VectorSize(String column, int size) {
        public VectorSize {
            if (size < 1) {
                throw PipelineException.configuration("The vectors in '" + column + "' are to have " + size
                        + " elements, which no vector has. State their size.");
            }
        }
    }

    private static void checkLimit(String of, double limit) {
        if (!(limit >= 0) || !(limit <= 1)) {
            throw PipelineException.configuration("The limit on rejected " + of + " is " + limit
                    + ", but it is a share. Use a number from 0, for none, to 1, for no limit.");
        }
    }
}
