package io.pigeonhole.deep;

import io.pigeonhole.deep.learning.CheckpointSettings;
import io.pigeonhole.deep.learning.Compression;
import io.pigeonhole.deep.learning.Round;
import io.pigeonhole.deep.learning.RoundListener;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Trains a network on generated rows under whatever master it is submitted to, and prints what it notes and the model's
 * fingerprint, which is the same under every master, and when an executor is killed in the middle.
 */
public final class ClusterCheck {

    private static final int KILLED_AFTER = 8;

    private ClusterCheck() {}

    /** How an executor ends. */
    private enum End {
        NEVER,
        /** By its process id; the cluster starts another one. */
        KILLED,
        /** So too, but the cluster starts no other one. */
        REMOVED
    }

    /**
     * Trains and prints.
     *
     * @param args how an executor ends (NEVER, KILLED or REMOVED) and perhaps a folder for checkpoints
     */
    public static void main(String[] args) {
        SparkSession spark =
                SparkSession.builder().appName("deep cluster check").getOrCreate();
        try {
            DeepClassifier classifier = new TestSettings()
                    .epochs(2)
                    .localSteps(5)
                    .compression(Compression.INT8)
                    .checkpoints(new CheckpointSettings(args.length > 1 ? args[1] : "", 1))
                    .classifier();
            classifier.listen(
                    new Ending(JavaSparkContext.fromSparkContext(spark.sparkContext()), End.valueOf(args[0])));
            DeepModel model = classifier.fit(Samples.dataset(spark, Samples.sparseRows(4, 3000, 8)));
            System.out.printf(
                    "model: %d rounds, fingerprint %s%n",
                    model.summary().orElseThrow().rounds().size(), model.fingerprint());
        } finally {
            spark.stop();
        }
    }

    private record Executor(String id, long process) implements Serializable {}

    private static final class Ending implements RoundListener {

        private static final long serialVersionUID = 1L;
        private final transient JavaSparkContext context;
        private final End end;
        private double before;
        private boolean ended;

        Ending(JavaSparkContext context, End end) {
            this.context = context;
            this.end = end;
        }

        /** In the middle of the next round, as far as that can be known. */
        @Override
        public void done(Round round, int rounds) {
            double seconds = round.seconds() - before;
            before = round.seconds();
            if (round.round() == KILLED_AFTER && end != End.NEVER && !ended) {
                ended = true;
                Executor executor = executors().get(0);
                Thread killer = new Thread(() -> end(executor, seconds / 2));
                killer.setDaemon(true);
                killer.start();
            }
        }

        private void end(Executor executor, double delay) {
            try {
                Thread.sleep((long) (1000 * delay));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            boolean done = (end == End.KILLED || context.sc().killExecutor(executor.id()))
                    && ProcessHandle.of(executor.process()).orElseThrow().destroyForcibly();
            System.out.printf("executor %s: %s %b%n", executor.id(), end, done);
        }

        /** The driver left out. */
        private List<Executor> executors() {
            return context
                    .parallelize(IntStream.range(0, 16).boxed().toList(), 16)
                    .map(i -> new Executor(
                            SparkEnv.get().executorId(), ProcessHandle.current().pid()))
                    .distinct()
                    .collect()
                    .stream()
                    .filter(executor -> !executor.id().equals("driver"))
                    .sorted(Comparator.comparing(Executor::id))
                    .toList();
        }

        @Override
        public void note(String message) {
            System.out.println("note: " + message);
        }
    }
}
