package io.pigeonhole.benchmarks.training;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pigeonhole.benchmarks.Workplace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Objective and accuracy of a model, by the one program that computes them for all contenders. */
final class Figures {

    private Figures() {}

    /**
     * The figures of the model whose coefficients stand in a file, with its columns beside it.
     *
     * @param kind logistic, softmax or hierarchical
     */
    static Map<String, Double> of(Workplace place, FeatureTable table, String kind, Path coefficients)
            throws IOException, InterruptedException {
        Path module = place.folder().resolve("../..").normalize();
        Process process = new ProcessBuilder(List.of(
                        module.resolve("target/venv/bin/python").toString(),
                        module.resolve("src/main/python/objective.py").toString(),
                        table.name(),
                        kind,
                        String.valueOf(table.regParam()),
                        coefficients.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("objective.py ended with " + process.exitValue());
        }
        return new ObjectMapper().readValue(said, new TypeReference<>() {});
    }
}
