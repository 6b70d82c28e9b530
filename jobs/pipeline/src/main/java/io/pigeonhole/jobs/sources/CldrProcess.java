package io.pigeonhole.jobs.sources;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Collects the table in a separate process if CLDR is not the only provider of locale data in this one. Providers are
 * chosen when a Java process starts, and cannot be distinguished or changed afterwards.
 */
final class CldrProcess {

    private CldrProcess() {}

    /** The table, independent of the options of this process. */
    static CldrTable collect() {
        return CldrTable.isCldrAlone() ? CldrTable.collect() : collectApart();
    }

    /** The table as collected by a separate process. */
    static CldrTable collectApart() {
        try {
            Path folder = Files.createTempDirectory("pigeonhole-cldr");
            Path table = folder.resolve("table.tsv");
            try {
                start(table);
                return CldrTable.read(table);
            } finally {
                Files.deleteIfExists(table);
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw SourcesErrors.noLocaleData(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the locale data were collected", e);
        }
    }

    private static void start(Path table) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.locale.providers=CLDR",
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classes().toString(),
                        CldrTable.class.getName(),
                        table.toString()))
                .redirectErrorStream(true);
        // options for this process, such as a debugger's port, must not reach the other one
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw SourcesErrors.noLocaleData(
                        "it ended with code " + process.exitValue() + ", saying: " + said.strip());
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path classes() throws IOException {
        try {
            return Path.of(CldrProcess.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException | RuntimeException e) {
            throw new IOException("the jar of these classes is not on this machine", e);
        }
    }
}
