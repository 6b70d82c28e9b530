package io.pigeonhole.jobs.store.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.kernel.internal.actions.AddFile;
import java.util.List;
import java.util.Optional;

/**
 * The size of a table, from its log.
 *
 * @param version of the table
 * @param files number of files of this version
 * @param bytes of these files
 * @param rows in these files; empty if a file has no statistics
 */
public record TableSize(long version, int files, long bytes, Optional<Long> rows) {

    /** The size of a version. */
    public static TableSize of(TableVersion version) {
        List<AddFile> files = version.files();
        long bytes = 0;
        long rows = 0;
        boolean known = true;
        for (AddFile file : files) {
            bytes += file.getSize();
            JsonNode records = LoggedFiles.statistics(file).path("numRecords");
            known &= records.isIntegralNumber();
            rows += records.asLong();
        }
        return new TableSize(version.number(), files.size(), bytes, known ? Optional.of(rows) : Optional.empty());
    }

    /** Average bytes of a row, compressed; empty if there are no rows or their number is unknown. */
    public Optional<Double> bytesPerRow() {
        return rows.filter(count -> count > 0).map(count -> (double) bytes / count);
    }
}
