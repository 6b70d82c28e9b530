package io.pigeonhole.jobs.commands;

import io.pigeonhole.transforms.PipelineException;
import java.util.Optional;

/** What the process ends with. */
enum ExitCode {
    DONE(0),
    UNEXPECTED(1),
    CONFIGURATION(2),
    DATA_CONTRACT(3),
    GATE(4),
    BUSY(5),
    DIFFERENCE(6),
    DRIFT(7);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The innermost cause decides: what a user can mend has its own code, everything else is unexpected. */
    static ExitCode of(Throwable failure) {
        return userError(failure)
                .map(error -> switch (error.category()) {
                    case CONFIGURATION -> CONFIGURATION;
                    case DATA_CONTRACT -> DATA_CONTRACT;
                    case GATE -> GATE;
                    case BUSY -> BUSY;
                    case DIFFERENCE -> DIFFERENCE;
                    case DRIFT -> DRIFT;
                })
                .orElse(UNEXPECTED);
    }

    /** The error in the chain of causes that a user can mend. */
    static Optional<PipelineException> userError(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PipelineException error) {
                return Optional.of(error);
            }
        }
        return Optional.empty();
    }
}
