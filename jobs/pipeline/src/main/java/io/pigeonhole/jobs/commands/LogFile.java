package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.configuration.Secrets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.stream.Collectors;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.core.config.builder.api.LayoutComponentBuilder;
import org.apache.logging.log4j.core.config.builder.impl.BuiltConfiguration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** Logging: Pigeonhole's at INFO and Spark's at WARN on standard error, and both with stack traces in a file. */
final class LogFile {

    /** Loggers of warnings that every local run prints and nobody can act on. */
    private static final String[] CHATTER = {
        "io.delta.kernel",
        "org.apache.hadoop.util.NativeCodeLoader",
        "org.apache.spark.rdd",
        "org.apache.spark.scheduler",
        "org.apache.spark.sql.catalyst.util",
        "org.apache.spark.sql.execution.window.WindowExec",
        "org.apache.spark.storage",
        "org.apache.spark.util.SparkStringUtils",
        "org.apache.spark.util.Utils",
    };

    /** Loggers that repeat on the console what Pigeonhole's own message says, or what nobody can act on. */
    private static final String[] ONLY_IN_THE_FILE = {
        "org.apache.spark.executor.Executor",
        "org.apache.spark.scheduler.TaskSetManager",
        "org.apache.spark.sql.catalyst.analysis.SimpleFunctionRegistry",
        "org.apache.spark.sql.execution.CacheManager",
        "org.apache.spark.sql.execution.streaming",
    };

    private static @Nullable Path file;

    private LogFile() {}

    /** Sets up logging and returns the file, which is in {@code PIGEONHOLE_LOG_DIR} or else in the temporary folder. */
    static Path start() {
        Path folder = System.getenv("PIGEONHOLE_LOG_DIR") == null
                ? Path.of(System.getProperty("java.io.tmpdir"), "pigeonhole-" + System.getProperty("user.name"))
                : Path.of(System.getenv("PIGEONHOLE_LOG_DIR"));
        String time = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").format(LocalDateTime.now(ZoneOffset.UTC));
        Path chosen = folder.resolve(time + "-" + ProcessHandle.current().pid() + ".log");
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the log folder " + folder + " cannot be created; set PIGEONHOLE_LOG_DIR", e);
        }
        file = chosen;
        // under spark-submit Spark sets up logging on its first line; what it sets up later would replace this
        new SparkConf(false).log();
        apply();
        return chosen;
    }

    private static BuiltConfiguration configuration(Path file) {
        ConfigurationBuilder<BuiltConfiguration> builder = ConfigurationBuilderFactory.newConfigurationBuilder();
        builder.add(builder.newAppender("console", "Console")
                .addAttribute("target", ConsoleAppender.Target.SYSTEM_ERR)
                .add(layout(builder, "%d{HH:mm:ss} %notEmpty{%marker }%m%n%ex{0}")));
        builder.add(builder.newAppender("file", "File")
                .addAttribute("fileName", file.toString())
                .addAttribute("createOnDemand", true)
                .add(layout(builder, "%d %-5p [%t] %c{1}: %m%n%ex")));
        builder.add(builder.newRootLogger(Level.WARN)
                .add(builder.newAppenderRef("console"))
                .add(builder.newAppenderRef("file")));
        builder.add(builder.newLogger("io.pigeonhole", Level.INFO));
        for (String name : CHATTER) {
            builder.add(builder.newLogger(name, Level.ERROR));
        }
        for (String name : ONLY_IN_THE_FILE) {
            builder.add(builder.newLogger(name, Level.WARN)
                    .add(builder.newAppenderRef("file"))
                    .addAttribute("additivity", false));
        }
        return builder.build();
    }

    private static LayoutComponentBuilder layout(ConfigurationBuilder<BuiltConfiguration> builder, String pattern) {
        return builder.newLayout("PatternLayout")
                // the pattern itself places exceptions
                .addAttribute("alwaysWriteExceptions", false)
                .addAttribute("pattern", redacted(pattern));
    }

    /**
     * A pattern that hides the secrets known so far. Their characters are escaped, as a brace would end the pattern.
     */
    private static String redacted(String pattern) {
        String secrets = Secrets.known().stream()
                .map(secret -> secret.chars()
                        .mapToObj(character -> String.format("\\u%04x", character))
                        .collect(Collectors.joining()))
                .collect(Collectors.joining("|"));
        return secrets.isEmpty() ? pattern : "%replace{" + pattern + "}{" + secrets + "}{" + Secrets.HIDDEN + "}";
    }

    /**
     * Applies the settings. Call this again after the Spark session has started: by then more secrets are known. Under
     * spark-submit Pigeonhole's classes have their own class loader, and Spark's logging belongs to its parent.
     */
    static void apply() {
        if (file != null) {
            Configurator.reconfigure(configuration(file));
            LoggerContext sparks = (LoggerContext) LogManager.getContext(SparkSession.class.getClassLoader(), false);
            if (sparks != LogManager.getContext(false)) {
                sparks.reconfigure(configuration(file));
            }
        }
    }
}
