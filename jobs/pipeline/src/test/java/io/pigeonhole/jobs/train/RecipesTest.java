package io.pigeonhole.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.configuration.Configurations;
import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.configuration.TrainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecipesTest {

    private static final String FILE = """
            name = demo
            sources = [{ kind = cldr, name = cldr }]
            features = [{ kind = text, column = text }]
            models = [{ name = model, trainer = %s%s }]
            """;

    static List<String> trainers() {
        return TrainerConfig.codes();
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void everyTrainerHasARecipe(String trainer, @TempDir Path folder) throws IOException {
        String own = switch (trainer) {
            case "deep" -> ", deep.network { kind = mlp, hidden = [8] }";
            case "spark_ml" -> ", classifier = \"org.apache.spark.ml.classification.NaiveBayes\"";
            default -> "";
        };
        Path file = folder.resolve("demo.conf");
        Files.writeString(file, String.format(FILE, trainer, own));
        ModelConfig model =
                Configurations.read(file.toString(), List.of()).models().get(0);
        assertThat(model.trainer().code()).isEqualTo(trainer);
        assertThat(Recipes.of(model)).isNotNull();
    }
}
