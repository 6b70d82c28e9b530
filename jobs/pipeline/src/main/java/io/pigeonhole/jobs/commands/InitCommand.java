package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.sources.Access;
import io.pigeonhole.jobs.sources.ColumnProfile;
import io.pigeonhole.jobs.sources.Guess;
import io.pigeonhole.jobs.sources.Roles;
import io.pigeonhole.jobs.sources.Sample;
import io.pigeonhole.jobs.sources.SourceSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a first configuration for data. */
@Command(
        name = "init",
        description = "Looks at a file or folder of labelled rows and writes a commented configuration that runs.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: pigeonhole init tickets.csv && pigeonhole run tickets.conf"})
final class InitCommand implements Callable<Integer> {

    /** Bytes of data that are read as a whole. */
    private static final long SMALL = 1L << 30;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "DATA",
            description = "A file or folder: CSV, JSON, Parquet, ORC, Delta, or texts in folders.")
    private String data = "";

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "The configuration to write; when absent, the name of the data with .conf. It must not exist.")
    private @Nullable Path out;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "5000",
            description = "How many rows to look at; ${DEFAULT-VALUE} when absent.")
    private int rows = 5000;

    @Override
    public Integer call() {
        String name = name(data);
        Path file = out == null ? Path.of(name + ".conf") : out;
        if (Files.exists(file)) {
            throw CommandsErrors.fileExists(file);
        }
        try (SparkSessions spark = new SparkSessions("init", Map.of())) {
            Guess guess = Guess.of(spark.hadoop(), data);
            Sample sample = Sample.of(
                    new Access(spark, spark.hadoop()), "The data", guess.reading(), rows, choice(spark, guess));
            Roles roles = Roles.of(sample.columns());
            long read = sample.columns().stream()
                    .mapToLong(ColumnProfile::rows)
                    .max()
                    .orElse(0);
            guess.reasons().forEach(this::print);
            print(String.format(
                    Locale.ROOT,
                    "Looked at %,d rows%s:",
                    read,
                    sample.damaged().isEmpty()
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    ", and %,d that cannot be read",
                                    sample.damaged().size())));
            TextTable.print(Profiles.table(sample.columns(), column -> role(roles, column)), this::print);
            write(file, FirstConfiguration.text(name, guess, roles, read));
            print("");
            print("Wrote " + file + ". Read it, then: pigeonhole run " + file);
            if (roles.label().isEmpty()) {
                print("No column looks like the class: name it as 'label' in that file.");
            }
        }
        return ExitCode.DONE.code();
    }

    /** Rows from all over the data, unless reading all of them would take long. */
    private static Sample.Choice choice(SparkSessions spark, Guess guess) {
        long bytes = SourceSize.of(new Access(spark, spark.hadoop()), guess.reading())
                .bytes()
                .orElse(Long.MAX_VALUE);
        return bytes <= SMALL ? Sample.Choice.RANDOM : Sample.Choice.FIRST;
    }

    private static String role(Roles roles, ColumnProfile column) {
        List<String> found = new ArrayList<>();
        roles.label().filter(column::equals).ifPresent(some -> found.add("label"));
        roles.id().filter(column::equals).ifPresent(some -> found.add("id"));
        roles.split().filter(column::equals).ifPresent(some -> found.add("split"));
        roles.time().filter(column::equals).ifPresent(some -> found.add("event_time"));
        if (roles.texts().contains(column)) {
            found.add("text feature");
        }
        if (roles.categories().contains(column)) {
            found.add("categorical feature");
        }
        if (roles.numbers().contains(column)) {
            found.add("numeric feature");
        }
        if (roles.vectors().contains(column)) {
            found.add("vector feature");
        }
        return found.isEmpty() ? "left out" : found.get(0);
    }

    /** The name of the pipeline: that of the data without folder and extensions. */
    private static String name(String data) {
        String last = data.replaceAll("/+$", "").replaceAll(".*/", "");
        String plain = last.replaceAll("(\\.(csv|tsv|tab|txt|json|jsonl|ndjson|parquet|orc|avro|gz|bz2|zst|xz))+$", "")
                .replaceAll("[^A-Za-z0-9_-]+", "_");
        return plain.isEmpty() ? "pipeline" : plain;
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw CommandsErrors.cannotWrite(file, e);
        }
    }

    private void print(String line) {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the specification before a command runs");
        }
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
