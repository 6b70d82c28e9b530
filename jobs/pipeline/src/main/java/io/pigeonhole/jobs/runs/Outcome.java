package io.pigeonhole.jobs.runs;

import io.pigeonhole.jobs.store.Output;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The outcome of a run.
 *
 * @param outputs tables written
 * @param figures row counts and other figures by name
 * @param summary one line for people
 */
public record Outcome(List<Output> outputs, Map<String, Double> figures, String summary) {

    public Outcome {
        outputs = List.copyOf(outputs);
        figures = new TreeMap<>(figures);
    }
}
