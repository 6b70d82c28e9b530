package io.pigeonhole.deep.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.deep.TestProcess;
import io.pigeonhole.deep.learning.RoundsTest;
import io.pigeonhole.transforms.PipelineException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OffHeapTest {

    private static final long MIB = 1 << 20;

    /** A training in a process that may hold less than it does from the start. */
    public static void main(String[] arguments) {
        try {
            RoundsTest.settings().classifier().fit(RoundsTest.data());
        } catch (PipelineException e) {
            System.out.println(e.category() + ": " + e.getMessage());
        }
    }

    @Test
    void memoryThatIsUsedUpIsAnErrorThatNamesTheRemedies(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("output");
        Process process = TestProcess.start(
                output, List.of("-Xmx480m", "-Dorg.bytedeco.javacpp.maxphysicalbytes=100m"), OffHeapTest.class);
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(TestProcess.read(output))
                .contains(
                        "CONFIGURATION: The memory outside of Java's heap, where the network's arrays lie, is used up:"
                                + " Physical memory usage is too high")
                .contains("may hold 100 MiB", "batch_size", "spark.task.cpus", "spark.executor.memoryOverhead")
                .contains("-Dorg.bytedeco.javacpp.maxphysicalbytes=8g");
    }

    @Test
    void anExecutorInAContainerStopsBeforeTheClusterKillsIt() {
        SparkConf conf = new SparkConf(false).set("spark.executor.memory", "2g");
        assertThat(OffHeap.ofContainer(conf.clone().set("spark.master", "spark://host:7077")))
                .isEmpty();
        SparkConf yarn = conf.clone().set("spark.master", "yarn");
        assertThat(OffHeap.ofContainer(yarn)).hasValue((long) (0.95 * (2048 + 384) * MIB));
        assertThat(OffHeap.ofContainer(yarn.clone().set("spark.executor.memory", "10g")))
                .hasValue((long) (0.95 * 11 * 1024 * MIB));
        yarn.set("spark.executor.memoryOverhead", "3g")
                .set("spark.memory.offHeap.enabled", "true")
                .set("spark.memory.offHeap.size", "1g");
        assertThat(OffHeap.ofContainer(yarn)).hasValue((long) (0.95 * 6 * 1024 * MIB));
    }
}
