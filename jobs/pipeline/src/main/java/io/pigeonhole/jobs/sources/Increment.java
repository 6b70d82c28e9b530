package io.pigeonhole.jobs.sources;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a run has to read of an incremental source; nothing of it is read yet.
 *
 * @param parts at least one, if of no rows, so that there are columns
 * @param positions what is read with them, to be written down when they are in the tables
 * @param isWhole whether it is all that the source has, so that nothing of it need be known from before
 * @param size of what is to be read
 * @param figures files and bytes, and how many files there are
 * @param text what it is, for people
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
     * @param replaces whether they stand in the place of rows read before, such as those of a file that was changed; else
     *     they have come to them
     */
    public record Part(Dataset<Row> rows, boolean replaces) {}
}
