package io.pigeonhole.jobs.store.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.kernel.internal.actions.AddFile;
import java.net.URI;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.In;
import org.apache.spark.sql.catalyst.expressions.InSet;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Or;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.FileStatusWithMetadata;
import org.apache.spark.sql.execution.datasources.PartitionDirectory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The files of a version of a Delta table, for Spark to read. Delta's own index runs a query over the log before each query
 * over the table; this one leaves out files by the statistics in the process. It looks at equalities with texts and
 * integers, which are what the store's queries filter by.
 */
final class VersionFiles implements FileIndex {

    private static final long BLOCK = 128L << 20;

    private final String folder;
    private final long version;
    private final List<AddFile> files;

    /** @param files all of the version, plain ones */
    VersionFiles(String folder, long version, List<AddFile> files) {
        this.folder = folder;
        this.version = version;
        this.files = List.copyOf(files);
    }

    @Override
    public Seq<Path> rootPaths() {
        return LoggedFiles.seq(List.of(new Path(folder)));
    }

    @Override
    public Seq<PartitionDirectory> listFiles(Seq<Expression> partitionFilters, Seq<Expression> dataFilters) {
        List<Expression> filters = CollectionConverters.asJava(dataFilters);
        List<FileStatusWithMetadata> kept = files.stream()
                .filter(file -> mayMatch(file, filters))
                .map(this::status)
                .toList();
        return LoggedFiles.seq(List.of(new PartitionDirectory(InternalRow.empty(), LoggedFiles.seq(kept))));
    }

    private FileStatusWithMetadata status(AddFile file) {
        FileStatus status =
                new FileStatus(file.getSize(), false, 1, BLOCK, file.getModificationTime(), path(file.getPath()));
        return new FileStatusWithMetadata(status, Map$.MODULE$.<String, Object>empty());
    }

    /** @param logged a path as the log has it: escaped, and relative to the table */
    private Path path(String logged) {
        Path path = new Path(URI.create(logged));
        return path.isAbsolute() ? path : new Path(folder, path);
    }

    private static boolean mayMatch(AddFile file, List<Expression> filters) {
        if (filters.isEmpty()) {
            return true;
        }
        JsonNode statistics = LoggedFiles.statistics(file);
        return filters.stream().allMatch(filter -> mayMatch(statistics, filter));
    }

    private static boolean mayMatch(JsonNode statistics, Expression filter) {
        if (filter instanceof And both) {
            return mayMatch(statistics, both.left()) && mayMatch(statistics, both.right());
        } else if (filter instanceof Or either) {
            return mayMatch(statistics, either.left()) || mayMatch(statistics, either.right());
        } else if (filter instanceof EqualTo equal && equal.left() instanceof Attribute column) {
            return mayEqual(statistics, column, equal.right());
        } else if (filter instanceof EqualTo equal && equal.right() instanceof Attribute column) {
            return mayEqual(statistics, column, equal.left());
        } else if (filter instanceof In in && in.value() instanceof Attribute column) {
            return CollectionConverters.asJava(in.list()).stream()
                    .anyMatch(value -> mayEqual(statistics, column, value));
        } else if (filter instanceof InSet in && in.child() instanceof Attribute column) {
            return CollectionConverters.asJava(in.hset()).stream()
                    .anyMatch(value -> mayHold(statistics, column, value));
        }
        return true;
    }

    private static boolean mayEqual(JsonNode statistics, Attribute column, Expression value) {
        return !(value instanceof Literal literal) || mayHold(statistics, column, literal.value());
    }

    /** A comparison with null is never true. */
    private static boolean mayHold(JsonNode statistics, Attribute column, @Nullable Object value) {
        if (value instanceof UTF8String text) {
            return Bounds.include(statistics, column.name(), text.toString());
        }
        return value != null
                && (!(value instanceof Integer || value instanceof Long)
                        || Bounds.include(statistics, column.name(), value));
    }

    @Override
    public String[] inputFiles() {
        return files.stream()
                .map(file -> path(file.getPath()).toUri().toString())
                .sorted()
                .toArray(String[]::new);
    }

    /** Does nothing: the files of a version stay. */
    @Override
    public void refresh() {}

    @Override
    public long sizeInBytes() {
        return files.stream().mapToLong(AddFile::getSize).sum();
    }

    @Override
    public StructType partitionSchema() {
        return new StructType();
    }

    /** Indexes of the same version are equal, so that Spark sees where one query reads it twice. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VersionFiles same && folder.equals(same.folder) && version == same.version;
    }

    @Override
    public int hashCode() {
        return folder.hashCode() + Long.hashCode(version);
    }

    @Override
    public String toString() {
        return folder + " version " + version;
    }
}
