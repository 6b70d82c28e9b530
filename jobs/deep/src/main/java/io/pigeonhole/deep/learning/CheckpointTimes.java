package io.pigeonhole.deep.learning;

/**
 * After which rounds checkpoints are written: at a fixed interval, or as often as keeps writing them under a tenth of the time.
 * The model does not depend on it.
 */
final class CheckpointTimes {

    private static final double MOST_OF_TIME = 0.1;

    private final int interval;
    private long latestNanos = System.nanoTime();
    private double seconds;

    /** @param interval rounds from one to the next; 0 for as often as time allows */
    CheckpointTimes(int interval) {
        this.interval = interval;
    }

    /** Whether to write one after a round, numbered from 1; always after the last round. */
    boolean isDue(int round, int rounds) {
        if (round == rounds) {
            return true;
        }
        return interval > 0
                ? round % interval == 0
                : secondsSince(latestNanos) * MOST_OF_TIME >= seconds * (1 - MOST_OF_TIME);
    }

    /** Writes the common state, and measures it. The tasks have written as much before, at the same time. */
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
