package io.pigeonhole.jobs.commands;

import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line as a whole. */
public final class CommandLines {

    private CommandLines() {}

    /** Runs one command and returns the exit code for the process. */
    public static int execute(String... args) {
        // must run before any Spark class sets up logging itself
        Path log = LogFile.start();
        FailureHandler failures = new FailureHandler(log);
        CommandLine root = root();
        root.setParameterExceptionHandler(failures.ofParameters(root.getParameterExceptionHandler()));
        return root.setExecutionExceptionHandler(failures)
                .setUsageHelpWidth(110)
                .execute(args);
    }

    static CommandLine root() {
        CommandLine root = new CommandLine(new Root());
        root.getCommandSpec().usageMessage().exitCodeList(ExitCode.meanings());
        return root;
    }

    /** Version of this build. */
    static String codeVersion() {
        String version = CommandLines.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Command(
            name = "pigeonhole",
            description = "Multiclass classification at the scale of a data lake, on Apache Spark.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            subcommands = {
                InitCommand.class,
                RunCommand.class,
                JobCommand.Extract.class,
                JobCommand.Stratify.class,
                JobCommand.Train.class,
                JobCommand.Calibrate.class,
                JobCommand.Score.class,
                JobCommand.Evaluate.class,
                DecisionCommand.Compare.class,
                DecisionCommand.Drift.class,
                DiscoverCommand.class,
                DecisionCommand.Gate.class,
                DecisionCommand.Promote.class,
                DecisionCommand.Rollback.class,
                ModelsCommand.class,
                ValidateCommand.class,
                ShowCommand.class,
                ReportCommand.class,
                MetricsCommand.class,
                TablesCommand.class,
                MaintainCommand.class,
                ForgetCommand.class,
                ReplayCommand.class
            },
            exitCodeListHeading = "%nExit codes:%n",
            footer = {"", "Example: pigeonhole run conf/languages.conf"})
    private static final class Root {}

    private static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"pigeonhole " + codeVersion()};
        }
    }
}
