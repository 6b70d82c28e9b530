package io.pigeonhole.jobs.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@link ExitCode} defines the exit codes; pages and help state the same. */
class ExitCodeTest {

    private static final Path REPOSITORY = Path.of("../..");

    @Test
    void pagesExplainEveryCodeInTheSameWords() throws IOException {
        List<Map<String, String>> tables = tables("| exit code | meaning |");

        assertThat(tables).isNotEmpty().allSatisfy(table -> assertThat(table).isEqualTo(ExitCode.meanings()));
    }

    @Test
    void theOperatorsGuideTellsWhatToDoAboutEveryFailure() throws IOException {
        List<Map<String, String>> tables = tables("| exit code | look at | and |");

        String[] failures = Arrays.stream(ExitCode.values())
                .filter(code -> code != ExitCode.DONE)
                .map(code -> String.valueOf(code.code()))
                .toArray(String[]::new);
        assertThat(tables)
                .isNotEmpty()
                .allSatisfy(table -> assertThat(table.keySet().stream().map(code -> code.split("\\D", -1)[0]))
                        .containsExactly(failures));
    }

    @Test
    void helpListsEveryCode() {
        String help =
                CommandLines.root().getUsageMessage(CommandLine.Help.Ansi.OFF).replaceAll("\\s+", " ");

        assertThat(ExitCode.meanings())
                .allSatisfy((code, meaning) -> assertThat(help).contains(" " + code + " " + meaning));
    }

    /** First and second cells of the rows of all tables with this heading in the repository's pages. */
    private static List<Map<String, String>> tables(String heading) throws IOException {
        List<Map<String, String>> tables = new ArrayList<>();
        for (Path page : pages()) {
            List<String> lines = Files.readAllLines(page);
            int start = lines.indexOf(heading);
            if (start >= 0) {
                Map<String, String> table = new LinkedHashMap<>();
                for (String line : lines.subList(start + 2, lines.size())) {
                    if (!line.startsWith("|")) {
                        break;
                    }
                    String[] cells = line.replace("`", "").split("\\|", -1);
                    table.put(cells[1].strip(), cells[2].strip());
                }
                tables.add(table);
            }
        }
        return tables;
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String folder : List.of(".", "conf", "notebooks", "evaluation", "jobs", "transforms")) {
            try (Stream<Path> files = Files.find(
                    REPOSITORY.resolve(folder),
                    folder.equals(".") ? 1 : 2,
                    (file, attributes) -> file.toString().endsWith(".md"))) {
                files.forEach(pages::add);
            }
        }
        return pages;
    }
}
