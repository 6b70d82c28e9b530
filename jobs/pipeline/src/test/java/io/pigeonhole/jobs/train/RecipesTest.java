package io.pigeonhole.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.configuration.Configurations;
import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.configuration.TrainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecipesTest {

    private static final String FILE = """
            name = demo
            sources = [{ kind = cldr, name = cldr }]
            features = [{ kind = text, column = text }]
            models = [
              { name = cheap, trainer = prior }
              { name = dear, trainer = prior, strategy = uniform }
              { name = model, trainer = %s%s }
            ]
            """;

    static List<String> trainers() {
        return TrainerConfig.codes();
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void everyTrainerHasARecipe(String trainer, @TempDir Path folder) throws IOException {
        String needed = Map.of(
                        "deep",
                        ", deep.network { kind = mlp, hidden = [8] }",
                        "cascade",
                        ", first = cheap, second = dear, budget { kind = share, at_most = 0.5 }",
                        "spark_ml",
                        ", classifier = \"org.apache.spark.ml.classification.NaiveBayes\"",
                        "rules",
                        ", base = cheap, rules = [{ id = all, label = a, sql = \"true\" }]")
                .getOrDefault(trainer, "");
        Path file = folder.resolve("demo.conf");
        Files.writeString(file, String.format(FILE, trainer, needed));
        ModelConfig model =
                Configurations.read(file.toString(), List.of()).models().get(2);
        assertThat(model.trainer().code()).isEqualTo(trainer);
        assertThat(Recipes.of(model)).isNotNull();
    }
}
