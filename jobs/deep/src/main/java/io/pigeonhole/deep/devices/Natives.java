package io.pigeonhole.deep.devices;

import java.lang.reflect.Field;
import java.util.Arrays;
import org.apache.spark.TaskContext;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * What is native. Threads: as many as the Spark task that calls it has cores, so that tasks do not fight over them. Each
 * of its three pools starts as many as the machine has cores otherwise, and they wait for each other by spinning.
 */
public final class Natives {

    private Natives() {}

    /** Limits the threads of what this thread calls; outside of a task to one. */
    public static void limitThreads() {
        OffHeap.limit();
        Devices.choose(Device.AUTO);
        if (Devices.isGpu()) {
            return;
        }
        keepOperations();
        int threads = TaskContext.get() == null ? 1 : TaskContext.get().cpus();
        // first, as it loads what the others need; this limit is the process's, in which all tasks have as many cores
        Nd4j.getEnvironment().setMaxMasterThreads(threads);
        // this one, of oneDNN, is the thread's own
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        openblas_nolapack.blas_set_num_threads(threads);
    }

    /** ND4J has no setting for this: its own properties file overwrites the name of the executioner. */
    private static synchronized void keepOperations() {
        if (Nd4j.getExecutioner() instanceof KeepingExecutioner) {
            return;
        }
        try {
            Field executioner = Nd4j.class.getDeclaredField("OP_EXECUTIONER_INSTANCE");
            executioner.setAccessible(true);
            executioner.set(null, new KeepingExecutioner());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of ND4J keeps its executioner elsewhere", e);
        }
    }

    /** Overwrites an array by the first elements of another one. */
    public static void copy(float[] from, INDArray to) {
        int length = Math.toIntExact(to.length());
        if (Devices.isGpu()) {
            to.assign(Nd4j.createFromArray(Arrays.copyOf(from, length)).reshape(to.shape()));
        } else {
            new FloatPointer(to.data().pointer()).put(from, 0, length);
        }
    }

    /** Overwrites the first elements of an array by all of another one. */
    public static void copy(INDArray from, float[] to) {
        int length = Math.toIntExact(from.length());
        if (Devices.isGpu()) {
            System.arraycopy(from.data().asFloat(), 0, to, 0, length);
        } else {
            new FloatPointer(from.data().pointer()).get(to, 0, length);
        }
    }
}
