package io.pigeonhole.jobs;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests that change a store: each uses a copy of the store that {@link Undisturbed} filled. */
abstract class CopiedStoreTest extends DeltaTest {

    final TinyPipeline pipeline = TinyPipeline.undisturbed();

    @TempDir
    Path folder = Path.of("none");

    Path store = Path.of("none");

    @BeforeEach
    void copyTheStore() {
        store = folder.resolve("store");
        TinyPipeline.copy(pipeline.store(), store);
    }
}
