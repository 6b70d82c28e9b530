package io.pigeonhole.jobs;

import java.util.Random;

/**
 * The point at which a process dies: at a commit of a table, or at another write between two commits (a data file, a
 * temporary file of the log, a model's file, a removal).
 *
 * @param commits commits before the fault
 * @param writes other writes between the last of these commits and the fault; -1 if the fault is at the next commit
 *     itself
 * @param moment before or after the commit or write; an interrupted write leaves a file without its last bytes
 */
record Fault(int commits, int writes, Moment moment) {

    private static final int AT_COMMIT = -1;
    private static final int WRITES_BETWEEN_COMMITS = 8;

    enum Moment {
        BEFORE,
        AFTER
    }

    static Fault atCommit(int commits, Moment moment) {
        return new Fault(commits, AT_COMMIT, moment);
    }

    /** A death at a random write between commits; at the next commit if there are fewer writes. */
    static Fault between(Random random, int commits) {
        return new Fault(
                random.nextInt(commits),
                random.nextInt(WRITES_BETWEEN_COMMITS),
                Moment.values()[random.nextInt(Moment.values().length)]);
    }

    boolean isDue(boolean isCommit, int commitsMade, int writesMade, Moment now) {
        if (commitsMade != commits || now != moment) {
            return false;
        }
        return isCommit || writesMade == writes;
    }
}
