package io.pigeonhole.jobs.commands;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.jobs.runs.JobRunner;
import java.util.List;

/** The one JSON object that orchestrators read. */
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Run id of the last run, status, and each run with its outputs and figures. */
    static ObjectNode done(String command, List<JobRunner.Report> reports) {
        ObjectNode json = object();
        json.put("command", command);
        json.put("status", reports.stream().allMatch(JobRunner.Report::skipped) ? "skipped" : "done");
        json.put("exit_code", 0);
        if (!reports.isEmpty()) {
            json.put("run_id", reports.get(reports.size() - 1).runId());
        }
        ArrayNode runs = json.putArray("runs");
        for (JobRunner.Report report : reports) {
            ObjectNode run = runs.addObject();
            run.put("job", report.job());
            run.put("subject", report.subject());
            run.put("run_id", report.runId());
            run.put("status", report.skipped() ? "skipped" : "done");
            run.put("seconds", report.seconds());
            ArrayNode outputs = run.putArray("outputs");
            ObjectNode figures = run.putObject("figures");
            report.outcome().ifPresent(outcome -> {
                outcome.outputs()
                        .forEach(output -> outputs.addObject()
                                .put("table", output.table())
                                .put("version", output.version())
                                .put("rows", output.rows()));
                outcome.figures().forEach(figures::put);
            });
        }
        return json;
    }
}
