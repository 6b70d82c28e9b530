package io.pigeonhole.jobs;

import io.pigeonhole.jobs.commands.CommandLines;

/** The entry point: hands the arguments to the command line and ends the process with its exit code. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        int exitCode = CommandLines.execute(args);
        // spark-submit in cluster mode takes a non-zero System.exit as failure, and a zero one before shutdown as
        // success
        System.exit(exitCode);
    }
}
