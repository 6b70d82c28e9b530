package io.pigeonhole.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline that ran once, completely and without faults, for all tests of a build; no test may change it. The forks
 * of a build share it, and the first one runs it.
 *
 * @param run result of the command line
 */
record Undisturbed(TinyPipeline pipeline, Cli run) {

    private static final Path FOLDER = Path.of("target", "undisturbed").toAbsolutePath();
    /** Start time of the build; tests started outside a build never share. */
    private static final String BUILD = System.getProperty("build.began", "alone " + System.nanoTime());

    private static @Nullable Undisturbed ofThisFork;

    static synchronized Undisturbed pipelineAndRun() {
        if (ofThisFork == null) {
            ofThisFork = ofThisBuild();
        }
        return ofThisFork;
    }

    private static Undisturbed ofThisBuild() {
        Path lockFile = FOLDER.resolveSibling("undisturbed.lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // held until the channel is closed
            channel.lock();
            Path built = FOLDER.resolve("build");
            if (!Files.exists(built) || !Files.readString(built).equals(BUILD)) {
                TinyPipeline.delete(FOLDER);
                TinyPipeline pipeline = TinyPipeline.create(FOLDER);
                Cli run = Cli.done(pipeline.command("run", "--json"));
                TinyPipeline.write(FOLDER.resolve("out"), run.out());
                TinyPipeline.write(FOLDER.resolve("err"), run.err());
                TinyPipeline.write(built, BUILD);
            }
            return new Undisturbed(
                    new TinyPipeline(FOLDER),
                    new Cli(0, Files.readString(FOLDER.resolve("out")), Files.readString(FOLDER.resolve("err"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
