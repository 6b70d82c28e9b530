package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.evaluate.EvaluatePredictionsJob;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.JobRunner;
import io.pigeonhole.jobs.runs.Session;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs jobs one after another. Each command other than {@code run} runs the jobs of one kind, for orchestrators that
 * run each as a task.
 */
abstract class JobCommand extends PipelineCommand {

    @Option(names = "--dry-run", description = PipelineCommand.DRY_RUN)
    private boolean dryRun;

    abstract List<Job> jobs(PipelineConfig config);

    @Override
    boolean writes() {
        return !dryRun;
    }

    @Override
    final void work(Session session, JobRunner runner) {
        if (dryRun) {
            plan(jobs(session.config()), runner);
        } else {
            runJobs(session, runner);
        }
    }

    void runJobs(Session session, JobRunner runner) {
        runAll(jobs(session.config()), runner);
        report();
    }

    /** Turns sources into examples. */
    @Command(
            name = JobNames.EXTRACT,
            description = "Reads the sources and writes examples, rejects and classes.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: pigeonhole extract conf/languages.conf --json"})
    static final class Extract extends JobCommand {
        @Override
        List<Job> jobs(PipelineConfig config) {
            return Jobs.extract();
        }
    }

    /** Divides examples into splits. */
    @Command(
            name = JobNames.STRATIFY,
            description = "Deals new examples to train, validation and test; assignments never move.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: pigeonhole stratify conf/languages.conf"})
    static final class Stratify extends JobCommand {
        @Override
        List<Job> jobs(PipelineConfig config) {
            return Jobs.stratify();
        }
    }

    /** A job that works on models. */
    abstract static class OfModel extends JobCommand {

        @Option(names = "--model", paramLabel = "NAME", description = "Only this model; all of them when absent.")
        private @Nullable String model;

        Optional<String> model() {
            return Optional.ofNullable(model);
        }
    }

    /** Trains models. */
    @Command(
            name = JobNames.TRAIN,
            description = "Trains the models and registers a new version of each.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: pigeonhole train conf/languages.conf --model softmax"})
    static final class Train extends OfModel {
        @Override
        List<Job> jobs(PipelineConfig config) {
            return Jobs.train(config, model());
        }
    }

    /** Calibrates trained models. */
    @Command(
            name = JobNames.CALIBRATE,
            description =
                    "Calibrates the probabilities of the trained models on the validation split, and registers the"
                            + " result as a new version of each; passes over models with calibration = none.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: pigeonhole calibrate conf/languages.conf --model one_vs_rest"})
    static final class Calibrate extends OfModel {
        @Override
        List<Job> jobs(PipelineConfig config) {
            return Jobs.calibrate(config, model());
        }
    }

    /** Makes predictions with models. */
    @Command(
            name = JobNames.SCORE,
            description = "Scores examples with a model version; writes predictions.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: pigeonhole score conf/languages.conf --model softmax --set score.version=2"})
    static final class Score extends OfModel {
        @Override
        List<Job> jobs(PipelineConfig config) {
            return Jobs.score(config, model());
        }
    }

    /** Turns predictions into evaluation tables. */
    @Command(
            name = JobNames.EVALUATE,
            description = "Evaluates the predictions, those of the models or others; writes the evaluation tables.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example: pigeonhole evaluate conf/languages.conf",
                "Example: pigeonhole evaluate vendor.conf --predictions s3a://lake/vendor/predictions.csv"
            })
    static final class Evaluate extends OfModel {

        @Option(
                names = "--predictions",
                paramLabel = "TABLE",
                description = "Evaluates this path or table instead: predictions made elsewhere, mapped by the"
                        + " configuration's key predictions.")
        private @Nullable String predictions;

        @Override
        List<Job> jobs(PipelineConfig config) {
            if (predictions != null && model().isPresent()) {
                throw CommandsErrors.predictionsAndModel();
            }
            return predictions == null
                    ? Jobs.evaluate(config, model())
                    : List.of(new EvaluatePredictionsJob(predictions, reason -> print("not computed: " + reason)));
        }

        @Override
        boolean worksWithoutModels() {
            return predictions != null;
        }
    }
}
