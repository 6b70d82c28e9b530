package io.pigeonhole.jobs.trainers.deep;

import io.pigeonhole.deep.network.NetworkSpec;
import io.pigeonhole.transforms.PipelineException;
import java.util.List;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class DeepErrors {

    private DeepErrors() {}

    static PipelineException libraryMissing(String model) {
        return PipelineException.configuration("Model '" + model
                + "' is deep, and Deeplearning4j, which the project's jar leaves out,"
                + " is not on the class path. Give spark-submit its jars by --jars;"
                + " jobs/deep/README.md lists them.");
    }

    static PipelineException columnNotNamed(String model, NetworkSpec network, boolean reads, List<String> columns) {
        return PipelineException.configuration("Model '" + model + "' is a " + network.code()
                + " and reads one column of " + (reads ? "text" : "vectors") + ", but the features have "
                + columns.size() + " of them " + columns + ". Name one as deep.column.");
    }
}
