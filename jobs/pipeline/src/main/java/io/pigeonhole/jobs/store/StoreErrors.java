package io.pigeonhole.jobs.store;

import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Errors that a user can cause and mend, each with problem, cause and remedy. */
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

    static PipelineException newerFormat(String store, int format) {
        return PipelineException.dataContract(
                "The store " + store + " was written by a newer version of Pigeonhole: its format is " + format
                        + ", and this version knows formats up to " + FormatMarks.CURRENT
                        + ". Use that version or a later one, or give the pipeline a store.root of its own.");
    }

    static PipelineException columnsMissing(String location, List<String> missing) {
        return PipelineException.dataContract("Table " + location + " lacks the columns " + String.join(", ", missing)
                + ": it was written for another configuration, or by another version. "
                + "Use a store.root of its own for this configuration.");
    }

    static PipelineException columnsConflict(String location, List<String> conflicting) {
        return PipelineException.dataContract("Table " + location + " has the columns " + String.join(", ", conflicting)
                + ": it was written for another configuration, or by another version, and the type of a column"
                + " cannot be changed. Use a store.root of its own for this configuration, or the version of"
                + " Pigeonhole that wrote the store.");
    }

    static PipelineException constraintNotMet(long rows, TableDefinition table, Map.Entry<String, String> rule) {
        return PipelineException.dataContract(String.format(
                "The store cannot be brought up to date: %,d rows of table %s do not meet the constraint %s of"
                        + " this version, %s. Nothing was changed. Correct or delete these rows, or go on with"
                        + " the version that wrote them.",
                rows, table.name(), rule.getKey(), rule.getValue()));
    }
}
