package io.pigeonhole.jobs;

import java.util.Random;

/**
 * When a process dies: at a commit of a table, or at one of the other writes between two commits (a data file, a temporary
 * file of the log, a model's file, a removal).
 *
 * @param commits commits that it has made
 * @param writes other writes that it has made since the last of these; -1 where it dies at the next commit itself
 * @param moment before or after the commit or write; a write that is not made leaves a file without its last bytes
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

    /** A death at some write between commits; at the next commit where there are not so many. */
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
