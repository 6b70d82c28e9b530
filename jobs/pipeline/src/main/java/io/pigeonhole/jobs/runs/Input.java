package io.pigeonhole.jobs.runs;

import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.jobs.store.TableDefinition;
import java.util.Optional;

/**
 * What a run read.
 *
 * @param name table or source
 * @param version Delta version, where it has one
 * @param fingerprint what tells this state of the input from another
 */
public record Input(String name, Optional<Long> version, String fingerprint) {

    /** A table of the store at the version that it has now. */
    public static Input of(Store store, TableDefinition table, String fingerprint) {
        return new Input(table.name(), Optional.of(store.version(table)), fingerprint);
    }
}
