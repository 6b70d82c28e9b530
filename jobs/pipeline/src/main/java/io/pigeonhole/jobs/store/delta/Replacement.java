package io.pigeonhole.jobs.store.delta;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import scala.jdk.javaapi.CollectionConverters;

/**
 * A replacement of rows by whole files: one commit that opens no existing file and runs only the query that writes.
 * Delta's own overwrite with {@code replaceWhere} runs several queries, which take most of the time of a small write.
 *
 * @param replaced the rows to replace: those that meet any of these
 */
public record Replacement(List<RowFilter> replaced) {

    public Replacement {
        replaced = List.copyOf(replaced);
    }

    /**
     * The result of a commit.
     *
     * @param version of the table
     * @param rows written; empty if a file has no statistics
     */
    public record Commit(long version, Optional<Long> rows) {}

    /** The rows to replace, as an SQL condition. */
    public String condition() {
        return RowFilter.sql(replaced);
    }

    /**
     * Commits, unless a file may hold both rows to replace and others. Concurrent commits conflict as they do with
     * Delta's own overwrite, since the condition counts as read.
     *
     * @param table folder of the table
     * @param rows all columns of the table, in its types
     * @param check runs after the rows are written and before the commit
     * @return the commit; empty if there was none
     */
    public Optional<Commit> commit(SparkSession spark, Path table, Dataset<Row> rows, Runnable check) {
        DeltaLog log = DeltaLog.forTable(spark, table);
        OptimisticTransaction transaction = log.startTransaction(Option.empty(), Option.empty());
        Snapshot snapshot = transaction.snapshot();
        Optional<List<AddFile>> files = files(spark, log, snapshot.version());
        if (files.isEmpty()) {
            return Optional.empty();
        }
        transaction
                .readPredicates()
                .add(new DeltaTableReadPredicate(
                        LoggedFiles.seq(List.of()),
                        LoggedFiles.seq(List.of(resolved(spark, snapshot.schema()))),
                        false));
        transaction.readFiles().addAll(files.get());
        List<Action> actions = new ArrayList<>();
        long written = 0;
        boolean isCounted = true;
        for (FileAction action : CollectionConverters.asJava(transaction.writeFiles(rows))) {
            actions.add(action);
            if (action instanceof AddFile added) {
                Option<Object> count = added.numLogicalRecords();
                isCounted &= count.isDefined();
                written += count.isDefined() ? (Long) count.get() : 0;
            }
        }
        files.get().forEach(file -> actions.add(file.remove()));
        check.run();
        long version = transaction.commit(
                LoggedFiles.seq(actions),
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
        return Optional.of(new Commit(version, isCounted ? Optional.of(written) : Optional.empty()));
    }

    private Expression resolved(SparkSession spark, StructType schema) {
        Dataset<Row> none = spark.createDataFrame(List.of(), schema).filter(condition());
        return ((Filter) QueryPlan.analyzed(none)).condition();
    }

    /** The files to replace, as Spark's side of Delta has them; empty if one may hold other rows too. */
    private Optional<List<AddFile>> files(SparkSession spark, DeltaLog log, long version) {
        return LoggedFiles.holding(replaced, LoggedFiles.listed(spark, log, version))
                .map(files -> files.stream()
                        .map(file -> LoggedFiles.added(file, file.getPath()))
                        .toList());
    }
}
