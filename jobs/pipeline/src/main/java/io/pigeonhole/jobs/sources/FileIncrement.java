package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.store.delta.FileRelation;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The files of a source that are new or changed, by path, length and time of modification. */
final class FileIncrement {

    private final SparkSession spark;
    private final String owner;
    private final FileRelation relation;
    private final List<Position.File> present;

    private FileIncrement(SparkSession spark, String owner, FileRelation relation, List<Position.File> present) {
        this.spark = spark;
        this.owner = owner;
        this.relation = relation;
        this.present = present;
    }

    /**
     * @param present all files of the relation
     * @param isText whether each line is a row
     * @throws PipelineException (data contract) if a file that the run has read was removed or changed
     */
    static Increment of(
            SparkSession spark,
            String owner,
            FileRelation relation,
            List<Position.File> present,
            boolean isText,
            ReadBefore before) {
        return new FileIncrement(spark, owner, relation, present).increment(isText, before);
    }

    private Increment increment(boolean isText, ReadBefore before) {
        Set<Position> known = new HashSet<>(before.byOthers());
        List<Position.File> unread = before.byThis()
                .map(this::again)
                .orElseGet(() ->
                        present.stream().filter(file -> !known.contains(file)).toList());
        Set<String> knownPaths = before.byOthers().stream()
                .filter(Position.File.class::isInstance)
                .map(file -> ((Position.File) file).path())
                .collect(Collectors.toSet());
        Map<Boolean, List<Position.File>> byChange =
                unread.stream().collect(Collectors.partitioningBy(file -> knownPaths.contains(file.path())));
        List<Position.File> changed = byChange.getOrDefault(true, List.of());
        List<Increment.Part> parts = new ArrayList<>();
        parts.add(new Increment.Part(only(byChange.getOrDefault(false, List.of())), false));
        if (!changed.isEmpty()) {
            parts.add(new Increment.Part(only(changed), true));
        }
        return new Increment(
                parts,
                List.copyOf(unread),
                before.byOthers().isEmpty(),
                size(unread, isText),
                figures(unread),
                text(unread, changed.size()));
    }

    /** The files that the run has read. They must still exist unchanged. */
    private List<Position.File> again(List<Position> read) {
        Set<Position> there = new HashSet<>(present);
        return read.stream()
                .map(position -> {
                    if (position instanceof Position.File file && there.contains(file)) {
                        return file;
                    }
                    throw SourcesErrors.fileReplaced(owner, position);
                })
                .toList();
    }

    private Dataset<Row> only(List<Position.File> files) {
        return relation.only(spark, files.stream().map(Position.File::path).collect(Collectors.toSet()), bytes(files));
    }

    private SourceSize size(List<Position.File> files, boolean isText) {
        if (files.isEmpty()) {
            return SourceSize.NOTHING;
        }
        Optional<Path> sample = isText ? Optional.of(new Path(files.get(0).path())) : Optional.empty();
        return SourceSize.ofFiles(spark.sparkContext().hadoopConfiguration(), bytes(files), sample);
    }

    private Map<String, Double> figures(List<Position.File> files) {
        Map<String, Double> figures = new HashMap<>();
        figures.put("files", (double) files.size());
        figures.put("bytes", (double) bytes(files));
        figures.put("files_present", (double) present.size());
        return figures;
    }

    private static long bytes(List<Position.File> files) {
        return files.stream().mapToLong(Position.File::length).sum();
    }

    private String text(List<Position.File> files, int changed) {
        return String.format(
                Locale.ROOT,
                "%,d of %,d files%s",
                files.size(),
                present.size(),
                changed == 0 ? "" : String.format(Locale.ROOT, ", %,d of them changed", changed));
    }
}
