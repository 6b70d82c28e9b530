package io.pigeonhole.jobs.runs;

import io.pigeonhole.transforms.PipelineException;

/** Errors that a user can cause and mend, each with problem, cause and remedy. */
final class RunsErrors {

    private RunsErrors() {}

    static PipelineException cannotFit(String title, Plan.Need need) {
        return PipelineException.configuration(
                title + " cannot fit. " + need.problem() + " To try it all the same, set plan.refuse = false.");
    }

    static PipelineException notRun(String what) {
        return PipelineException.dataContract(
                "Nothing to build on: " + what + " has not run yet. Run it first, or 'run' for all jobs in order.");
    }

    static PipelineException notDone(String what, RunLog.Entry entry) {
        return PipelineException.dataContract("The latest run of " + what + ", " + entry.runId() + ", is "
                + entry.status() + ", not done. Run it again; nothing is written twice.");
    }
}
