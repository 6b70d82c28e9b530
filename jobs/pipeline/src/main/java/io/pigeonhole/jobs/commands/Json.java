package io.pigeonhole.jobs.commands;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.jobs.runs.JobRunner;
import io.pigeonhole.jobs.runs.Plan;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The one JSON object that orchestrators read. */
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** The object of a successful command: status, id of the last run, and each run with its outputs and figures. */
    static ObjectNode done(String command, List<JobRunner.Report> reports) {
        boolean skipped = !reports.isEmpty() && reports.stream().allMatch(JobRunner.Report::skipped);
        ObjectNode json = object();
        json.put("command", command);
        json.put("status", skipped ? "skipped" : "done");
        json.put("exit_code", ExitCode.DONE.code());
        if (!reports.isEmpty()) {
            json.put("run_id", reports.get(reports.size() - 1).runId());
        }
        ArrayNode runs = json.putArray("runs");
        reports.forEach(report -> add(runs, report));
        return json;
    }

    /** The object of a failed command: id of the failed run, if one had started, and all runs up to it. */
    static ObjectNode failed(
            String command,
            ExitCode code,
            String error,
            Path log,
            Optional<JobRunner.RunFailedException> failed,
            List<JobRunner.Report> reports) {
        ObjectNode json = object();
        json.put("command", command);
        json.put("status", "failed");
        json.put("exit_code", code.code());
        failed.ifPresent(run -> json.put("run_id", run.runId()));
        json.put("error", error);
        json.put("log", log.toString());
        ArrayNode runs = json.putArray("runs");
        reports.forEach(report -> add(runs, report));
        failed.ifPresent(run -> {
            ObjectNode last = add(runs, run.job(), run.subject(), run.runId(), "failed");
            last.putArray("outputs");
            last.putObject("figures");
        });
        return json;
    }

    /** The plan of each job: the data that it would read and write, and the resources that it needs. */
    static ObjectNode planned(String command, List<JobRunner.Planned> planned) {
        ObjectNode json = object();
        json.put("command", command);
        json.put("status", "planned");
        json.put("exit_code", ExitCode.DONE.code());
        ArrayNode plans = json.putArray("plan");
        for (JobRunner.Planned job : planned) {
            ObjectNode plan = plans.addObject().put("job", job.job()).put("subject", job.subject());
            job.runId().ifPresent(id -> plan.put("run_id", id));
            plan.put("nothing_to_do", job.isDone());
            ArrayNode changes = plan.putArray("changes");
            job.changes().forEach(changes::add);
            amounts(plan.putArray("reads"), job.plan().reads());
            amounts(plan.putArray("writes"), job.plan().writes());
            ArrayNode needs = plan.putArray("needs");
            job.plan()
                    .needs()
                    .forEach(need -> needs.addObject()
                            .put("name", need.name())
                            .put("bytes", need.bytes())
                            .put("limit", need.limit())
                            .put("fits", need.fits()));
            ArrayNode works = plan.putArray("works");
            job.plan()
                    .works()
                    .forEach(work -> works.addObject()
                            .put("name", work.name())
                            .put("seconds", work.time().toMillis() / 1e3));
        }
        return json;
    }

    private static void amounts(ArrayNode array, List<Plan.Amount> amounts) {
        for (Plan.Amount amount : amounts) {
            ObjectNode object = array.addObject().put("name", amount.name());
            amount.rows().ifPresent(rows -> object.put("rows", rows));
            amount.bytes().ifPresent(bytes -> object.put("bytes", bytes));
        }
    }

    private static void add(ArrayNode runs, JobRunner.Report report) {
        ObjectNode run =
                add(runs, report.job(), report.subject(), report.runId(), report.skipped() ? "skipped" : "done");
        run.put("seconds", report.seconds());
        ArrayNode outputs = run.putArray("outputs");
        report.outcome()
                .outputs()
                .forEach(output -> outputs.addObject()
                        .put("table", output.table())
                        .put("version", output.version())
                        .put("rows", output.rows()));
        ObjectNode figures = run.putObject("figures");
        report.outcome().figures().forEach(figures::put);
    }

    private static ObjectNode add(ArrayNode runs, String job, String subject, String runId, String status) {
        return runs.addObject()
                .put("job", job)
                .put("subject", subject)
                .put("run_id", runId)
                .put("status", status);
    }
}
