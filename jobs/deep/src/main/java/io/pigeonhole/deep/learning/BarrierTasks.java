package io.pigeonhole.deep.learning;

import java.io.Serializable;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * Tasks on shards that run at the same time, in a barrier stage. A shard that is computed in one is cached where it runs, so
 * that later stages find shards spread over the executors.
 */
final class BarrierTasks {

    /** How long tasks that lack an executor wait for another one. */
    private static final int PATIENCE_SECONDS = 30;

    private BarrierTasks() {}

    /** The state of a task, or the process that it needs, is lost. */
    static final class ProcessLostException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ProcessLostException(String message) {
            super(message);
        }
    }

    /** What a task does with its shard. */
    interface Work<T> extends Serializable {
        T on(Shard shard);
    }

    /** Whether an exception or its cause is a lost process. Spark keeps only the text of exceptions in tasks. */
    static boolean isLoss(Throwable e) {
        String text = e.toString();
        return text.contains(ProcessLostException.class.getSimpleName())
                || text.contains("ExecutorLostFailure")
                || (e.getCause() != null && isLoss(e.getCause()));
    }

    /** Whether a barrier stage can run: all tasks at the same time, without dynamic allocation of executors. */
    static boolean hasSlots(JavaRDD<Shard> shards) {
        SparkContext spark = shards.context();
        int slots = spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
        return slots >= shards.getNumPartitions()
                && !spark.getConf().getBoolean("spark.dynamicAllocation.enabled", false);
    }

    /** Waits for a limited time until all tasks can run at the same time. */
    static void awaitSlots(JavaRDD<Shard> shards) {
        try {
            for (int second = 0; second < PATIENCE_SECONDS && !hasSlots(shards); second++) {
                Thread.sleep(1000);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Combines results on executors before the driver collects them. */
    interface Gathering<T> {
        JavaRDD<T> of(JavaRDD<T> results);
    }

    /** Runs a task on each shard; one after another if there are too few slots. */
    static <T> List<T> run(JavaRDD<Shard> shards, Work<T> work) {
        return run(shards, work, results -> results);
    }

    /** The same, with results that are combined on executors. */
    static <T> List<T> run(JavaRDD<Shard> shards, Work<T> work, Gathering<T> gathering) {
        return hasSlots(shards)
                ? inBarrier(shards, work, gathering)
                : gathering.of(shards.map(work::on)).collect();
    }

    /** A barrier stage that has lost an executor would wait for another one without limit; this one fails in the end. */
    private static <T> List<T> inBarrier(JavaRDD<Shard> shards, Work<T> work, Gathering<T> gathering) {
        JavaFutureAction<List<T>> running = gathering
                .of(shards.rdd()
                        .barrier()
                        .<T>mapPartitions(new InBarrier<>(work), false, ClassTag$.MODULE$.apply(Object.class))
                        .toJavaRDD())
                .collectAsync();
        boolean lacking = false;
        while (true) {
            try {
                return running.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                if (lacking && !hasSlots(shards)) {
                    running.cancel(true);
                    throw new ProcessLostException("an executor is gone, and none has come in its place");
                }
                lacking = !hasSlots(shards);
            } catch (ExecutionException e) {
                throw new IllegalStateException("tasks failed: " + e.getCause(), e.getCause());
            } catch (InterruptedException e) {
                running.cancel(true);
                throw interrupted(e);
            }
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }

    /** For a barrier stage, which Spark offers to Scala alone. */
    private static final class InBarrier<T>
            extends AbstractFunction1<scala.collection.Iterator<Shard>, scala.collection.Iterator<T>>
            implements Serializable {

        private static final long serialVersionUID = 1L;
        private final Work<T> work;

        InBarrier(Work<T> work) {
            this.work = work;
        }

        @Override
        public scala.collection.Iterator<T> apply(scala.collection.Iterator<Shard> shards) {
            return CollectionConverters.asScala(List.of(work.on(shards.next())).iterator());
        }
    }
}
