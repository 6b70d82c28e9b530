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

/** How the rows of the sources are judged: all of them compared, or, where they are many, only those that have to be. */
final class Judging {

    /** Of data smaller than this, reading them again is no gain. */
    private static final long LARGE_BYTES = 64L << 20;

    /** Keys of 8 bytes, which every executor holds. */
    private static final int MOST_SHARED = 1_000_000;

    private Judging() {}

    /**
     * The rows judged, what is used several times of them persisted.
     *
     * @param compared whether all are to be compared however many they are
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
