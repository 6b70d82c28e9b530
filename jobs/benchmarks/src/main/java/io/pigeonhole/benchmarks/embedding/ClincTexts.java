package io.pigeonhole.benchmarks.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The texts of CLINC150 within its classes, in the order of the file. */
final class ClincTexts {

    private ClincTexts() {}

    static List<String> read() throws IOException {
        JsonNode splits =
                new ObjectMapper().readTree(Files.readAllBytes(Path.of(System.getenv("CLINC150"), "data_full.json")));
        List<String> texts = new ArrayList<>();
        for (String split : List.of("train", "val", "test")) {
            splits.path(split).forEach(row -> texts.add(row.path(0).asText()));
        }
        return texts;
    }
}
