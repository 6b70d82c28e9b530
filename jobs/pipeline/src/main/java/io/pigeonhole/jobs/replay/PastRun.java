package io.pigeonhole.jobs.replay;

import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * A run, from its row in the table {@code runs}.
 *
 * @param lineage ids of the runs upstream of it, direct and indirect
 */
public record PastRun(
        String id,
        String job,
        String subject,
        String status,
        String configurationHash,
        String codeVersion,
        List<String> upstream,
        List<Input> inputs,
        List<Output> outputs,
        Set<String> lineage) {

    public PastRun {
        upstream = List.copyOf(upstream);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        lineage = Set.copyOf(lineage);
    }

    /**
     * Finds the run with this id.
     *
     * @throws PipelineException (configuration) if there is no such run
     */
    public static PastRun find(Session session, String id) {
        Map<String, Row> runs = session.store().readOrEmpty(RunTables.RUNS).collectAsList().stream()
                .collect(Collectors.toMap(run -> run.getAs("run_id"), Function.identity()));
        Row run = runs.get(id);
        if (run == null) {
            throw ReplayErrors.noRun(id);
        }
        List<Input> inputs = new ArrayList<>();
        for (Row input : run.<Row>getList(run.fieldIndex("inputs"))) {
            Optional<Long> version = input.isNullAt(1) ? Optional.empty() : Optional.of(input.getLong(1));
            inputs.add(new Input(input.getString(0), version, input.getString(2)));
        }
        List<Output> outputs = new ArrayList<>();
        for (Row output : run.<Row>getList(run.fieldIndex("outputs"))) {
            outputs.add(new Output(output.getString(0), output.getLong(1), output.getLong(2)));
        }
        return new PastRun(
                id,
                run.getAs("job"),
                run.getAs("subject"),
                run.getAs("status"),
                run.getAs("configuration_hash"),
                run.getAs("code_version"),
                run.getList(run.fieldIndex("upstream")),
                inputs,
                outputs,
                lineage(run, runs));
    }

    private static Set<String> lineage(Row run, Map<String, Row> runs) {
        Set<String> lineage = new LinkedHashSet<>();
        Deque<Row> open = new ArrayDeque<>(List.of(run));
        while (!open.isEmpty()) {
            Row next = open.pop();
            for (String id : next.<String>getList(next.fieldIndex("upstream"))) {
                if (lineage.add(id) && runs.containsKey(id)) {
                    open.push(Objects.requireNonNull(runs.get(id)));
                }
            }
        }
        return lineage;
    }

    /** The reason why the run would get another id now; empty if it would get the same. */
    Optional<String> otherwise(Identity today, String codeToday) {
        if (!codeVersion.equals(codeToday)) {
            return Optional.of("it was made by version " + codeVersion + " of Pigeonhole, and this is version "
                    + codeToday + ". Replay it with that version");
        }
        if (!today.configurationHash().equals(configurationHash)) {
            return Optional.of(
                    "its part of the configuration was another one (hash " + configurationHash.substring(0, 12)
                            + ", now " + today.configurationHash().substring(0, 12)
                            + "). Give the file and the settings that it was run with");
        }
        if (!today.upstream().equals(upstream)) {
            return Optional.of("it built on the runs " + String.join(", ", upstream) + ", and would build on "
                    + String.join(", ", today.upstream()) + " now");
        }
        Map<String, String> now = today.inputs().stream()
                .collect(
                        Collectors.toMap(Input::name, Input::fingerprint, (first, second) -> first + " and " + second));
        for (Input input : inputs) {
            String fingerprint = now.remove(input.name());
            if (!input.fingerprint().equals(fingerprint)) {
                return Optional.of("its input '" + input.name() + "' has changed since: it was " + input.fingerprint()
                        + ", and is " + (fingerprint == null ? "not there" : fingerprint)
                        + " now. Restore that state of it");
            }
        }
        return now.isEmpty()
                ? Optional.empty()
                : Optional.of("it would also read " + String.join(", ", now.keySet()) + " now");
    }
}
