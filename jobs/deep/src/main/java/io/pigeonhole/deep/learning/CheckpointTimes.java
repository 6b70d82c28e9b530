package io.pigeonhole.deep.learning;

/**
 * After which rounds there are checkpoints: after each so many, or after as many as keep their writing under a tenth of the
 * time. Which they are changes nothing of the model.
 */
final class CheckpointTimes {

    private static final double MOST_OF_TIME = 0.1;

    private final int interval;
    private long latestNanos = System.nanoTime();
    private double seconds;

    /** @param interval rounds from one to the next; 0 for what time allows */
    CheckpointTimes(int interval) {
        this.interval = interval;
    }

    /** Whether there is to be one after a round, the first being 1; after the last one always. */
    boolean isDue(int round, int rounds) {
        if (round == rounds) {
            return true;
        }
        return interval > 0
                ? round % interval == 0
                : secondsSince(latestNanos) * MOST_OF_TIME >= seconds * (1 - MOST_OF_TIME);
    }

    /** Writes what is common to the tasks. They have written as much before, side by side. */
    void write(Runnable writing) {
        long began = System.nanoTime();
        writing.run();
        latestNanos = System.nanoTime();
        seconds = 2 * secondsSince(began);
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
