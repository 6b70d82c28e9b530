package io.pigeonhole.deep;

import org.apache.spark.TaskContext;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * The native code's threads: as many as the Spark task that calls it has cores, so that tasks do not fight over them. Each
 * of its three pools starts as many as the machine has cores otherwise, and they wait for each other by spinning.
 */
final class Natives {

    private Natives() {}

    /** Limits the threads of what this thread calls; outside of a task to one. */
    static void limitThreads() {
        int threads = TaskContext.get() == null ? 1 : TaskContext.get().cpus();
        // first, as it loads what the others need; this limit is the process's, in which all tasks have as many cores
        Nd4j.getEnvironment().setMaxMasterThreads(threads);
        // this one, of oneDNN, is the thread's own
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        openblas_nolapack.blas_set_num_threads(threads);
    }
}
