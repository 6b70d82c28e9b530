package io.pigeonhole.deep.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.deep.DeepClassifier;
import io.pigeonhole.deep.learning.RoundsTest;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.SparkTest;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4jBackend;

class DevicesTest extends SparkTest {

    private static final Optional<String> NOTHING_MISSING = Optional.empty();
    private static final Optional<String> NO_DRIVER = Optional.of("no libcuda.so.1");

    private static Devices.Choice decide(Device wanted, boolean hasCuda, boolean mayUse, Optional<String> missing) {
        return Devices.decide(wanted, hasCuda, mayUse, () -> missing);
    }

    @Test
    void aGpuIsTakenWhereBuildSparkAndMachineHaveOneAndNobodyWantsTheProcessor() {
        assertThat(decide(Device.AUTO, true, true, NOTHING_MISSING).isGpu()).isTrue();
        assertThat(decide(Device.GPU, true, true, NOTHING_MISSING).isGpu()).isTrue();
        assertThat(decide(Device.CPU, true, true, NOTHING_MISSING))
                .hasToString("deep models compute on the processor: device = cpu");
    }

    @Test
    void withoutAGpuAutoTakesTheProcessorAndSaysWhy() {
        assertThat(decide(Device.AUTO, true, true, NO_DRIVER))
                .hasToString("deep models compute on the processor: no GPU can be used (no libcuda.so.1)");
        assertThat(decide(Device.AUTO, true, false, NOTHING_MISSING).toString())
                .contains("Spark gave the task no GPU", "spark.task.resource.gpu.amount");
        assertThat(decide(Device.AUTO, false, true, NOTHING_MISSING).toString()).contains("-Pgpu");
    }

    @Test
    void whatIsDemandedAndCannotBeIsRefused() {
        assertThatThrownBy(() -> decide(Device.GPU, true, true, NO_DRIVER).require(Device.GPU))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("there is no GPU to train on: no GPU can be used (no libcuda.so.1)");
        assertThatThrownBy(
                        () -> decide(Device.AUTO, true, true, NOTHING_MISSING).require(Device.CPU))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("computes on a GPU already");
    }

    @Test
    void aTrainingThatDemandsAGpuFailsInABuildWithoutCuda() {
        DeepClassifier classifier = RoundsTest.settings().device(Device.GPU).classifier();
        assertThatThrownBy(() -> classifier.fit(RoundsTest.data()))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("-Pgpu")
                .hasMessageContaining("device = auto");
    }

    @Test
    void addressesAreTheNumbersOfGpusThatTheProcessSees() {
        assertThat(Devices.number("1", 2)).isOne();
        for (String address : new String[] {"2", "GPU-8a6b", "-1"}) {
            assertThatThrownBy(() -> Devices.number(address, 2))
                    .isInstanceOf(PipelineException.class)
                    .hasMessageContaining("'" + address + "'")
                    .hasMessageContaining("conf/spark/find-gpus");
        }
    }

    @Test
    void aGpuThatCudasBuildHasNoCodeForIsNone() {
        assertThat(Devices.unsupported(3, 7)).isEmpty();
        assertThat(Devices.unsupported(8, 9)).as("Ada runs Ampere's code").isEmpty();
        assertThat(Devices.unsupported(9, 0).orElseThrow()).contains("compute capability 9.0");
        assertThat(Devices.unsupported(3, 5)).isPresent();
    }

    @Test
    void theBackendForCudaIsHiddenAndTheProcessorsIsNot(@TempDir Path folder) throws IOException {
        String services = "META-INF/services/" + Nd4jBackend.class.getName();
        Path file = folder.resolve(services);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "org.nd4j.linalg.jcublas.JCublasBackend\n");
        ClassLoader parent = Nd4jBackend.class.getClassLoader();
        try (URLClassLoader both = new URLClassLoader(new URL[] {folder.toUri().toURL()}, parent)) {
            assertThat(Collections.list(both.getResources(services))).hasSize(2);
            assertThat(Collections.list(new Devices.WithoutCuda(both).getResources(services)))
                    .isEqualTo(Collections.list(parent.getResources(services)));
        }
    }
}
