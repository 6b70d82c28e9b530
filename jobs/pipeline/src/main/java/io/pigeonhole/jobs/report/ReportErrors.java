package io.pigeonhole.jobs.report;

import io.pigeonhole.transforms.PipelineException;
import java.nio.file.Path;
import java.util.Optional;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class ReportErrors {

    private ReportErrors() {}

    static PipelineException notEvaluated(Optional<String> model, Optional<Integer> version, String split) {
        return PipelineException.dataContract("There is no evaluation of "
                + model.map(name -> "model '" + name + "'").orElse("any model")
                + version.map(number -> " version " + number).orElse("") + " on split '" + split
                + "' yet. Run evaluate first, or name another version or split.");
    }

    static PipelineException cannotBeWritten(Path file, String why) {
        return PipelineException.configuration("The report cannot be written to '" + file + "': " + why
                + ". Name a file in a folder that is there, with --out.");
    }
}
