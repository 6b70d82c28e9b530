package io.pigeonhole.jobs.runs;

import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.jobs.store.TableDefinition;
import java.util.Optional;

/**
 * An input of a run.
 *
 * @param name table or source
 * @param version Delta version, if it has one
 * @param fingerprint identifies this state of the input
 */
public record Input(String name, Optional<Long> version, String fingerprint) {

    /** A table of the store at its present version. */
    public static Input of(Store store, TableDefinition table, String fingerprint) {
        return new Input(table.name(), Optional.of(store.version(table)), fingerprint);
    }
}
