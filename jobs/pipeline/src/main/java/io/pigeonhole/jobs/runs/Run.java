package io.pigeonhole.jobs.runs;

import io.pigeonhole.jobs.store.TableDefinition;

/**
 * One execution of a job.
 *
 * @param id names the run
 * @param identity what it depends on
 */
public record Run(String id, Identity identity) {

    /** The version at which an input table is read, so that a commit in between changes nothing. */
    public long version(TableDefinition table) {
        return identity.inputs().stream()
                .filter(input -> input.name().equals(table.name()))
                .flatMap(input -> input.version().stream())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("table " + table.name() + " is no input of run " + id));
    }
}
