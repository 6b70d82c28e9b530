package io.pigeonhole.jobs.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    private static final String FILE = """
            name = demo
            sources = [{ kind = cldr, name = cldr }]
            features = [
              { kind = text, column = text, vocabulary { kind = terms } }
              { kind = numeric, columns = [size, age] }
            ]
            models = [
              { name = soft, trainer = softmax, reg_param = [1e-5, 1e-4] }
              { name = net, trainer = deep, deep { network { kind = mlp, hidden = [8] }, tasks = 3 } }
            ]
            """;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void setUp() {
        file = folder.resolve("demo.conf");
    }

    private PipelineConfig read(String text, String... settings) throws IOException {
        Files.writeString(file, text);
        return Configurations.read(file.toString(), List.of(settings));
    }

    private static String model(PipelineConfig config, int place) {
        return Settings.of("models", config.models().get(place)).text();
    }

    @Test
    void onlyWhatDiffersFromItsDefaultIsWritten() throws IOException {
        PipelineConfig config = read(FILE);
        assertThat(config.settings("features").text()).isEqualTo("""
                        features[0].column = text
                        features[0].kind = text
                        features[0].vocabulary.kind = terms
                        features[1].columns = [size, age]
                        features[1].kind = numeric""");
        assertThat(model(config, 0)).isEqualTo("""
                        models.name = soft
                        models.reg_param = [0.00001, 0.0001]
                        models.trainer = softmax""");
        assertThat(model(config, 1)).isEqualTo("""
                        models.deep.network.hidden = [8]
                        models.deep.network.kind = mlp
                        models.deep.tasks = 3
                        models.name = net
                        models.trainer = deep""");
        assertThat(config.settings("evaluate", "calibrate", "costs", "score", "stratify", "seed", "labels", "gates")
                        .text())
                .isEmpty();
    }

    @Test
    void aDefaultThatAFileRepeatsAndTheOrderOfKeysChangeNothing() throws IOException {
        PipelineConfig repeated =
                read(FILE.replace("trainer = softmax", "max_iter = 200, trainer = softmax, tol = 3e-6")
                                .replace("{ kind = terms }", "{ max_size = 200000, kind = terms }")
                                .replace("column = text", "word_max = 2, column = text")
                        + "evaluate { slices = [], bins = 15, thresholds = [{ kind = f1 }] }");
        PipelineConfig plain = read(FILE);
        assertThat(model(repeated, 0)).isEqualTo(model(plain, 0));
        assertThat(repeated.settings("features", "evaluate")).isEqualTo(plain.settings("features", "evaluate"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "evaluate.bins=10 | evaluate | evaluate.bins = 10",
                "evaluate.confidence_level=0.90 | evaluate | evaluate.confidence_level = 0.9",
                "evaluate.thresholds=[{kind=precision,at_least=0.9}] | evaluate | evaluate.thresholds[0].at_least = 0.9;"
                        + " evaluate.thresholds[0].kind = precision",
                "evaluate.thresholds=[] | evaluate | evaluate.thresholds = []",
                "score.splits=[test] | score | score.splits = [test]",
                "score.version=3 | score | score.version = 3",
                "labels.aliases={\"n/a b\"=unknown} | labels | labels.aliases.\"n/a b\" = unknown",
                "costs.classes={spam={false_positive=2,false_negative=5}} | costs |"
                        + " costs.classes.spam.false_negative = 5; costs.classes.spam.false_positive = 2",
                "seed=7 | stratify.seed | stratify.seed = 7",
                "stratify.given={column=split} | stratify | stratify.given.column = split",
                "gates.statements=[\"macro_f1 >= 0.6\"] | gates | gates.statements = [\"macro_f1 >= 0.6\"]",
                "compare.split=validation | compare | compare.base_split = validation; compare.split = validation",
                "evaluate.bins=10 | evaluate.seed | ''",
                // as before there were other keys to choose a threshold by
                "score.unknown={} | score | score.unknown = {}",
                "score.unknown={at_most_in_scope_loss=0.020} | score | score.unknown = {}",
                "score.unknown={per_class=true,at_most_in_scope_loss=0.1} | score |"
                        + " score.unknown.at_most_in_scope_loss = 0.1; score.unknown.per_class = true",
            })
    void aValueThatDiffersIsWritten(String setting, String key, String expected) throws IOException {
        assertThat(read(FILE, setting).settings(key).text()).isEqualTo(expected.replace("; ", "\n"));
    }

    @Test
    void aKeyThatIsNotThereIsAMistakeOfTheProgram() throws IOException {
        PipelineConfig config = read(FILE);
        assertThatThrownBy(() -> config.settings("evaluate.bootstraps"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no key evaluate.bootstraps");
    }

    /** A configuration before and after a key was added. */
    private record Before(String name, int bins, List<Part> parts) {}

    private record After(String name, int bins, double added, Optional<String> alsoAdded, List<LargerPart> parts) {}

    private record Part(String column) {}

    private record LargerPart(String column, boolean added) {}

    @Test
    void aNewKeyWithADefaultChangesNothing() {
        Config before = ConfigFactory.parseString("bins = 5, parts = []");
        Config after = ConfigFactory.parseString("bins = 5, parts = [], added = 0.5, defaults.parts { added = false }");
        assertThat(text(new Before("x", 5, List.of(new Part("a"))), before))
                .isEqualTo("name = x\nparts[0].column = a")
                .isEqualTo(text(new After("x", 5, 0.5, Optional.empty(), List.of(new LargerPart("a", false))), after));
        assertThat(text(new After("x", 5, 0.6, Optional.of("y"), List.of(new LargerPart("a", true))), after))
                .isEqualTo("added = 0.6\nalso_added = y\nname = x\nparts[0].added = true\nparts[0].column = a");
    }

    private static String text(Record config, Config reference) {
        return new SettingsWriter(reference)
                .whole(config, Optional.empty()).entrySet().stream()
                        .map(entry -> entry.getKey() + " = " + entry.getValue())
                        .collect(Collectors.joining("\n"));
    }

    @Test
    void numbersAreWrittenInAsFewDigitsAsTheyNeed() throws IOException {
        assertThat(model(read(FILE, "defaults.models.tol=0.1", "defaults.models.max_iter=3"), 0))
                .contains("models.tol = 0.1\n", "models.max_iter = 3\n");
        assertThat(read(FILE, "compare.margin=1e-300").settings("compare").text())
                .isEqualTo("compare.margin = 1E-300");
        assertThat(read(FILE, "costs.false_negative=2000000").settings("costs").text())
                .isEqualTo("costs.false_negative = 2000000");
        assertThat(read(FILE, "compare.margin=0.30000000000000004")
                        .settings("compare")
                        .text())
                .isEqualTo("compare.margin = 0.30000000000000004");
    }

    @Test
    void secretsAreLeftOut() {
        Reading reading = new Reading(
                Optional.of("jdbc"),
                Map.of("password", "hunter22", "url", "jdbc:db://me:hunter23@host/x"),
                Optional.empty(),
                Optional.empty(),
                Optional.of("SELECT * FROM input WHERE url = 'http://host?token=hunter24'"),
                Optional.empty(),
                Optional.empty());
        assertThat(Settings.of("score.examples", reading).text()).isEqualTo("""
                        score.examples.format = jdbc
                        score.examples.options.password = (redacted)
                        score.examples.options.url = "jdbc:db://me:(redacted)@host/x"
                        score.examples.query = "SELECT * FROM input WHERE url = 'http://host?token=(redacted)'\"""");
    }

    @Test
    void changesAreToldKeyByKey() throws IOException {
        Settings before =
                read(FILE, "evaluate.bins=10", "evaluate.minimum_support=3").settings("evaluate");
        Settings later =
                read(FILE, "evaluate.bins=12", "evaluate.curve_points=0").settings("evaluate");
        assertThat(Settings.parse(before.text())).isEqualTo(before);
        assertThat(before.changes(later))
                .containsExactly(
                        "evaluate.bins was 10 and is 12",
                        "evaluate.curve_points was the default and is 0",
                        "evaluate.minimum_support was 3 and is the default");
        assertThat(before.changes(before)).isEmpty();
    }
}
