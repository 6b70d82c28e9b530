package io.pigeonhole.jobs.extract;

import io.pigeonhole.jobs.store.delta.QueryPlan;
import io.pigeonhole.transforms.cleaning.Cleaned;
import io.pigeonhole.transforms.cleaning.Cleaning;
import io.pigeonhole.transforms.cleaning.CleaningRules;
import io.pigeonhole.transforms.cleaning.UniqueRows;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** Judges the rows of the sources. Compares all of them or, if there are many, only those that need it. */
final class Judging {

    /** For smaller data, reading them again costs more than it saves. */
    private static final long LARGE_BYTES = 64L << 20;

    /** Largest number of keys of 8 bytes; every executor holds all of them. */
    private static final int MOST_SHARED = 1_000_000;

    private Judging() {}

    /**
     * Judges the rows; persists the part of the result that is used several times.
     *
     * @param compared whether to compare all rows, even if there are many
     * @param known examples to compare them with
     */
    static Cleaned judge(Dataset<Row> raw, CleaningRules rules, boolean compared, Optional<Dataset<Row>> known) {
        if (known.isPresent()) {
            return Cleaning.clean(raw, rules, known.get()).persist(StorageLevel.MEMORY_AND_DISK());
        }
        Optional<Cleaned> apart = !compared && QueryPlan.isRepeatable(raw) && QueryPlan.bytes(raw) >= LARGE_BYTES
                ? UniqueRows.clean(raw, rules, MOST_SHARED)
                : Optional.empty();
        return apart.orElseGet(() -> Cleaning.clean(raw, rules)).persist(StorageLevel.MEMORY_AND_DISK());
    }
}
