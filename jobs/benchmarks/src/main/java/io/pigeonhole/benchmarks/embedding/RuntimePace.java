package io.pigeonhole.benchmarks.embedding;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.sun.management.OperatingSystemMXBean;
import io.pigeonhole.benchmarks.Measurement.Report;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import io.pigeonhole.embedding.BuiltIn;
import io.pigeonhole.embedding.BuiltInTokens;
import java.lang.management.ManagementFactory;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/** ONNX Runtime alone: two threads run the model on token ids that are ready. */
final class RuntimePace implements Work {

    private static final int THREADS = 2;
    private static final int WARM_UP = 1_000;

    @Override
    public Report run(Workplace place, String setting) throws Exception {
        List<int[]> texts = BuiltInTokens.of(ClincTexts.read(), 512);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = options();
                OrtSession session =
                        environment.createSession(BuiltIn.MODEL.bytes(new Configuration(false)), options)) {
            run(environment, session, texts.subList(0, WARM_UP));
            long processor = processorTime();
            double seconds = Workplace.seconds(() -> run(environment, session, texts));
            double used = (processorTime() - processor) / 1e9;
            return new Report(
                    environment.getVersion(),
                    seconds,
                    Workplace.peakMemoryMiB(),
                    Map.of("texts/s", texts.size() / seconds, EmbeddingBenchmarks.PACE, texts.size() / used),
                    "");
        }
    }

    private static OrtSession.SessionOptions options() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        return options;
    }

    static long processorTime() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static void run(OrtEnvironment environment, OrtSession session, List<int[]> texts) {
        List<Thread> threads = IntStream.range(0, THREADS)
                .mapToObj(thread -> new Thread(() -> {
                    for (int i = thread; i < texts.size(); i += THREADS) {
                        run(environment, session, texts.get(i));
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    private static void run(OrtEnvironment environment, OrtSession session, int[] tokens) {
        long[] ids = Arrays.stream(tokens).asLongStream().toArray();
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        long[] shape = {1, ids.length};
        try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
                OnnxTensor mask = OnnxTensor.createTensor(environment, LongBuffer.wrap(ones), shape);
                OnnxTensor types = OnnxTensor.createTensor(environment, LongBuffer.allocate(ids.length), shape);
                OrtSession.Result result =
                        session.run(Map.of("input_ids", idTensor, "attention_mask", mask, "token_type_ids", types))) {
            if (result.size() != 1) {
                throw new IllegalStateException("the model has one output");
            }
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
