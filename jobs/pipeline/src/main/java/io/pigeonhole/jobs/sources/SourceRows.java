package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.transforms.Columns;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows of a source, mapped but not judged.
 *
 * @param raw the columns of {@link Columns}, then the mapped fields under their names and with their types
 * @param inputs what was read
 * @param figures what the source counted, by name
 * @param increment what was new, of an incremental source
 */
public record SourceRows(
        Dataset<Row> raw, List<Input> inputs, Map<String, Double> figures, Optional<Increment> increment) {

    public SourceRows {
        inputs = List.copyOf(inputs);
        figures = new TreeMap<>(figures);
    }

    SourceRows(Dataset<Row> raw, List<Input> inputs, Map<String, Double> figures) {
        this(raw, inputs, figures, Optional.empty());
    }
}
