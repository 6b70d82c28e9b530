package io.pigeonhole.jobs.store.delta;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.FileStatusWithMetadata;
import org.apache.spark.sql.execution.datasources.PartitionDirectory;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Some of the files of an index, with the columns and folder partitions of the whole index. */
final class FewFiles implements FileIndex {

    private final FileIndex all;
    private final Set<String> paths;
    private final long bytes;

    FewFiles(FileIndex all, Set<String> paths, long bytes) {
        this.all = all;
        this.paths = Set.copyOf(paths);
        this.bytes = bytes;
    }

    @Override
    public Seq<Path> rootPaths() {
        return all.rootPaths();
    }

    @Override
    public Seq<PartitionDirectory> listFiles(Seq<Expression> partitionFilters, Seq<Expression> dataFilters) {
        List<PartitionDirectory> kept = new ArrayList<>();
        for (PartitionDirectory folder : CollectionConverters.asJava(all.listFiles(partitionFilters, dataFilters))) {
            List<FileStatusWithMetadata> files = CollectionConverters.asJava(folder.files()).stream()
                    .filter(file -> paths.contains(file.getPath().toString()))
                    .toList();
            if (!files.isEmpty()) {
                kept.add(new PartitionDirectory(
                        folder.values(), CollectionConverters.asScala(files).toList()));
            }
        }
        return CollectionConverters.asScala(kept).toList();
    }

    @Override
    public String[] inputFiles() {
        return paths.stream()
                .map(path -> new Path(path).toUri().toString())
                .sorted()
                .toArray(String[]::new);
    }

    /** Does nothing: the list of files is fixed. */
    @Override
    public void refresh() {}

    @Override
    public long sizeInBytes() {
        return bytes;
    }

    @Override
    public StructType partitionSchema() {
        return all.partitionSchema();
    }
}
