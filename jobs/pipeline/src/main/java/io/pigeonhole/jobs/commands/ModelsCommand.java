package io.pigeonhole.jobs.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pigeonhole.jobs.models.StageChange;
import io.pigeonhole.jobs.models.Stages;
import io.pigeonhole.jobs.runs.JobRunner;
import io.pigeonhole.jobs.runs.Session;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the model versions with their stages. */
@Command(
        name = "models",
        description =
                "Lists the model versions and which of them is champion; with --history, who changed that when and"
                        + " why.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: pigeonhole models conf/languages.conf --history"})
final class ModelsCommand extends PipelineCommand {

    @Option(names = "--history", description = "Every change of a stage, the first one first.")
    private boolean history;

    @Override
    void work(Session session, JobRunner runner) {
        Stages stages = Stages.of(session);
        List<List<String>> cells = history ? changes(stages) : versions(stages);
        if (isJson()) {
            ObjectNode json = Json.done(spec().name(), reports());
            ArrayNode rows = json.putArray(history ? "changes" : "models");
            cells.subList(1, cells.size()).forEach(row -> {
                ObjectNode object = rows.addObject();
                for (int c = 0; c < row.size(); c++) {
                    object.put(cells.get(0).get(c), row.get(c));
                }
            });
            print(json.toString());
        } else if (cells.size() > 1) {
            TextTable.print(cells, this::print);
        } else {
            print(history ? "No version was promoted yet." : "No model was trained yet.");
        }
    }

    private static List<List<String>> versions(Stages stages) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("model", "version", "stage", "sha256", "run_id"));
        for (Stages.Entry entry : stages.entries()) {
            cells.add(List.of(
                    entry.version().model(),
                    String.valueOf(entry.version().version()),
                    entry.stage(),
                    entry.version().sha256().substring(0, 12),
                    entry.version().runId()));
        }
        return cells;
    }

    private static List<List<String>> changes(Stages stages) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("number", "change", "model", "version", "stage", "changed_at", "changed_by", "reason"));
        stages.entries().stream()
                .flatMap(entry -> entry.changes().stream().map(change -> Map.entry(change, entry)))
                .sorted(Comparator.comparing((Map.Entry<StageChange, Stages.Entry> each) ->
                                each.getKey().number())
                        .thenComparing(each -> each.getKey().stage()))
                .map(each -> Stream.of(
                                each.getKey().number(),
                                each.getKey().change(),
                                each.getValue().version().model(),
                                each.getValue().version().version(),
                                each.getKey().stage(),
                                each.getKey().at().toInstant(),
                                each.getKey().by(),
                                each.getKey().reason())
                        .map(String::valueOf)
                        .toList())
                .forEach(cells::add);
        return cells;
    }
}
