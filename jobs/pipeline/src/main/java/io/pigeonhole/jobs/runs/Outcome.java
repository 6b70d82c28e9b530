package io.pigeonhole.jobs.runs;

import io.pigeonhole.jobs.store.Output;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The outcome of a run.
 *
 * @param outputs tables written
 * @param figures row counts and other figures by name
 * @param summary one line for people
 * @param warnings what people should know before they trust the result: each the problem, its cause and a remedy
 */
public record Outcome(List<Output> outputs, Map<String, Double> figures, String summary, List<String> warnings) {

    public Outcome {
        outputs = List.copyOf(outputs);
        figures = new TreeMap<>(figures);
        warnings = List.copyOf(warnings);
    }

    /** An outcome without warnings. */
    public Outcome(List<Output> outputs, Map<String, Double> figures, String summary) {
        this(outputs, figures, summary, List.of());
    }

    /** The same outcome with more warnings. */
    public Outcome warning(List<String> more) {
        return new Outcome(
                outputs,
                figures,
                summary,
                Stream.concat(warnings.stream(), more.stream()).toList());
    }
}
