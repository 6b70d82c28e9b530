package io.pigeonhole.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.benchmarks.Measurement.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {

    private static final Contender QUICK = contender("quick", "tol=1e-2", "tol=1e-3");
    private static final Contender SLOW = contender("slow", "only");
    private static final Benchmark BENCHMARK = new Benchmark(
            "race",
            "A race",
            "Nobody runs.",
            Optional.empty(),
            Optional.empty(),
            3,
            List.of(QUICK, SLOW, contender("absent", "")),
            List.of(
                    Bar.faster("ten times as fast", "quick", "slow", 10),
                    Bar.faster("six times as fast", "quick", "slow", 6),
                    Bar.faster("faster than who did not run", "quick", "absent", 1)));

    private static Contender contender(String name, String... settings) {
        return new Contender.Java(name, List.of(settings), "f", 9, 1, (place, setting) -> report(0, 0));
    }

    private static Report report(double seconds, double objective) {
        return new Report("1.0", seconds, 100, Map.of(Report.OBJECTIVE, objective), "");
    }

    private static Measurement measured(String contender, String setting, double seconds, double objective) {
        return new Measurement(
                "race", contender, setting, 1, "2026-01-01", "abc", "a machine", report(seconds, objective));
    }

    private static final List<Measurement> RACE = List.of(
            measured("quick", "tol=1e-2", 1, 10.02),
            measured("quick", "tol=1e-3", 2, 10.005),
            measured("quick", "tol=1e-3", 6, 10.005),
            measured("quick", "tol=1e-3", 3, 10.005),
            measured("slow", "only", 24, 10));

    @Test
    void a_contender_stands_at_its_quickest_setting_within_a_thousandth_of_the_best_objective() {
        Summary summary = new Summary(BENCHMARK, RACE);
        assertThat(summary.of(QUICK)).extracting(Measurement::setting).containsOnly("tol=1e-3");
        assertThat(summary.seconds("quick")).hasValue(3);
    }

    @Test
    void a_contender_that_stays_away_from_the_best_objective_has_no_time_to_compare() {
        Summary summary = new Summary(BENCHMARK, List.of(measured("quick", "tol=1e-2", 1, 10.02), RACE.get(4)));
        assertThat(summary.of(QUICK)).hasSize(1);
        assertThat(summary.seconds("quick")).isEmpty();
    }

    @Test
    void the_page_tells_of_each_bar_whether_it_is_met() {
        String page = new ResultsPage(List.of(BENCHMARK), RACE).text();
        assertThat(page)
                .contains("| race | ten times as fast | 8 x | **no** |")
                .contains("| race | six times as fast | 8 x | yes |")
                .contains("| race | faster than who did not run | not measured |  |")
                .contains("| quick, 1.0 | tol=1e-3 | 3 | 3 [2, 6] | 100 [100, 100] | 10.01 | 5.0e-04 |");
    }

    @Test
    void new_measurements_take_the_place_of_those_of_the_same_contender_alone(@TempDir Path folder) throws IOException {
        Measurements file = new Measurements(folder.resolve("measurements.jsonl"));
        file.replace(RACE);
        Measurement again = measured("slow", "only", 30, 10);
        file.replace(List.of(again));
        assertThat(file.read())
                .containsExactlyElementsOf(
                        Stream.concat(RACE.stream().limit(4), Stream.of(again)).toList());
    }
}
