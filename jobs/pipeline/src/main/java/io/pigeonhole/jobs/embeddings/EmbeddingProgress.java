package io.pigeonhole.jobs.embeddings;

import io.pigeonhole.jobs.runs.Progress;
import io.pigeonhole.jobs.runs.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.apache.spark.SparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows how many texts or images have their vectors, at what rate, and the time that the rest takes. */
final class EmbeddingProgress extends SparkListener {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddingProgress.class);

    private final Progress progress;
    private final long count;
    private final Instant start = Instant.now();
    private long done;

    private EmbeddingProgress(Progress progress, long count) {
        this.progress = progress;
        this.count = count;
    }

    static void during(Session session, long count, Runnable work) {
        EmbeddingProgress shown = new EmbeddingProgress(session.progress(), count);
        SparkContext spark = session.spark().sparkContext();
        session.progress().update(String.format(Locale.ROOT, "0 of %,d vectors", count));
        spark.addSparkListener(shown);
        try {
            work.run();
        } finally {
            spark.removeSparkListener(shown);
        }
        double seconds = shown.seconds();
        LOG.info(String.format(Locale.ROOT, "%,d vectors in %.1f s, %.0f a second", count, seconds, count / seconds));
    }

    /** Texts arrive in the tasks of the model by one shuffle, and leave them as vectors by another. */
    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
        TaskMetrics metrics = event.taskMetrics();
        if (metrics == null || metrics.shuffleReadMetrics().recordsRead() == 0) {
            return;
        }
        done = Math.min(count, done + metrics.shuffleWriteMetrics().recordsWritten());
        progress.update(text(done, count, seconds()));
    }

    private double seconds() {
        return Math.max(1e-3, Duration.between(start, Instant.now()).toMillis() / 1e3);
    }

    static String text(long done, long count, double seconds) {
        double rate = done / seconds;
        return String.format(Locale.ROOT, "%,d of %,d vectors", done, count)
                + (done == 0
                        ? ""
                        : String.format(Locale.ROOT, ", %,.0f a second, %,.0f s left", rate, (count - done) / rate));
    }
}
