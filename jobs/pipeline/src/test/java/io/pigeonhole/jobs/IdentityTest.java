package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.calibrate.CalibrateJob;
import io.pigeonhole.jobs.configuration.Configurations;
import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.evaluate.EvaluateJob;
import io.pigeonhole.jobs.extract.ExtractJob;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.Progress;
import io.pigeonhole.jobs.runs.RunLog;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.score.ScoreJob;
import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.jobs.stratify.StratifyJob;
import io.pigeonhole.jobs.train.FittedFeatures;
import io.pigeonhole.jobs.train.TrainJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Run ids are hashes of the settings that each job depends on. */
class IdentityTest extends DeltaTest {

    private final TinyPipeline pipeline = TinyPipeline.undisturbed();

    private Session session(String... settings) {
        List<String> all = new ArrayList<>(List.of("store.root=" + pipeline.store()));
        all.addAll(List.of(settings));
        PipelineConfig config = Configurations.read(pipeline.configuration().toString(), all);
        Store store = new Store(spark, config.store());
        return new Session(() -> spark, store, config, new RunLog(store), Progress.SILENT);
    }

    private static List<Job> jobs(Session session) {
        List<Job> jobs = new ArrayList<>(List.of(new ExtractJob(), new StratifyJob()));
        for (ModelConfig model : session.config().models()) {
            jobs.add(new TrainJob(model, new FittedFeatures()));
            if (session.config().isCalibrated(model.name())) {
                jobs.add(new CalibrateJob(model));
            }
            jobs.add(new ScoreJob(model));
            jobs.add(new EvaluateJob(model));
        }
        return jobs;
    }

    private String text(Session session) {
        return jobs(session).stream()
                .map(job -> "# " + job.name() + " " + job.subject() + "\n"
                        + job.identity(session).settings().text() + "\n")
                .collect(Collectors.joining("\n"))
                .replace(pipeline.input().toString(), "INPUT");
    }

    /**
     * A change of these texts changes the ids of runs, so that all stores run every job again. Change them only by
     * decision.
     */
    @Test
    void theTextsThatRunIdsAreMadeOfAreThese() throws IOException {
        assertThat(text(session())).isEqualTo(Files.readString(Path.of("src/test/resources/identities.txt")));
    }

    @Test
    void aDefaultThatIsGivenMakesNoRunAnotherOne() {
        List<String> before = ids(session());
        List<String> repeated = ids(session(
                "evaluate.confidence_level=0.950",
                "stratify.minimum_per_split=1",
                "calibrate.conformal.alpha=0.1",
                "defaults.models.max_iter=200",
                "labels.most_classes=200000",
                "score.top_k=5"));
        assertThat(repeated).isEqualTo(before);
        assertThat(ids(session("score.top_k=4"))).as("a value").isNotEqualTo(before);
    }

    @Test
    void ownFeaturesOfAModelCountForThatModelAloneWhereverTheFileHasThem() {
        String text = "{ kind = text, column = text, char_min = 0, char_max = 0, vocabulary { kind = terms } }";
        String size = "{ kind = numeric, columns = [size] }";
        List<String> before = trained(session());
        assertThat(trained(session(softmaxWith(", features = [" + text + ", " + size + "]"))))
                .as("the same features")
                .isEqualTo(before);
        List<String> changed = trained(session(softmaxWith(", features = [" + size + "]")));
        assertThat(changed.get(0)).isNotEqualTo(before.get(0));
        assertThat(changed.subList(1, 3)).isEqualTo(before.subList(1, 3));
        List<String> others =
                trained(session(softmaxWith(", features = [" + size + "]"), "features=[" + size + ", " + text + "]"));
        assertThat(others.get(0)).isEqualTo(changed.get(0));
        assertThat(others).doesNotContainAnyElementsOf(before);
        assertThat(new ExtractJob()
                        .identity(session(softmaxWith(", features = [" + size + "]")))
                        .settings())
                .as("no other columns")
                .isEqualTo(new ExtractJob().identity(session()).settings());
    }

    /** The models of the tiny pipeline, the first with more keys. */
    private static String softmaxWith(String more) {
        return "models=[" + TinyPipeline.model("softmax", more) + ", " + TinyPipeline.model("one_vs_rest", "") + ", "
                + TinyPipeline.model("hierarchical", "") + "]";
    }

    private static List<String> trained(Session session) {
        return session.config().models().stream()
                .map(model -> new TrainJob(model, new FittedFeatures()))
                .map(job -> job.identity(session).runId(job.name(), job.subject(), "code"))
                .toList();
    }

    private static List<String> ids(Session session) {
        return jobs(session).stream()
                .map(job -> job.identity(session).runId(job.name(), job.subject(), "code"))
                .toList();
    }
}
