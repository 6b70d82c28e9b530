package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.configuration.Secrets;
import io.pigeonhole.jobs.runs.JobRunner.RunFailedException;
import io.pigeonhole.transforms.PipelineException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Reports failures: errors that a user can mend in full, everything else with the run and the path of the log. */
final class FailureHandler implements CommandLine.IExecutionExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(FailureHandler.class);

    private final Path log;

    FailureHandler(Path log) {
        this.log = log;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine line, CommandLine.ParseResult parsed) {
        Optional<PipelineException> userError = ExitCode.userError(failure);
        ExitCode code = ExitCode.of(failure);
        Optional<String> runId = failedRun(failure).map(RunFailedException::runId);
        String message =
                Secrets.redact(userError.map(Throwable::getMessage).orElseGet(() -> innermostMessage(failure)));
        Object command = line.getCommand();
        if (userError.isEmpty()) {
            LOG.error("unexpected failure", failure);
        }
        line.getErr().println(line.getColorScheme().errorText("pigeonhole: " + message));
        if (userError.isEmpty() || runId.isPresent()) {
            runId.ifPresent(id -> line.getErr().println("  run: " + id));
            line.getErr().println("  log: " + log);
        }
        if (command instanceof PipelineCommand pipeline && pipeline.isJson()) {
            line.getOut()
                    .println(Json.failed(
                            line.getCommandName(), code, message, log, failedRun(failure), pipeline.reports()));
        }
        return code.code();
    }

    /** Reports wrong usage as picocli does and, with {@code --json}, as the JSON object. */
    CommandLine.IParameterExceptionHandler ofParameters(CommandLine.IParameterExceptionHandler usage) {
        return (wrong, arguments) -> {
            int code = usage.handleParseException(wrong, arguments);
            if (List.of(arguments).contains("--json")) {
                CommandLine line = wrong.getCommandLine();
                line.getOut()
                        .println(Json.failed(
                                line.getCommandName(),
                                ExitCode.CONFIGURATION,
                                Secrets.redact(String.valueOf(wrong.getMessage())),
                                log,
                                Optional.empty(),
                                List.of()));
                line.getOut().flush();
            }
            return code;
        };
    }

    private static Optional<RunFailedException> failedRun(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RunFailedException failed) {
                return Optional.of(failed);
            }
        }
        return Optional.empty();
    }

    private static String innermostMessage(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
}
