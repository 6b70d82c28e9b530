package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.compare.CompareJob;
import io.pigeonhole.jobs.configuration.DriftConfig;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.drift.DriftJob;
import io.pigeonhole.jobs.promotion.GateJob;
import io.pigeonhole.jobs.promotion.PromoteJob;
import io.pigeonhole.jobs.promotion.RollbackJob;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.JobRunner;
import io.pigeonhole.jobs.runs.Session;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A job about one model version that makes or supports a decision. */
abstract class DecisionCommand extends JobCommand {

    @Option(names = "--model", paramLabel = "NAME", required = true, description = "The model.")
    private @Nullable String model;

    @Option(names = "--model-version", paramLabel = "N", description = "Its version; the latest trained when absent.")
    private @Nullable Integer version;

    /** The model's name; the configuration must contain the model. */
    final String model(PipelineConfig config) {
        return config.model(String.valueOf(model)).name();
    }

    final Optional<Integer> version() {
        return Optional.ofNullable(version);
    }

    /** Compares one model version with another. */
    @Command(
            name = JobNames.COMPARE,
            description = "Compares a model version with the champion, or another version, class by class; writes"
                    + " comparisons. With compare.split and compare.base_split set apart, a version is compared with itself"
                    + " on later data.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example: pigeonhole compare conf/languages.conf --model softmax --base-model one_vs_rest",
                "Example: pigeonhole compare conf/languages.conf --model softmax --set compare.split=new --set"
                        + " compare.base_split=test"
            })
    static final class Compare extends DecisionCommand {

        @Option(
                names = "--base-model",
                paramLabel = "NAME",
                description = "Compared with this; else with the champion.")
        private @Nullable String baseModel;

        @Option(
                names = "--base-version",
                paramLabel = "N",
                description = "Its version; the latest trained when absent.")
        private @Nullable Integer baseVersion;

        @Option(
                names = "--rows",
                defaultValue = "20",
                description = "Changes of single classes shown; ${DEFAULT-VALUE}. The table has all.")
        private int rows = 20;

        @Override
        List<Job> jobs(PipelineConfig config) {
            if (baseModel == null && baseVersion != null) {
                throw CommandsErrors.baseModelMissing();
            }
            Optional<String> base = Optional.ofNullable(baseModel)
                    .map(name -> config.model(name).name());
            return List.of(new CompareJob(model(config), version(), base, Optional.ofNullable(baseVersion)));
        }

        @Override
        void runJobs(Session session, JobRunner runner) {
            runAll(jobs(session.config()), runner);
            CompareView.print(session, reports().get(0).runId(), rows, this::print);
            report();
        }
    }

    /** Checks whether the data have drifted, judged by predictions. */
    @Command(
            name = JobNames.DRIFT,
            description =
                    "Compares a model version's predictions on drift.split, such as new examples without labels, with"
                            + " those on drift.base_split: how often each class is predicted, and how surely; writes drift. Ends with"
                            + " 7 where they have drifted.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: pigeonhole drift conf/languages.conf --model softmax --set drift.split=new --json"})
    static final class Drift extends DecisionCommand {

        @Option(
                names = "--rows",
                defaultValue = "20",
                description = "Classes shown; ${DEFAULT-VALUE}. The table has all.")
        private int rows = 20;

        @Override
        List<Job> jobs(PipelineConfig config) {
            return List.of(new DriftJob(model(config), version()));
        }

        @Override
        void runJobs(Session session, JobRunner runner) {
            runAll(jobs(session.config()), runner);
            JobRunner.Report report = reports().get(0);
            DriftView.print(session, report.runId(), rows, this::print);
            if (report.outcome().figures().getOrDefault(DriftJob.DRIFTED, 0.0) > 0) {
                DriftConfig config = session.config().drift();
                throw CommandsErrors.drifted(report.subject(), config);
            }
            report();
        }
    }

    /** Checks the statements that must hold. */
    @Command(
            name = JobNames.GATE,
            description = "Judges the statements of gates.statements about a model version; writes gates. Ends with 4"
                    + " unless all of them pass.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: pigeonhole gate conf/languages.conf --model softmax --json"})
    static final class Gate extends DecisionCommand {

        @Override
        List<Job> jobs(PipelineConfig config) {
            return List.of(new GateJob(model(config), version()));
        }

        @Override
        void runJobs(Session session, JobRunner runner) {
            runAll(jobs(session.config()), runner);
            JobRunner.Report report = reports().get(0);
            GateView.print(session, report.runId(), this::print);
            Map<String, Double> figures = report.outcome().figures();
            double failed = figures.getOrDefault("fail", 0.0);
            double open = figures.getOrDefault("not_enough_data", 0.0);
            if (failed + open > 0) {
                throw CommandsErrors.gatesNotPassed(report.subject(), failed, open);
            }
            report();
        }
    }

    /** A command that changes the champion. */
    abstract static class OfStage extends DecisionCommand {

        @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why; it is kept.")
        private @Nullable String reason;

        @Option(
                names = "--by",
                paramLabel = "NAME",
                description = "Who; the user that runs the command when absent. It is kept.")
        private String by = System.getProperty("user.name", "unknown");

        final String reason() {
            return String.valueOf(reason);
        }

        final String by() {
            return by;
        }
    }

    /** Makes the candidate the champion. */
    @Command(
            name = JobNames.PROMOTE,
            description =
                    "Makes a candidate champion, in one commit, if its gates passed on these very files; the champion"
                            + " before it is retired. Ends with 4 if they did not.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example: pigeonhole promote conf/languages.conf --model softmax --reason \"better on rare languages\""
            })
    static final class Promote extends OfStage {
        @Override
        List<Job> jobs(PipelineConfig config) {
            return List.of(new PromoteJob(model(config), version(), by(), reason()));
        }
    }

    /** Restores the previous champion. */
    @Command(
            name = JobNames.ROLLBACK,
            description =
                    "Takes the champion back, in one commit: the one before it is champion again. Names the version"
                            + " that is taken back, so that a repeated call changes nothing.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example: pigeonhole rollback conf/languages.conf --model softmax --model-version 2 --reason \"slow\""
            })
    static final class Rollback extends OfStage {
        @Override
        List<Job> jobs(PipelineConfig config) {
            int taken = version().orElseThrow(() -> CommandsErrors.versionMissing());
            return List.of(new RollbackJob(model(config), taken, by(), reason()));
        }
    }
}
