package io.pigeonhole.jobs.store;

import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.time.Duration;

/** What a user can cause here and mend, with problem, cause and remedy. */
final class StoreErrors {

    private StoreErrors() {}

    static PipelineException inUse(String store, String holder, Duration silence, Lease.Timing timing) {
        return PipelineException.busy("The store " + store + " is in use by " + holder + "; it was last heard of "
                + silence.toSeconds() + " s ago. One process at a time writes"
                + " to a store. Run this again when that one has ended, let it wait longer (store.wait_seconds, now "
                + timing.patience().toSeconds()
                + "), or give the pipeline a store.root of its own. Of a process that has" + " died, the store is free "
                + timing.expiry().toSeconds() + " s after it was last heard of.");
    }

    static PipelineException lost(String store, String successor, Duration expiry) {
        return PipelineException.busy("This process has lost the store " + store + ": nothing was heard of it for "
                + expiry.toSeconds() + " s, and it was taken for dead by " + successor
                + ". Nothing more is written. Run it again when that one has ended.");
    }

    static PipelineException backtick(String folder) {
        return PipelineException.configuration("The folder '" + folder
                + "' has a backtick in its name, which Delta cannot quote. Give store.root another one.");
    }

    static PipelineException folderCannotBeUsed(String folder, IOException e) {
        return PipelineException.configuration("The folder '" + folder + "' cannot be used: " + e.getMessage()
                + ". Correct store.root, or give Spark what it needs to reach that file system.");
    }

    static PipelineException noTable(String location) {
        return PipelineException.dataContract("There is no table " + location
                + " yet. Run the job that writes it first, or 'run' for all of them in order.");
    }
}
