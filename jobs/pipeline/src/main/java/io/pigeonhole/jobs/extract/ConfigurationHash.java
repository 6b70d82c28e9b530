package io.pigeonhole.jobs.extract;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.runs.Hashes;
import org.apache.spark.sql.Column;

/**
 * The hash of a part of the configuration, in the column {@code configuration_hash} of the tables about sources.
 * Version 0.1 of Pigeonhole hashed the texts of records; its hashes remain valid.
 *
 * @param now the hash that this version writes
 * @param earlier the hash that version 0.1 wrote for the same configuration
 */
record ConfigurationHash(String now, String earlier) {

    /** @param earlier the text that version 0.1 hashed */
    static ConfigurationHash of(Settings settings, String earlier) {
        return new ConfigurationHash(Hashes.sha256(settings.text()), Hashes.sha256(earlier));
    }

    /** Condition of the rows that were written with this configuration. */
    Column matches() {
        return col("configuration_hash").isin(now, earlier);
    }
}
