package io.pigeonhole.jobs.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.DeltaTest;
import io.pigeonhole.jobs.configuration.Configurations;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs over little data get settings for it, unless the configuration has its own. */
class SmallWorkTest extends DeltaTest {

    private static final String ADAPTIVE = "spark.sql.adaptive.enabled";
    private static final String PARTITIONS = "spark.sql.shuffle.partitions";

    @TempDir
    private Path folder = Path.of("none");

    private String adaptive = "";
    private String partitions = "";

    @BeforeEach
    void setLikeACluster() {
        adaptive = spark.conf().get(ADAPTIVE);
        partitions = spark.conf().get(PARTITIONS);
        spark.conf().set(ADAPTIVE, "true");
        spark.conf().set(PARTITIONS, "200");
    }

    @AfterEach
    void setAsBefore() {
        spark.conf().set(ADAPTIVE, adaptive);
        spark.conf().set(PARTITIONS, partitions);
    }

    private Session session(String sparkSettings) throws IOException {
        Path file = folder.resolve("small.conf");
        Files.writeString(
                file,
                "name = small\nstore.root = \"" + folder.resolve("store") + "\"\nspark { " + sparkSettings + " }\n"
                        + "sources = [{ kind = spark, name = csv, read { format = csv, path = none }, columns { label = a, fields { text = b } } }]\n"
                        + "features = [{ kind = text, column = text }]\nmodels = [{ name = prior, trainer = prior }]\n");
        PipelineConfig config = Configurations.read(file.toString(), List.of());
        Store store = new Store(spark, config.store());
        return new Session(() -> spark, store, config, new RunLog(store), Progress.SILENT);
    }

    private static Plan reading(Optional<Long> bytes) {
        return new Plan(List.of(new Plan.Amount("examples", Optional.of(10L), bytes)), List.of(), List.of());
    }

    private static List<String> settings() {
        return List.of(spark.conf().get(ADAPTIVE), spark.conf().get(PARTITIONS));
    }

    @Test
    void littleDataGetsItsSettingsUntilTheEnd() throws IOException {
        SmallWork small = SmallWork.begin(session(""), reading(Optional.of(1_000L)));
        assertThat(settings()).containsExactly("false", "1");
        small.end();
        assertThat(settings()).containsExactly("true", "200");
    }

    @Test
    void muchDataAndDataOfUnknownSizeKeepTheSettings() throws IOException {
        SmallWork.begin(session(""), reading(Optional.of(1L << 30)));
        assertThat(settings()).containsExactly("true", "200");
        SmallWork.begin(session(""), reading(Optional.empty()));
        assertThat(settings()).containsExactly("true", "200");
        SmallWork.begin(session(""), Plan.SMALL);
        assertThat(settings()).containsExactly("true", "200");
    }

    @Test
    void aSettingOfTheConfigurationStays() throws IOException {
        SmallWork small = SmallWork.begin(session("\"" + PARTITIONS + "\" = 200"), reading(Optional.of(1_000L)));
        assertThat(settings()).containsExactly("false", "200");
        small.end();
        assertThat(settings()).containsExactly("true", "200");
    }
}
