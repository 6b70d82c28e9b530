package io.pigeonhole.jobs.runs;

import java.util.List;

/** The names of the jobs, as in commands, the table {@code runs} and messages. */
public final class JobNames {

    public static final String EXTRACT = "extract";
    public static final String STRATIFY = "stratify";
    public static final String TRAIN = "train";
    public static final String CALIBRATE = "calibrate";
    public static final String SCORE = "score";
    public static final String EVALUATE = "evaluate";
    public static final String COMPARE = "compare";
    public static final String DRIFT = "drift";
    public static final String DISCOVER = "discover";
    public static final String GATE = "gate";
    public static final String PROMOTE = "promote";
    public static final String ROLLBACK = "rollback";
    public static final String FORGET = "forget";
    public static final String MAINTAIN = "maintain";

    /** The jobs of the command {@code run}, in order, as text. */
    public static final String OF_A_RUN =
            EXTRACT + ", " + STRATIFY + ", " + TRAIN + ", " + CALIBRATE + ", " + SCORE + ", " + EVALUATE;

    /** The jobs that only their own commands start: each decides or changes something. */
    public static final List<String> ON_THEIR_OWN =
            List.of(COMPARE, DRIFT, DISCOVER, GATE, PROMOTE, ROLLBACK, FORGET, MAINTAIN);

    /** Every job that leaves a row in {@code runs}. */
    public static final List<String> ALL = List.of(
            EXTRACT, STRATIFY, TRAIN, CALIBRATE, SCORE, EVALUATE, COMPARE, DRIFT, DISCOVER, GATE, PROMOTE, ROLLBACK,
            FORGET, MAINTAIN);

    private JobNames() {}
}
