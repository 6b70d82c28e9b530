package io.pigeonhole.jobs.runs;

import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Shows how many tasks of Spark are done, during work that one query does. */
public final class TaskProgress extends SparkListener {

    private final Progress progress;
    private final String state;
    private int submitted;
    private int done;

    private TaskProgress(Progress progress, String state) {
        this.progress = progress;
        this.state = state;
    }

    /**
     * Does the work and shows the state, from the first task on with the numbers of tasks.
     *
     * @param state such as "judging 3 settings"
     */
    public static <T> T during(SparkContext context, Progress progress, String state, Supplier<T> work) {
        TaskProgress shown = new TaskProgress(progress, state);
        progress.update(state);
        context.addSparkListener(shown);
        try {
            return work.get();
        } finally {
            context.removeSparkListener(shown);
        }
    }

    @Override
    public synchronized void onStageSubmitted(SparkListenerStageSubmitted event) {
        submitted += event.stageInfo().numTasks();
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
        done++;
        progress.update(state + ", " + done + " of " + Math.max(done, submitted) + " tasks of Spark so far");
    }
}
