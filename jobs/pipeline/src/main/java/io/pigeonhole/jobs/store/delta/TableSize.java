package io.pigeonhole.jobs.store.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.kernel.Snapshot;
import io.delta.kernel.Table;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.internal.actions.AddFile;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The size of a table, from its log.
 *
 * @param version of the table
 * @param files number of files of this version
 * @param bytes of these files
 * @param rows in these files; empty if a file has no statistics
 */
public record TableSize(long version, int files, long bytes, Optional<Long> rows) {

    /**
     * The size of a table's newest version; empty if there is no table.
     *
     * @param exists whether the table exists, called if the log cannot be read
     */
    public static Optional<TableSize> of(Configuration hadoop, Path table, BooleanSupplier exists) {
        Engine engine = DefaultEngine.create(hadoop);
        try {
            return Optional.of(
                    of(engine, Table.forPath(engine, table.toString()).getLatestSnapshot(engine)));
        } catch (KernelException e) {
            if (exists.getAsBoolean()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static TableSize of(Engine engine, Snapshot snapshot) {
        List<AddFile> files = LoggedFiles.listed(engine, snapshot);
        long bytes = 0;
        long rows = 0;
        boolean known = true;
        for (AddFile file : files) {
            bytes += file.getSize();
            JsonNode records = LoggedFiles.statistics(file).path("numRecords");
            known &= records.isIntegralNumber();
            rows += records.asLong();
        }
        return new TableSize(snapshot.getVersion(), files.size(), bytes, known ? Optional.of(rows) : Optional.empty());
    }

    /** Average bytes of a row, compressed; empty if there are no rows or their number is unknown. */
    public Optional<Double> bytesPerRow() {
        return rows.filter(count -> count > 0).map(count -> (double) bytes / count);
    }
}
