package io.pigeonhole.jobs.sources;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The part of an incremental source that a run has to read. No rows are read yet.
 *
 * @param parts at least one, even without rows, so that there are columns
 * @param positions the files or version that the parts cover, to be recorded once their rows are in the tables
 * @param isWhole whether the parts are the whole source, so that earlier rows are not needed
 * @param size of the parts
 * @param figures number of files and bytes to read
 * @param text description for people
 */
public record Increment(
        List<Part> parts,
        List<Position> positions,
        boolean isWhole,
        SourceSize size,
        Map<String, Double> figures,
        String text) {

    public Increment {
        parts = List.copyOf(parts);
        positions = List.copyOf(positions);
        figures = new TreeMap<>(figures);
    }

    /**
     * Rows with the columns of the source.
     *
     * @param replaces whether they replace rows read before, such as those of a changed file; otherwise they are new
     *     rows
     */
    public record Part(Dataset<Row> rows, boolean replaces) {}
}
