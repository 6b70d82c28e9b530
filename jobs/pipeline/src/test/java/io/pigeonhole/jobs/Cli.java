package io.pigeonhole.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pigeonhole.jobs.commands.CommandLines;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a command line did.
 *
 * @param exitCode what the process would end with
 * @param out standard output
 * @param err standard error
 */
record Cli(int exitCode, String out, String err) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Runs a command line in this process, on the session that is there. */
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

    /** The same, which must end well. */
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
}
