package io.pigeonhole.jobs.trainers.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.configuration.Configurations;
import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.training.LinearClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.param.Param;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearEstimatorsTest {

    private static final String FILE = """
            name = demo
            sources = [{ kind = cldr, name = cldr }]
            features = [{ kind = text, column = text }]
            models = [{ name = model, trainer = %s }]
            """;

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "one_vs_rest", "hierarchical", "label_tree"})
    void anEstimatorHasTheDefaultsOfTheConfiguration(String trainer, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("demo.conf");
        Files.writeString(file, String.format(FILE, trainer));
        TrainerConfig config =
                Configurations.read(file.toString(), List.of()).models().get(0).trainer();
        LinearClassifier classifier = LinearEstimators.of("model", (TrainerConfig.Linear) config, 42);
        List<Param<?>> set = List.of(classifier.params()).stream()
                .<Param<?>>map(param -> param)
                .filter(classifier::isSet)
                .toList();
        assertThat(set).extracting(Param::name).contains("regParam", "maxIter", "tol", "solver");
        for (Param<?> param : set) {
            assertThat(classifier.getDefault(param).get())
                    .as(param.name())
                    .isEqualTo(classifier.get(param).get());
        }
    }
}
