package io.pigeonhole.deep.devices;

import io.pigeonhole.transforms.PipelineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process computes on. ND4J loads one kind of native code into a process and keeps it, so the first caller decides. On
 * a cluster a task may use only the GPU that Spark assigned to it; a single process may use all its GPUs.
 */
public final class Devices {

    private static final Logger LOG = LoggerFactory.getLogger(Devices.class);
    private static final String CUDA_BACKEND = "org.nd4j.linalg.jcublas.JCublasBackend";
    private static final String RESOURCE = "gpu";
    private static final String DRIVER = "libcuda.so.1";

    /** Numbers of CUDA's attributes cudaDevAttrComputeCapabilityMajor and -Minor. */
    private static final int MAJOR = 75;

    private static final int MINOR = 76;
    private static @Nullable Choice choice;

    private Devices() {}

    /**
     * What a process computes on.
     *
     * @param hasCuda whether the build could use a GPU
     * @param reason why it is not a GPU; empty where it is one
     */
    public record Choice(boolean isGpu, boolean hasCuda, String reason) implements Serializable {

        @Override
        public String toString() {
            return isGpu ? "deep models compute on the GPU" : "deep models compute on the processor: " + reason;
        }

        /** Fails if this is not the device that the settings ask for. */
        public void require(Device wanted) {
            if (wanted == Device.GPU && !isGpu) {
                throw PipelineException.configuration("device = gpu, but there is no GPU to train on: " + reason
                        + ". Mend that, or set device = auto, which takes the processor instead.");
            }
            if (wanted == Device.CPU && isGpu) {
                throw PipelineException.configuration(
                        "device = cpu, but this process computes on a GPU already, as what ran in it before was free"
                                + " to. Set device = cpu for all deep models of the run, or train this one by a command of"
                                + " its own.");
            }
        }
    }

    /** What this process computes on, decided now if it was not before. */
    public static synchronized Choice choose(Device wanted) {
        Choice made = choice;
        if (made == null) {
            boolean hasCuda = backends().stream()
                    .anyMatch(backend -> backend.getClass().getName().equals(CUDA_BACKEND));
            made = decide(wanted, hasCuda, mayUse(), Devices::missing);
            if (hasCuda && !made.isGpu()) {
                ND4JClassLoading.setNd4jClassloader(new WithoutCuda(ND4JClassLoading.getNd4jClassloader()));
            }
            if (hasCuda && (isOneProcess() || TaskContext.get() != null)) {
                LOG.warn(made.toString());
            }
            choice = made;
        }
        return made;
    }

    /**
     * The decision, without side effects.
     *
     * @param mayUse whether Spark leaves this process a GPU
     * @param missing what the machine lacks to use a GPU, if anything; costly to compute
     */
    static Choice decide(Device wanted, boolean hasCuda, boolean mayUse, Supplier<Optional<String>> missing) {
        Optional<String> reason = Optional.empty();
        if (!hasCuda) {
            reason = Optional.of("this build has no CUDA in it (build it with -Pgpu)");
        } else if (wanted == Device.CPU) {
            reason = Optional.of("device = cpu");
        } else if (!mayUse) {
            reason = Optional.of("Spark gave the task no GPU (set spark.executor.resource.gpu.amount and"
                    + " spark.task.resource.gpu.amount)");
        } else {
            reason = missing.get().map(lack -> "no GPU can be used (" + lack + ")");
        }
        return new Choice(reason.isEmpty(), hasCuda, reason.orElse(""));
    }

    static synchronized boolean isGpu() {
        return choice != null && choice.isGpu();
    }

    /** Whether tasks run in the driver's process, which Spark gives no resources to. */
    public static boolean isOneProcess() {
        String master = SparkEnv.get() == null ? "local" : SparkEnv.get().conf().get("spark.master", "local");
        return master.equals("local") || master.startsWith("local[");
    }

    private static boolean mayUse() {
        return isOneProcess() || given().isPresent();
    }

    /** The GPU that Spark gave the task that calls this. */
    private static Optional<String> given() {
        TaskContext task = TaskContext.get();
        ResourceInformation gpus = task == null ? null : task.resourcesJMap().get(RESOURCE);
        return gpus == null || gpus.addresses().length == 0 ? Optional.empty() : Optional.of(gpus.addresses()[0]);
    }

    private static List<Nd4jBackend> backends() {
        List<Nd4jBackend> backends = new ArrayList<>();
        ServiceLoader.load(Nd4jBackend.class, ND4JClassLoading.getNd4jClassloader())
                .forEach(backends::add);
        return backends;
    }

    private static Optional<String> missing() {
        for (Nd4jBackend backend : backends()) {
            if (backend.getClass().getName().equals(CUDA_BACKEND)) {
                try {
                    return backend.isAvailable()
                            ? unsupported(capability(MAJOR), capability(MINOR))
                            : Optional.of("no CUDA device");
                } catch (RuntimeException | LinkageError | ReflectiveOperationException e) {
                    String lack = innermost(e);
                    return Optional.of(lack.contains(DRIVER) ? "NVIDIA's driver, " + DRIVER + ", is not there" : lack);
                }
            }
        }
        throw new IllegalStateException("no backend for CUDA");
    }

    /**
     * Why ND4J has no code for a GPU of this compute capability, if so. The natives of nd4j-cuda-11.6 1.0.0-M2.1 hold code of
     * the machine for 3.7 to 8.6, which runs on later ones of the same major number, and no PTX for any other.
     */
    static Optional<String> unsupported(int major, int minor) {
        boolean runs = major > 3 ? major < 9 : major == 3 && minor >= 7;
        return runs
                ? Optional.empty()
                : Optional.of("the GPU's compute capability " + major + "." + minor
                        + " is not among those that ND4J's natives have code for, 3.7 to 8.9");
    }

    /** An attribute of the first GPU, by reflection: only the profile gpu has CUDA's classes. */
    private static int capability(int attribute) throws ReflectiveOperationException {
        int[] value = new int[1];
        Class.forName("org.bytedeco.cuda.global.cudart")
                .getMethod("cudaDeviceGetAttribute", int[].class, int.class, int.class)
                .invoke(null, value, attribute, 0);
        return value[0];
    }

    private static String innermost(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.toString().lines().findFirst().orElseThrow();
    }

    /**
     * Lets the calling thread use the GPU that Spark gave its task or, where all runs in one process, one by the task's number.
     *
     * @return the GPU's number in this process; 0 for the processor
     */
    public static int bind() {
        if (!isGpu()) {
            return 0;
        }
        int count = Nd4j.getAffinityManager().getNumberOfDevices();
        TaskContext task = TaskContext.get();
        int device =
                given().map(address -> number(address, count)).orElse(task == null ? 0 : task.partitionId() % count);
        if (Nd4j.getAffinityManager().getDeviceForCurrentThread() != device) {
            Nd4j.getMemoryManager().releaseCurrentContext();
            Nd4j.getAffinityManager().unsafeSetDevice(device);
        }
        return device;
    }

    /** An address as the number of a GPU. */
    static int number(String address, int count) {
        if (!address.matches("\\d{1,4}") || Integer.parseInt(address) >= count) {
            throw PipelineException.configuration("Spark gave a task the GPU '" + address + "', but its process sees "
                    + count
                    + " GPU(s), numbered from 0 on. The script of spark.executor.resource.gpu.discoveryScript has"
                    + " to print numbers as CUDA counts in the executor, where CUDA_VISIBLE_DEVICES may hide some;"
                    + " conf/spark/find-gpus does.");
        }
        return Integer.parseInt(address);
    }

    /** Hides the CUDA backend from ND4J, which would prefer it. */
    static final class WithoutCuda extends ClassLoader {

        private static final String BACKENDS = "META-INF/services/" + Nd4jBackend.class.getName();

        WithoutCuda(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            if (!name.equals(BACKENDS)) {
                return super.getResources(name);
            }
            List<URL> others = new ArrayList<>(Collections.list(super.getResources(name)));
            others.removeIf(url -> read(url).contains(CUDA_BACKEND));
            return Collections.enumeration(others);
        }

        private static String read(URL url) {
            try (InputStream in = url.openStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
