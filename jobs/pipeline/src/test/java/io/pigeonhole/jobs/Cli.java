package io.pigeonhole.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pigeonhole.jobs.commands.CommandLines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The result of a command line.
 *
 * @param exitCode exit code of the process
 * @param out standard output
 * @param err standard error
 */
record Cli(int exitCode, String out, String err) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Runs a command line in this process, on the existing session. */
    static Cli run(String... arguments) {
        PrintStream realOut = System.out;
        PrintStream realErr = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (PrintStream capturedOut = new PrintStream(out, true, StandardCharsets.UTF_8);
                PrintStream capturedErr = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            System.setOut(capturedOut);
            System.setErr(capturedErr);
            int exitCode = CommandLines.execute(arguments);
            return new Cli(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(realOut);
            System.setErr(realErr);
        }
    }

    /** Runs a command line in this process, which must succeed. */
    static Cli done(String... arguments) {
        Cli cli = run(arguments);
        if (cli.exitCode != 0) {
            throw new AssertionError(List.of(arguments) + " ended with " + cli);
        }
        return cli;
    }

    /** The last line of standard output as a JSON object. */
    JsonNode json() {
        List<String> lines = out.lines().toList();
        try {
            return MAPPER.readTree(lines.get(lines.size() - 1));
        } catch (JsonProcessingException e) {
            throw new AssertionError("the last line of standard output is no JSON: " + out, e);
        }
    }

    /** Starts a command line in a new process, with the class path of this one and the output in a file. */
    static Process start(Path output, String... arguments) throws IOException {
        return start(output, Map.of(), arguments);
    }

    /** Starts a command line in a new process, with additional environment variables. */
    static Process start(Path output, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument ->
                        argument.matches("(--add-|-XX:|-Djdk|-Dio\\.netty|-Duser\\.timezone|-Djava\\.locale).*"))
                .forEach(command::add);
        // Spark refuses to start with less than 450 MiB; a small young generation keeps it from using all of that
        command.addAll(List.of("-Xmx480m", "-Xmn64m"));
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().putAll(environment);
        return builder.start();
    }
}
