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
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.immutable.Map$;

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
        read(asked, file -> {
            JsonNode statistics = LoggedFiles.statistics(file);
            return conditions.isEmpty() || conditions.stream().anyMatch(condition -> condition.mayBeIn(statistics))
                    ? Optional.of(row -> {
                        if (conditions.isEmpty() || conditions.stream().anyMatch(condition -> condition.isMetBy(row))) {
                            rows.add(row);
                        }
                        return true;
                    })
                    : Optional.empty();
        });
        return rows;
    }

    /** Of the files that may hold rows that meet any of the conditions, but not those alone, the other rows. */
    List<Row> otherRows(StructType asked, List<? extends RowFilter> conditions) {
        List<Row> rows = new ArrayList<>();
        read(asked, file -> {
            JsonNode statistics = LoggedFiles.statistics(file);
            boolean isMixed = conditions.stream().anyMatch(condition -> condition.mayBeIn(statistics))
                    && conditions.stream().noneMatch(condition -> condition.isAllOf(statistics));
            return isMixed
                    ? Optional.of(row -> {
                        if (conditions.stream().noneMatch(condition -> condition.isMetBy(row))) {
                            rows.add(row);
                        }
                        return true;
                    })
                    : Optional.empty();
        });
        return rows;
    }

    /**
     * The values that a text column has in the rows that meet a condition. A file is opened only if its statistics do not
     * tell, and no further than necessary.
     *
     * @param asked the column and those of the condition
     */
    public NavigableSet<String> values(String column, StructType asked, RowFilter condition) {
        NavigableSet<String> values = new TreeSet<>();
        read(asked, file -> {
            JsonNode statistics = LoggedFiles.statistics(file);
            Optional<String> only = Bounds.only(statistics, column);
            if (condition.isAllOf(statistics)) {
                only.ifPresent(values::add);
            }
            if (!condition.mayBeIn(statistics) || only.filter(values::contains).isPresent()) {
                return Optional.empty();
            }
            return Optional.of(row -> {
                if (!condition.isMetBy(row) || row.getAs(column) == null) {
                    return true;
                }
                values.add(row.getAs(column));
                return only.isEmpty();
            });
        });
        return values;
    }

    /**
     * Reads files, and of these only the columns that are asked for.
     *
     * @param receivers gives for each file what receives its rows and says whether more are wanted; empty if none are
     */
    private void read(StructType asked, Function<AddFile, Optional<Predicate<Row>>> receivers) {
        List<String> names = List.of(asked.fieldNames());
        ScanImpl scan = (ScanImpl) snapshot.getScanBuilder()
                .withReadSchema(new io.delta.kernel.types.StructType(snapshot.getSchema().fields().stream()
                        .filter(field -> names.contains(field.getName()))
                        .toList()))
                .build();
        io.delta.kernel.data.Row state = scan.getScanState(engine);
        try (CloseableIterator<FilteredColumnarBatch> files = scan.getScanFiles(engine, true)) {
            while (files.hasNext()) {
                for (io.delta.kernel.data.Row row : files.next().getRows().toInMemoryList()) {
                    AddFile file = new AddFile(row.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL));
                    Optional<Predicate<Row>> receiver = receivers.apply(file);
                    if (receiver.isPresent()) {
                        read(state, row, asked, receiver.get());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("table " + snapshot.getPath() + " cannot be read", e);
        }
    }

    /**
     * The rows as a query, which reads the files that this process has listed; empty if the table has features that only
     * Delta's own reader knows.
     */
    public Optional<Dataset<Row>> query(SparkSession spark) {
        List<AddFile> files = files();
        if (snapshot.getProtocol().getMinReaderVersion() != 1
                || !snapshot.getPartitionColumnNames().isEmpty()
                || !files.stream().allMatch(LoggedFiles::isPlain)) {
            return Optional.empty();
        }
        HadoopFsRelation relation = new HadoopFsRelation(
                new VersionFiles(snapshot.getPath(), number(), files),
                new StructType(),
                schema(),
                Option.empty(),
                new ParquetFileFormat(),
                Map$.MODULE$.<String, String>empty(),
                (org.apache.spark.sql.classic.SparkSession) spark);
        return Optional.of(((org.apache.spark.sql.classic.SparkSession) spark).baseRelationToDataFrame(relation));
    }

    /** The latest number of a series of changes; -1 if there is none. */
    long transaction(String series) {
        return snapshot.getLatestTransactionVersion(engine, series).orElse(-1L);
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
            io.delta.kernel.data.Row state, io.delta.kernel.data.Row file, StructType asked, Predicate<Row> wantsMore)
            throws IOException {
        CloseableIterator<ColumnarBatch> physical = engine.getParquetHandler()
                .readParquetFiles(
                        Utils.singletonCloseableIterator(InternalScanFileUtils.getAddFileStatus(file)),
                        ScanStateRow.getPhysicalDataReadSchema(state),
                        Optional.empty())
                .map(FileReadResult::getData);
        try (CloseableIterator<FilteredColumnarBatch> batches =
                Scan.transformPhysicalData(engine, state, file, physical)) {
            boolean isWanted = true;
            while (isWanted && batches.hasNext()) {
                isWanted = KernelRows.forEach(batches.next(), asked, wantsMore);
            }
        }
    }
}
