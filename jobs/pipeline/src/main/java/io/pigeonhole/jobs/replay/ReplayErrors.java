package io.pigeonhole.jobs.replay;

import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.transforms.PipelineException;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class ReplayErrors {

    private ReplayErrors() {}

    static PipelineException noRun(String id) {
        return PipelineException.configuration("There is no run '" + id
                + "' in the table runs of this store. Give an id" + " from its column run_id.");
    }

    static PipelineException impossible(PastRun past, String reason) {
        return PipelineException.dataContract("Run " + past.id() + " cannot be replayed: " + reason + ".");
    }

    static PipelineException versionGone(PastRun run, long version, TableDefinition table) {
        return PipelineException.dataContract("Run " + run.id() + " cannot be replayed: version " + version
                + " of the table " + table.name() + " is gone, removed by a vacuum or after a 'forget'.");
    }
}
