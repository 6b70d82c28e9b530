package io.pigeonhole.jobs.trainers.nearest;

import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.TrainedClassifier;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class NearestErrors {

    private NearestErrors() {}

    static PipelineException otherTrainer(TrainedModel version, TrainedClassifier classifier) {
        return PipelineException.configuration("Version " + version.version() + " of model '" + version.model()
                + "' is a " + classifier.trainer() + ", and no class can be added to it. Name a version that trainer ="
                + " nearest made in add_classes_to, or leave the key out to train anew.");
    }

    static PipelineException noNewClass(TrainedModel version) {
        return PipelineException.dataContract("Train has no class that version " + version.version() + " of model '"
                + version.model() + "' lacks, so there is nothing to add. Run extract and stratify with rows of the new"
                + " class first, or leave add_classes_to out to train anew.");
    }
}
