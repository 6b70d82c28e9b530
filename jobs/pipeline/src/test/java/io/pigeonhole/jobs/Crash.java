package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process that died leaves behind. */
final class Crash {

    private Crash() {}

    /**
     * Makes a copy of a store as it was before one of its commits: without that and all later ones, and with the log of a
     * table that had none yet.
     */
    static void before(Path commit, Path original, Path copy) {
        TinyPipeline.copy(original, copy);
        long time = time(commit);
        for (Path each : TinyPipeline.commits(original)) {
            if (time(each) >= time) {
                Path log = copy.resolve(original.relativize(each)).getParent();
                String version = each.getFileName().toString().substring(0, 20);
                TinyPipeline.list(log).stream()
                        .filter(file ->
                                file.getFileName().toString().matches("(" + version + "|_last|\\." + version + ").*"))
                        .forEach(TinyPipeline::delete);
                if (version.matches("0+")) {
                    // nothing was written to the table yet
                    TinyPipeline.list(log.getParent()).stream()
                            .filter(file -> !file.equals(log))
                            .forEach(TinyPipeline::delete);
                    assertThat(log.toFile().setLastModified(0)).isTrue();
                }
            }
        }
    }

    /** When a commit was made; the jobs make one after another. */
    static long time(Path commit) {
        try {
            return new ObjectMapper()
                    .readTree(Files.readAllLines(commit).get(0))
                    .path("commitInfo")
                    .path("timestamp")
                    .asLong();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
