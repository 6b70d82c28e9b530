package io.pigeonhole.deep.devices;

import io.pigeonhole.transforms.PipelineException;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.bytedeco.javacpp.Pointer;

/**
 * The memory outside of Java's heap, where networks' arrays lie. JavaCPP refuses to allocate more once the process, heap and
 * all, holds {@code org.bytedeco.javacpp.maxphysicalbytes}: four times the heap unless told otherwise, which in a container
 * is too late.
 */
public final class OffHeap {

    private static final String LIMIT = "org.bytedeco.javacpp.maxphysicalbytes";

    /** Share of a container's memory; beyond it, the cluster would kill the process without an explanation. */
    private static final double SHARE = 0.95;

    private OffHeap() {}

    /** Sets the limit of an executor in a container; it counts when JavaCPP is loaded, which must be later. */
    static synchronized void limit() {
        SparkEnv spark = SparkEnv.get();
        if (System.getProperty(LIMIT) == null
                && spark != null
                && !spark.executorId().equals("driver")) {
            ofContainer(spark.conf()).ifPresent(bytes -> System.setProperty(LIMIT, Long.toString(bytes)));
        }
    }

    /** The limit of an executor whose container the cluster limits, which YARN and Kubernetes do. */
    static OptionalLong ofContainer(SparkConf conf) {
        String master = conf.get("spark.master", "");
        if (!master.startsWith("yarn") && !master.startsWith("k8s")) {
            return OptionalLong.empty();
        }
        long heap = conf.getSizeAsBytes("spark.executor.memory", "1g");
        double factor = conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
        long least = conf.getSizeAsMb("spark.executor.minMemoryOverhead", "384m") << 20;
        long overhead = conf.contains("spark.executor.memoryOverhead")
                ? conf.getSizeAsMb("spark.executor.memoryOverhead") << 20
                : Math.max(least, (long) (factor * heap));
        long sparks = conf.getBoolean("spark.memory.offHeap.enabled", false)
                ? conf.getSizeAsBytes("spark.memory.offHeap.size", "0")
                : 0;
        return OptionalLong.of((long) (SHARE * (heap + overhead + sparks)));
    }

    /** Runs native code; if memory runs out, the error names the remedy. */
    public static <T> T explained(Supplier<T> action) {
        try {
            return action.get();
        } catch (OutOfMemoryError | RuntimeException e) {
            if (isExhausted(e)) {
                throw exhausted(e);
            }
            throw e;
        }
    }

    /** Whether native code found no memory: JavaCPP by its limit, ND4J by one of its own or by the machine's. */
    private static boolean isExhausted(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("Physical memory usage is too high")
                || message.contains("Failed to allocate")
                || message.contains("Allocation failed")
                || (e.getCause() != null && isExhausted(e.getCause()));
    }

    /** Spark would end the process of an {@link OutOfMemoryError}. */
    private static PipelineException exhausted(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return PipelineException.configuration(String.format(
                Locale.ROOT,
                "The memory outside of Java's heap, where the network's arrays lie, is used up: %s. The process may"
                        + " hold %,d MiB, heap included. Lower batch_size or make the network smaller; let fewer tasks run"
                        + " in a process at a time (spark.executor.cores, spark.task.cpus); or let it hold more: on YARN"
                        + " and Kubernetes by spark.executor.memoryOverhead, elsewhere by the Java option -D%s=8g (of the"
                        + " launcher: PIGEONHOLE_JAVA_OPTS; of executors: spark.executor.extraJavaOptions).",
                cause.getMessage(),
                Pointer.maxPhysicalBytes() >> 20,
                LIMIT));
    }
}
