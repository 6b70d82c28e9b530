package io.pigeonhole.jobs.configuration;

import io.pigeonhole.transforms.PipelineException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which columns of a source become which columns of {@code examples}.
 *
 * @param id identifies the example; where there is none, a hash of the content does
 * @param label the class, as one column
 * @param path the class as a path of levels in one column, such as {@code animals/birds/finch}
 * @param pathSeparator separates the levels of {@code path}
 * @param levels the class as several columns, from the top level to the leaf
 * @param eventTime when what the row describes happened
 * @param labelTime when the label became known
 * @param fields further columns to keep, name in {@code examples} to name in the source: features, group, given split
 */
public record ColumnMapping(
        Optional<String> id,
        Optional<String> label,
        Optional<String> path,
        String pathSeparator,
        List<String> levels,
        Optional<String> eventTime,
        Optional<String> labelTime,
        Map<String, String> fields) {

    public ColumnMapping {
        fields = new TreeMap<>(fields);
        int labels = (label.isPresent() ? 1 : 0) + (path.isPresent() ? 1 : 0) + (levels.isEmpty() ? 0 : 1);
        if (labels > 1) {
            throw PipelineException.configuration("gives the label more than once; keep one of label, path and levels");
        }
        if (fields.isEmpty()) {
            throw PipelineException.configuration("maps no field; name at least one, such as fields { text = text }");
        }
    }
}
