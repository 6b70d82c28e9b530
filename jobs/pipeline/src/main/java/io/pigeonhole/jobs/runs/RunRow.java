package io.pigeonhole.jobs.runs;

import io.pigeonhole.jobs.configuration.Secrets;
import java.time.Instant;
import java.util.Optional;

/** One row of the table {@code runs}. */
record RunRow(
        String runId,
        String job,
        String subject,
        String pipeline,
        Identity identity,
        String codeVersion,
        long seed,
        String status,
        Optional<Outcome> outcome,
        Optional<String> error,
        Instant startedAt,
        Optional<Instant> endedAt) {

    RunRow done(Outcome result, Instant at) {
        return ended("done", Optional.of(result), Optional.empty(), at);
    }

    RunRow failed(Throwable cause, Instant at) {
        return ended("failed", Optional.empty(), Optional.of(Secrets.redact(String.valueOf(cause.getMessage()))), at);
    }

    private RunRow ended(String how, Optional<Outcome> result, Optional<String> why, Instant at) {
        return new RunRow(
                runId,
                job,
                subject,
                pipeline,
                identity,
                codeVersion,
                seed,
                how,
                result,
                why,
                startedAt,
                Optional.of(at));
    }
}
