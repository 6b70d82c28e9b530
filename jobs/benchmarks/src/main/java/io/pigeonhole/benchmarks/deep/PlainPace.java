package io.pigeonhole.benchmarks.deep;

import io.pigeonhole.benchmarks.Measurement.Report;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import io.pigeonhole.deep.network.NetworkSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * How many examples a second Deeplearning4j learns from by itself, mini-batches lying ready in native memory.
 *
 * @param convolutions whose layers the network has
 * @param networks that learn side by side, each from its share of the images, by its share of two native threads; they
 *     exchange nothing
 * @param images to learn from
 * @param passes over them that count, after half as many that do not
 */
record PlainPace(
        PlainNetwork.Convolutions convolutions,
        int networks,
        NetworkSpec.Cnn network,
        int images,
        int batchSize,
        int passes)
        implements Work {

    private static final int THREADS = 2;

    @Override
    public Report run(Workplace place, String setting) throws Exception {
        limitThreads(THREADS / networks);
        List<Learner> learners = learners();
        ExecutorService executor = Executors.newFixedThreadPool(networks);
        try {
            learn(executor, learners, passes / 2.0);
            Pace.Mark start = Pace.Mark.now();
            learn(executor, learners, passes);
            Pace pace = Pace.between(start, Pace.Mark.now(), passes * (double) images);
            return new Report(
                    "Deeplearning4j 1.0.0-M2.1",
                    images / pace.perSecond(),
                    Workplace.peakMemoryMiB(),
                    pace.figures(),
                    "");
        } finally {
            executor.shutdown();
        }
    }

    private List<Learner> learners() throws Exception {
        byte[][] pixels = FashionMnist.TRAIN.images();
        byte[][] labels = FashionMnist.TRAIN.labels();
        List<Learner> learners = new ArrayList<>();
        for (int n = 0; n < networks; n++) {
            List<DataSet> batches = new ArrayList<>();
            for (int from = n * batchSize; from < images; from += networks * batchSize) {
                batches.add(PlainNetwork.batch(pixels, labels, from, batchSize, convolutions));
            }
            learners.add(new Learner(PlainNetwork.of(network, convolutions), batches, THREADS / networks));
        }
        return learners;
    }

    private static void learn(ExecutorService executor, List<Learner> learners, double passes) throws Exception {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (Learner learner : learners) {
            tasks.add(() -> learner.learn(passes));
        }
        for (Future<Void> future : executor.invokeAll(tasks)) {
            future.get();
        }
    }

    private record Learner(MultiLayerNetwork network, List<DataSet> batches, int threads) {

        @SuppressWarnings("NullAway") // what a task of no result returns
        Void learn(double passes) {
            limitThreads(threads);
            for (int i = 0; i < passes * batches.size(); i++) {
                network.fit(batches.get(i % batches.size()));
            }
            return null;
        }
    }

    /** The threads of the three pools of the native code: of its own loops, of oneDNN when this thread calls it, of OpenBLAS. */
    private static void limitThreads(int threads) {
        Nd4j.getEnvironment().setMaxMasterThreads(threads);
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        openblas_nolapack.blas_set_num_threads(threads);
    }
}
