package io.pigeonhole.jobs.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.kernel.Scan;
import io.delta.kernel.Table;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.DeltaOperations;
import org.apache.spark.sql.delta.DeltaTableReadPredicate;
import org.apache.spark.sql.delta.OptimisticTransaction;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.actions.Action;
import org.apache.spark.sql.delta.actions.AddFile;
import org.apache.spark.sql.delta.actions.FileAction;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Rows that take the place of others by whole files: one commit that looks into no file and runs no query but the one that
 * writes. Delta's own overwrite with {@code replaceWhere} runs several, which take most of the time of a small write.
 *
 * @param replaced the rows to replace: those that meet any of these
 */
record Replacement(List<RowCondition> replaced) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    Replacement {
        replaced = List.copyOf(replaced);
    }

    /** The rows to replace as a condition of SQL. */
    String condition() {
        return replaced.stream().map(RowCondition::sql).collect(Collectors.joining(" OR "));
    }

    /**
     * Commits, unless a file may hold both rows to replace and others. What is committed in the meantime conflicts as it
     * does with Delta's own overwrite, since the condition counts as read.
     *
     * @param table where it lies
     * @param rows all columns of the table, in its types
     * @param check made when the rows are written and not yet committed
     * @return whether it committed
     */
    boolean commit(SparkSession spark, Path table, Dataset<Row> rows, Runnable check) {
        DeltaLog log = DeltaLog.forTable(spark, table);
        OptimisticTransaction transaction = log.startTransaction(Option.empty(), Option.empty());
        Snapshot snapshot = transaction.snapshot();
        Optional<List<AddFile>> files = files(spark, log, snapshot.version());
        if (files.isEmpty()) {
            return false;
        }
        transaction
                .readPredicates()
                .add(new DeltaTableReadPredicate(
                        seq(List.of()), seq(List.of(resolved(spark, snapshot.schema()))), false));
        transaction.readFiles().addAll(files.get());
        List<Action> actions = new ArrayList<>();
        for (FileAction added : CollectionConverters.asJava(transaction.writeFiles(rows))) {
            actions.add(added);
        }
        files.get().forEach(file -> actions.add(file.remove()));
        check.run();
        transaction.commit(
                seq(actions),
                new DeltaOperations.Write(
                        SaveMode.Overwrite,
                        Option.empty(),
                        Option.apply(condition()),
                        Option.empty(),
                        Option.empty(),
                        Option.empty(),
                        Option.empty(),
                        Option.empty(),
                        Option.empty()));
        return true;
    }

    private Expression resolved(SparkSession spark, StructType schema) {
        Dataset<Row> none = spark.createDataFrame(List.of(), schema).filter(condition());
        return ((Filter) ((org.apache.spark.sql.classic.Dataset<Row>) none)
                        .queryExecution()
                        .analyzed())
                .condition();
    }

    /** The files that hold rows to replace; nothing if one of them may hold other rows too, or is not as ours are. */
    private Optional<List<AddFile>> files(SparkSession spark, DeltaLog log, long version) {
        List<AddFile> files = new ArrayList<>();
        for (io.delta.kernel.internal.actions.AddFile file : listed(spark, log, version)) {
            JsonNode statistics = statistics(file);
            if (replaced.stream().anyMatch(condition -> condition.mayBeIn(statistics))) {
                if (!isPlain(file) || replaced.stream().noneMatch(condition -> condition.isAllOf(statistics))) {
                    return Optional.empty();
                }
                files.add(added(file, file.getPath()));
            }
        }
        return Optional.of(files);
    }

    /** The files of an earlier version. */
    static List<io.delta.kernel.internal.actions.AddFile> listed(SparkSession spark, DeltaLog log, long version) {
        Engine engine = DefaultEngine.create(spark.sparkContext().hadoopConfiguration());
        return listed(engine, Table.forPath(engine, log.dataPath().toString()).getSnapshotAsOfVersion(engine, version));
    }

    /** The files of a table's version, with their statistics, from its log alone. */
    static List<io.delta.kernel.internal.actions.AddFile> listed(Engine engine, io.delta.kernel.Snapshot snapshot) {
        Scan scan = snapshot.getScanBuilder().build();
        List<io.delta.kernel.internal.actions.AddFile> files = new ArrayList<>();
        try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine, true)) {
            while (batches.hasNext()) {
                batches.next()
                        .getRows()
                        .map(row -> row.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL))
                        .map(io.delta.kernel.internal.actions.AddFile::new)
                        .toInMemoryList()
                        .forEach(files::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the log of a table cannot be read", e);
        }
        return files;
    }

    static JsonNode statistics(io.delta.kernel.internal.actions.AddFile file) {
        try {
            return MAPPER.readTree(file.getStatsJson().orElse("{}"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the statistics of file " + file.getPath() + " are no JSON", e);
        }
    }

    /** Whether a file is in no partition and has no rows deleted, as the store writes it. */
    private static boolean isPlain(io.delta.kernel.internal.actions.AddFile file) {
        return file.getDeletionVector().isEmpty()
                && file.getPartitionValues().getSize() == 0
                && file.getBaseRowId().isEmpty();
    }

    /**
     * Makes a table of the files of another one's version, in one commit that runs no query; Delta's own clone runs several,
     * and writes a checkpoint.
     *
     * @return whether it did, which it does not where a file is not as ours are
     */
    static boolean cloned(SparkSession spark, DeltaLog log, long version, Path to) {
        List<io.delta.kernel.internal.actions.AddFile> files = listed(spark, log, version);
        if (!files.stream().allMatch(Replacement::isPlain)) {
            return false;
        }
        OptimisticTransaction transaction =
                DeltaLog.forTable(spark, to).startTransaction(Option.empty(), Option.empty());
        transaction.updateMetadataForNewTable(log.getSnapshotAt(version, Option.empty(), Option.empty(), false)
                .metadata());
        List<Action> actions = new ArrayList<>();
        for (io.delta.kernel.internal.actions.AddFile file : files) {
            Path path = new Path(log.dataPath(), new Path(URI.create(file.getPath())));
            actions.add(added(file, path.toUri().toString()));
        }
        transaction.commit(
                seq(actions), new DeltaOperations.Clone(log.dataPath().toString(), version));
        return true;
    }

    /** As Spark's side of Delta has it. */
    private static AddFile added(io.delta.kernel.internal.actions.AddFile file, String path) {
        return new AddFile(
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

    private static <T> Seq<T> seq(List<T> list) {
        return CollectionConverters.asScala(list).toList();
    }
}
