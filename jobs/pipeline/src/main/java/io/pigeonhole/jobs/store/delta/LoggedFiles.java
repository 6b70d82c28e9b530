package io.pigeonhole.jobs.store.delta;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.Table;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import scala.Option;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** The files of a table's version with their statistics, from its log alone. */
final class LoggedFiles {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private LoggedFiles() {}

    /** The files of an earlier version. */
    static List<AddFile> listed(SparkSession spark, DeltaLog log, long version) {
        Engine engine = DefaultEngine.create(spark.sparkContext().hadoopConfiguration());
        return listed(engine, Table.forPath(engine, log.dataPath().toString()).getSnapshotAsOfVersion(engine, version));
    }

    static List<AddFile> listed(Engine engine, Snapshot snapshot) {
        Scan scan = snapshot.getScanBuilder().build();
        List<AddFile> files = new ArrayList<>();
        try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine, true)) {
            while (batches.hasNext()) {
                batches.next()
                        .getRows()
                        .map(row -> row.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL))
                        .map(AddFile::new)
                        .toInMemoryList()
                        .forEach(files::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the log of a table cannot be read", e);
        }
        return files;
    }

    /** The files that hold rows of any filter; empty if one of them may hold other rows too, or is not plain. */
    static Optional<List<AddFile>> holding(List<? extends RowFilter> filters, List<AddFile> files) {
        return touched(filters, files)
                .filter(touched -> touched.stream()
                        .map(LoggedFiles::statistics)
                        .allMatch(statistics -> filters.stream().anyMatch(filter -> filter.isAllOf(statistics))));
    }

    /** The files that may hold rows of any filter; empty if one of them is not plain. */
    static Optional<List<AddFile>> touched(List<? extends RowFilter> filters, List<AddFile> files) {
        List<AddFile> touched = new ArrayList<>();
        for (AddFile file : files) {
            JsonNode statistics = statistics(file);
            if (filters.stream().anyMatch(filter -> filter.mayBeIn(statistics))) {
                touched.add(file);
            }
        }
        return touched.stream().allMatch(LoggedFiles::isPlain) ? Optional.of(touched) : Optional.empty();
    }

    static JsonNode statistics(AddFile file) {
        try {
            return MAPPER.readTree(file.getStatsJson().orElse("{}"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the statistics of file " + file.getPath() + " are no JSON", e);
        }
    }

    /** Whether a file is outside partitions and has no deleted rows, like all files that the store writes. */
    static boolean isPlain(AddFile file) {
        return file.getDeletionVector().isEmpty()
                && file.getPartitionValues().getSize() == 0
                && file.getBaseRowId().isEmpty();
    }

    /** The file as an action of Delta's Spark library. */
    static org.apache.spark.sql.delta.actions.AddFile added(AddFile file, String path) {
        return new org.apache.spark.sql.delta.actions.AddFile(
                path,
                Map$.MODULE$.<String, String>empty(),
                file.getSize(),
                file.getModificationTime(),
                file.getDataChange(),
                file.getStatsJson().orElse("{}"),
                Map$.MODULE$.<String, String>empty(),
                null,
                Option.empty(),
                Option.empty(),
                Option.empty(),
                Option.empty(),
                Option.empty());
    }

    static <T> Seq<T> seq(List<T> list) {
        return CollectionConverters.asScala(list).toList();
    }
}
