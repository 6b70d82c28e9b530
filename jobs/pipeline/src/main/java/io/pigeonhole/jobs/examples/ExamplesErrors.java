package io.pigeonhole.jobs.examples;

import io.pigeonhole.transforms.PipelineException;
import java.util.List;
import java.util.Set;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class ExamplesErrors {

    private ExamplesErrors() {}

    static PipelineException twoPaths(String label, List<String> other, List<String> path) {
        return PipelineException.dataContract("Class '" + label + "' has two paths in the taxonomy, "
                + String.join(" / ", other) + " and " + String.join(" / ", path)
                + ". A class has one place in the tree; rename one of the two, correct its rows, or set extract.parents ="
                + " majority or reject.");
    }

    static PipelineException unknownCritical(Set<String> unknown) {
        return PipelineException.configuration("labels.critical names classes that no example has: "
                + String.join(", ", unknown) + ". Correct the names, or remove them.");
    }
}
