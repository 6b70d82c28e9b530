package io.pigeonhole.jobs.runs;

import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Shows how many tasks of Spark are done, during work that one query does. */
public final class TaskProgress extends SparkListener implements AutoCloseable {

    private final SparkContext context;
    private final Progress progress;
    private final String state;
    private int submitted;
    private int done;

    private TaskProgress(SparkContext context, Progress progress, String state) {
        this.context = context;
        this.progress = progress;
        this.state = state;
    }

    /**
     * Shows the state now, and the numbers of tasks with it from the first task on until {@link #close}.
     *
     * @param state such as "judging 3 settings"
     */
    public static TaskProgress show(SparkContext context, Progress progress, String state) {
        TaskProgress shown = new TaskProgress(context, progress, state);
        progress.update(state);
        context.addSparkListener(shown);
        return shown;
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

    @Override
    public void close() {
        context.removeSparkListener(this);
    }
}
