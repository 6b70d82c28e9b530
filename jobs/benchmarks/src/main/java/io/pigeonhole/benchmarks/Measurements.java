package io.pigeonhole.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The file of all measurements, a line of JSON each; a benchmark's new ones take the place of its old ones. */
final class Measurements {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    Measurements(Path file) {
        this.file = file;
    }

    List<Measurement> read() throws IOException {
        List<Measurement> measurements = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                measurements.add(JSON.readValue(line, Measurement.class));
            }
        }
        return measurements;
    }

    /** Keeps what is there of other contenders, and leaves out what the new measurements are of. */
    void replace(List<Measurement> fresh) throws IOException {
        List<Measurement> all = new ArrayList<>(read());
        all.removeIf(old -> fresh.stream().anyMatch(one -> sameContender(one, old)));
        all.addAll(fresh);
        List<String> lines = new ArrayList<>();
        for (Measurement measurement : all) {
            lines.add(JSON.writeValueAsString(measurement));
        }
        Files.write(file, lines);
    }

    private static boolean sameContender(Measurement one, Measurement other) {
        return one.benchmark().equals(other.benchmark()) && one.contender().equals(other.contender());
    }

    static Measurement.Report report(String json) throws JsonProcessingException {
        return JSON.readValue(json, Measurement.Report.class);
    }

    static String json(Measurement.Report report) throws JsonProcessingException {
        return JSON.writeValueAsString(report);
    }
}
