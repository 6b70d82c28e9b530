package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.SparkThrowable;

/** Turns Spark's errors on opening or reading data into errors that a user can mend. */
final class ReadFailures {

    /** Spark's and Delta's error classes for missing data. */
    private static final List<String> NOTHING_THERE = List.of(
            "PATH_NOT_FOUND",
            "PATH_DOES_NOT_EXIST",
            "TABLE_OR_VIEW_NOT_FOUND",
            "TABLE_NOT_FOUND",
            "UNABLE_TO_INFER_SCHEMA",
            "MISSING_DELTA_TABLE",
            "VERSION_NOT_FOUND",
            "DELTA_TIMESTAMP");

    /** Spark's message about a column whose type in a Parquet file is not that of the files before it. */
    private static final Pattern MIXED =
            Pattern.compile("column: \\[([^\\]]*)\\], physicalType: (\\S+), logicalType: (\\S+)");

    private ReadFailures() {}

    /**
     * Runs an action. If it fails by an error that a user can mend, the exception names the owner, the reading and the
     * remedy.
     */
    static <T> T explain(String owner, Reading reading, Callable<T> action) {
        try {
            return action.call();
        } catch (PipelineException e) {
            throw e;
        } catch (Exception e) {
            if (e instanceof SparkThrowable || e instanceof SQLException || e instanceof IOException) {
                throw explained(owner, reading, e);
            }
            if (e.getCause() instanceof ClassNotFoundException missing) {
                throw SourcesErrors.libraryMissing(owner, describe(reading), missing);
            }
            throw e instanceof RuntimeException bug ? bug : new IllegalStateException(owner, e);
        }
    }

    private static PipelineException explained(String owner, Reading reading, Exception failure) {
        String condition = failure instanceof SparkThrowable spark
                ? Optional.ofNullable(spark.getCondition()).orElse("")
                : "";
        String message = owner + " cannot be read (" + describe(reading) + "): " + sentence(failure);
        return NOTHING_THERE.stream().anyMatch(condition::contains)
                ? SourcesErrors.nothingThere(message)
                : SourcesErrors.cannotBeRead(message);
    }

    /** The message without its state codes and query plan. */
    private static String sentence(Exception failure) {
        String message = String.valueOf(failure.getMessage())
                .lines()
                .takeWhile(line -> !line.matches("(['+=:]|JVM stack).*"))
                .collect(Collectors.joining(" "))
                .replaceAll("\\s*SQLSTATE: \\w+", "")
                .strip();
        return message.replaceAll("[\\s;.]+$", "") + ".";
    }

    private static String describe(Reading reading) {
        String what = reading.path()
                .map(path -> "path " + path)
                .or(() -> reading.table().map(table -> "table " + table))
                .orElse("");
        String how = reading.format().map(format -> "format " + format).orElse("");
        String query = reading.query().isPresent() ? "a query" : "";
        return String.join(
                ", ",
                List.of(what, how, query).stream()
                        .filter(part -> !part.isEmpty())
                        .toList());
    }

    /** The error that a user can mend, if a file is truncated or not in the format of its name. */
    static Optional<PipelineException> ofRows(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SparkThrowable spark
                    && Optional.ofNullable(spark.getCondition()).orElse("").startsWith("FAILED_READ_FILE")) {
                String file = Optional.ofNullable(spark.getMessageParameters().get("path"))
                        .orElse("of a source");
                Matcher mixed = MIXED.matcher(innermost(cause));
                if (mixed.find()) {
                    return Optional.of(SourcesErrors.mixedTypes(file, mixed.group(1), mixed.group(2), mixed.group(3)));
                }
                return Optional.of(SourcesErrors.damagedFile(file, innermost(cause)));
            }
        }
        return Optional.empty();
    }

    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return (cause.getClass().getSimpleName() + ": " + message).replaceAll("[\\s;.]+$", "");
    }
}
