package io.pigeonhole.jobs.store.delta;

import io.delta.kernel.internal.actions.AddFile;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.DeltaOperations;
import org.apache.spark.sql.delta.OptimisticTransaction;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.actions.Action;
import org.apache.spark.sql.delta.actions.FileAction;
import org.apache.spark.sql.delta.actions.RemoveFile;
import org.apache.spark.sql.delta.catalog.DeltaTableV2$;
import org.apache.spark.sql.delta.commands.VacuumCommand$;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SystemClock;
import scala.Console$;
import scala.Option;
import scala.Tuple2;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** The log of a Delta table, and the table's version when this was created. */
public final class TableLog {

    private static final StructType INVENTORY =
            StructType.fromDDL("path STRING, length BIGINT, isDir BOOLEAN, modificationTime BIGINT");

    private final SparkSession spark;
    private final DeltaLog log;
    private final Snapshot snapshot;

    private TableLog(SparkSession spark, Tuple2<DeltaLog, Snapshot> table) {
        this.spark = spark;
        this.log = table._1;
        this.snapshot = table._2;
    }

    /** The log of the table in a folder. */
    public static TableLog of(SparkSession spark, Path folder) {
        return new TableLog(spark, DeltaLog.forTableWithSnapshot(spark, folder));
    }

    /**
     * The log of a table of a catalog.
     *
     * @param schema prefixed by the catalog's name and a dot, unless the catalog is Spark's own
     */
    public static TableLog of(SparkSession spark, String schema, String name) {
        return new TableLog(spark, DeltaLog.forTableWithSnapshot(spark, identifier(schema, name)));
    }

    static TableIdentifier identifier(String schema, String name) {
        int dot = schema.indexOf('.');
        return new TableIdentifier(
                name,
                Option.apply(schema.substring(dot + 1)),
                dot < 0 ? Option.empty() : Option.apply(schema.substring(0, dot)));
    }

    /** Number of the newest commit; -1 if there is none. */
    public long version() {
        return snapshot.version();
    }

    public StructType schema() {
        return snapshot.schema();
    }

    /** Folder of the table. */
    public Path path() {
        return log.dataPath();
    }

    /** The earliest version that can still be reconstructed from the log. */
    public long earliest() {
        return log.history().getEarliestRecreatableCommit();
    }

    /**
     * Names of the files of all these versions: those of the first version and those that later commits added, each
     * read once.
     */
    public Set<String> filesOf(NavigableSet<Long> versions) {
        Set<String> names = new HashSet<>();
        if (versions.isEmpty()) {
            return names;
        }
        LoggedFiles.listed(spark, log, versions.first()).forEach(file -> names.add(name(file.getPath())));
        Map<String, Long> addedAt = new HashMap<>();
        CollectionConverters.asJava(log.getChanges(versions.first() + 1, versions.last(), Option.empty(), false))
                .forEachRemaining(commit -> {
                    long version = (long) commit._1;
                    for (String path : paths(commit._2, RemoveFile.class)) {
                        Long added = addedAt.remove(path);
                        if (added != null && !versions.subSet(added, version).isEmpty()) {
                            names.add(path);
                        }
                    }
                    paths(commit._2, org.apache.spark.sql.delta.actions.AddFile.class)
                            .forEach(path -> addedAt.putIfAbsent(path, version));
                });
        names.addAll(addedAt.keySet());
        return names;
    }

    private static List<String> paths(Seq<Action> commit, Class<? extends FileAction> kind) {
        return CollectionConverters.asJava(commit).stream()
                .filter(kind::isInstance)
                .map(action -> name(kind.cast(action).path()))
                .toList();
    }

    private static String name(String path) {
        return new Path(path).getName();
    }

    /**
     * Creates a table from the files of a version, in one commit without a query. Delta's own clone runs several
     * queries and writes a checkpoint.
     *
     * @return false if it did not, because a file is not plain
     */
    public boolean cloneTo(long version, Path to) {
        List<AddFile> files = LoggedFiles.listed(spark, log, version);
        if (!files.stream().allMatch(LoggedFiles::isPlain)) {
            return false;
        }
        OptimisticTransaction transaction =
                DeltaLog.forTable(spark, to).startTransaction(Option.empty(), Option.empty());
        transaction.updateMetadataForNewTable(log.getSnapshotAt(version, Option.empty(), Option.empty(), false)
                .metadata());
        List<Action> actions = new ArrayList<>();
        for (AddFile file : files) {
            Path path = new Path(log.dataPath(), new Path(URI.create(file.getPath())));
            actions.add(LoggedFiles.added(file, path.toUri().toString()));
        }
        transaction.commit(
                LoggedFiles.seq(actions),
                new DeltaOperations.Clone(log.dataPath().toString(), version));
        return true;
    }

    /**
     * Delta's own vacuum, restricted to these files.
     *
     * @return in a dry run, the paths of the files that it would remove
     */
    public Dataset<Row> vacuum(List<? extends FileStatus> candidates, Duration retention, boolean dryRun) {
        List<Row> rows = candidates.stream()
                .map(file ->
                        RowFactory.create(file.getPath().toString(), file.getLen(), false, file.getModificationTime()))
                .toList();
        // vacuum prints to standard output, which belongs to the commands
        return Console$.MODULE$.withOut(
                OutputStream.nullOutputStream(),
                () -> VacuumCommand$.MODULE$.gc(
                        spark,
                        DeltaTableV2$.MODULE$.apply(
                                spark, log.dataPath(), Map$.MODULE$.<String, String>empty(), "VACUUM"),
                        dryRun,
                        Option.apply((Object) (retention.toMinutes() / 60.0)),
                        Option.apply(spark.createDataFrame(rows, INVENTORY)),
                        Option.empty(),
                        Map$.MODULE$.empty(),
                        new SystemClock()));
    }
}
