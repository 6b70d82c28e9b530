package io.pigeonhole.jobs.runs;

import io.pigeonhole.jobs.store.TableDefinition;

/**
 * One execution of a job.
 *
 * @param id of the run
 * @param identity configuration, upstream runs and inputs that it depends on
 */
public record Run(String id, Identity identity) {

    /** The version at which the run reads an input table. It is fixed, so commits during the run change nothing. */
    public long version(TableDefinition table) {
        return identity.inputs().stream()
                .filter(input -> input.name().equals(table.name()))
                .flatMap(input -> input.version().stream())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("table " + table.name() + " is no input of run " + id));
    }
}
