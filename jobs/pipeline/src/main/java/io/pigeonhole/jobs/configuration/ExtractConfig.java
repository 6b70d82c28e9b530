package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.cleaning.CleaningRules;
import io.pigeonhole.transforms.cleaning.ConflictPolicy;
import io.pigeonhole.transforms.cleaning.ParentPolicy;
import java.util.List;

/**
 * The data contract.
 *
 * @param conflicts treatment of rows with equal features and different labels
 * @param parents treatment of classes that rows put under different parents
 * @param rejectLimit largest share of rejected rows overall; above it, the job stops
 * @param rejectLimitPerClass the same for the rows of each class
 * @param labelsRequired whether a row without a label is rejected
 * @param vectors sizes of vector columns; an unlisted column must have its most frequent size
 */
public record ExtractConfig(
        ConflictPolicy conflicts,
        ParentPolicy parents,
        double rejectLimit,
        double rejectLimitPerClass,
        boolean labelsRequired,
        List<CleaningRules.VectorSize> vectors) {

    public ExtractConfig {
        vectors = List.copyOf(vectors);
        if (!(rejectLimit >= 0 && rejectLimit <= 1 && rejectLimitPerClass >= 0 && rejectLimitPerClass <= 1)) {
            throw ConfigurationErrors.rejectLimits(rejectLimit, rejectLimitPerClass);
        }
    }
}
