package io.pigeonhole.jobs.discover;

import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.transforms.PipelineException;
import java.util.Collection;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class DiscoverErrors {

    private DiscoverErrors() {}

    static PipelineException rowsMissing(TrainedModel version, String split, int missing, int all) {
        return PipelineException.dataContract("Of " + all + " rows of split '" + split + "' that version "
                + version.version() + " of model '" + version.model() + "' knows no class for, " + missing
                + " are not among the examples any more, so they have no features to cluster. Run score again, with the"
                + " score.examples that discover reads.");
    }

    static PipelineException noFeatures(TrainedModel version) {
        return PipelineException.configuration("Model '" + version.model() + "' version " + version.version()
                + " makes no feature vectors before its classifier, so its rows cannot be compared. Name"
                + " another model.");
    }

    static PipelineException noCluster(int cluster, Collection<Integer> clusters) {
        return PipelineException.configuration("--accept names cluster " + cluster
                + ", which is not in proposed_classes." + " The clusters are: " + clusters + ".");
    }

    static PipelineException blankLabel(int cluster) {
        return PipelineException.configuration(
                "--accept " + cluster + "= has no name. Write " + cluster + "=NAME, with the name of the class.");
    }

    static PipelineException fileExists(String file) {
        return PipelineException.configuration("The file " + file
                + " of --out exists already, and may hold somebody's review. Name another one, or remove it.");
    }

    static PipelineException notWritten(String file, Exception cause) {
        return PipelineException.configuration(
                "The file " + file + " of --out cannot be written: " + cause.getMessage() + ". Name another one.");
    }
}
