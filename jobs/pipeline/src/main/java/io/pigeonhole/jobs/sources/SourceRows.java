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
 * The rows of a source, mapped but not yet checked.
 *
 * @param raw the columns of {@link Columns}, then the mapped fields under their names and with their types
 * @param inputs inputs that were read
 * @param figures counts of the source, by name
 * @param increment the new data of an incremental source
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
