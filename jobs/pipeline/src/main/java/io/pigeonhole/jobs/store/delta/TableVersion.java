package io.pigeonhole.jobs.store.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.kernel.Scan;
import io.delta.kernel.Table;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.ScanImpl;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * One version of a Delta table, read in this process: its log by Delta Kernel, its files by Kernel's Parquet reader. It
 * needs no Spark session and runs no query, so it suits small tables. Rows are in no particular order.
 */
public final class TableVersion {

    private final Engine engine;
    private final SnapshotImpl snapshot;

    private TableVersion(Engine engine, SnapshotImpl snapshot) {
        this.engine = engine;
        this.snapshot = snapshot;
    }

    /** The newest version; empty if there is no table. */
    public static Optional<TableVersion> latest(Configuration hadoop, String folder) {
        Engine engine = DefaultEngine.create(hadoop);
        try {
            return Optional.of(new TableVersion(
                    engine, (SnapshotImpl) Table.forPath(engine, folder).getLatestSnapshot(engine)));
        } catch (TableNotFoundException e) {
            return Optional.empty();
        }
    }

    /** An earlier version, which must exist. */
    public static TableVersion of(Configuration hadoop, String folder, long version) {
        Engine engine = DefaultEngine.create(hadoop);
        return new TableVersion(
                engine, (SnapshotImpl) Table.forPath(engine, folder).getSnapshotAsOfVersion(engine, version));
    }

    /** Number of the commit. */
    public long number() {
        return snapshot.getVersion();
    }

    /** The columns with their comments. */
    public StructType schema() {
        return (StructType) DataType.fromJson(snapshot.getMetadata().getSchemaString());
    }

    /**
     * The rows that meet any of the conditions; all rows if there are no conditions. Files whose statistics exclude
     * such rows are not opened.
     *
     * @param asked the columns of the rows, in this order; a column that the table lacks is null
     */
    public List<Row> rows(StructType asked, List<? extends RowFilter> conditions) {
        List<Row> rows = new ArrayList<>();
        ScanImpl scan = (ScanImpl) snapshot.getScanBuilder().build();
        io.delta.kernel.data.Row state = scan.getScanState(engine);
        try (CloseableIterator<FilteredColumnarBatch> files = scan.getScanFiles(engine, !conditions.isEmpty())) {
            while (files.hasNext()) {
                for (io.delta.kernel.data.Row file : files.next().getRows().toInMemoryList()) {
                    if (conditions.isEmpty() || mayHold(file, conditions)) {
                        read(state, file, asked, row -> {
                            if (conditions.isEmpty()
                                    || conditions.stream().anyMatch(condition -> condition.isMetBy(row))) {
                                rows.add(row);
                            }
                        });
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("table " + snapshot.getPath() + " cannot be read", e);
        }
        return rows;
    }

    private static boolean mayHold(io.delta.kernel.data.Row file, List<? extends RowFilter> conditions) {
        JsonNode statistics =
                LoggedFiles.statistics(new AddFile(file.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL)));
        return conditions.stream().anyMatch(condition -> condition.mayBeIn(statistics));
    }

    /** The files of this version with their statistics, from the log alone. */
    List<AddFile> files() {
        return LoggedFiles.listed(engine, snapshot);
    }

    /** Whether the table has these columns, and no feature that a writer must respect other than constraints. */
    boolean isPlain(StructType columns) {
        return snapshot.getProtocol().getMinReaderVersion() == 1
                && snapshot.getProtocol().getMinWriterVersion() <= 3
                && snapshot.getPartitionColumnNames().isEmpty()
                && schema().catalogString().equals(columns.catalogString());
    }

    SnapshotImpl snapshot() {
        return snapshot;
    }

    private void read(
            io.delta.kernel.data.Row state, io.delta.kernel.data.Row file, StructType asked, Consumer<Row> rows)
            throws IOException {
        CloseableIterator<ColumnarBatch> physical = engine.getParquetHandler()
                .readParquetFiles(
                        Utils.singletonCloseableIterator(InternalScanFileUtils.getAddFileStatus(file)),
                        ScanStateRow.getPhysicalDataReadSchema(state),
                        Optional.empty())
                .map(FileReadResult::getData);
        try (CloseableIterator<FilteredColumnarBatch> batches =
                Scan.transformPhysicalData(engine, state, file, physical)) {
            while (batches.hasNext()) {
                KernelRows.forEach(batches.next(), asked, rows);
            }
        }
    }
}
