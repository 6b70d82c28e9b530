package io.pigeonhole.jobs.commands;

import io.pigeonhole.transforms.PipelineException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The exit code of the process. */
enum ExitCode {
    DONE(0, "done, or nothing to do"),
    UNEXPECTED(1, "something unexpected; the message has the run id and the place of the log"),
    CONFIGURATION(
            2, "wrong usage or configuration, or too little memory or disk for a job; trying again will not help"),
    DATA_CONTRACT(3, "the data break the contract, or the input of a job is not there yet"),
    GATE(
            4,
            "a gate failed, or has not enough data to pass; or promote found gates that did not pass on exactly these files"),
    BUSY(5, "another process is writing to the store and did not end in time; try again later"),
    DIFFERENCE(6, "replay produced other bits"),
    DRIFT(7, "drift found that predictions have drifted");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** The meaning for people; help and handbooks use the same words. */
    String meaning() {
        return meaning;
    }

    /** All codes with their meanings, as the command line's help shows them. */
    static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        for (ExitCode each : values()) {
            meanings.put(String.valueOf(each.code), each.meaning);
        }
        return meanings;
    }

    int code() {
        return code;
    }

    /**
     * The code of a failure, by its innermost cause. Errors that a user can mend have their own codes; everything else
     * is unexpected.
     */
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

    /** The error in the chain of causes that a user can mend, if there is one. */
    static Optional<PipelineException> userError(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PipelineException error) {
                return Optional.of(error);
            }
        }
        return Optional.empty();
    }
}
