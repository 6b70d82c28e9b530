package io.pigeonhole.evaluation.gates;

import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.transforms.PipelineException;
import java.io.Serializable;
import java.util.Locale;

/**
 * A condition that a model version must meet before it is promoted, such as {@code recall(class = "billing") >= 0.80}.
 *
 * @param text as written in the configuration
 * @param subject the class or classes that it is about
 * @param metric name of the metric in the evaluation tables
 * @param bound the least or largest value; against the champion, of the candidate's metric less the champion's
 */
public record GateStatement(
        String text,
        Subject subject,
        String metric,
        Relation relation,
        Reference reference,
        double bound,
        JudgedOn judgedOn)
        implements Serializable {

    /** What a statement is about. */
    public sealed interface Subject extends Serializable {}

    /** All classes together. */
    public record Overall() implements Subject {}

    /** One class. */
    public record OneClass(String label) implements Subject {}

    /** The rows that one rule or model decided, among those of a model that lets several decide. */
    public record OneDecider(String decidedBy) implements Subject {}

    /** Every class by itself, or every critical one. */
    public record EachClass(boolean onlyCritical) implements Subject {}

    /** Whether the bound is a lower or an upper one; the bound itself is allowed. */
    public enum Relation {
        AT_LEAST,
        AT_MOST;

        /** The relation's name in the tables. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        GateVerdict of(Estimate estimate, double bound) {
            boolean holds = this == AT_LEAST ? estimate.low() >= bound : estimate.high() <= bound;
            boolean breaks = this == AT_LEAST ? estimate.high() < bound : estimate.low() > bound;
            return holds ? GateVerdict.PASS : breaks ? GateVerdict.FAIL : GateVerdict.NOT_ENOUGH_DATA;
        }
    }

    /** What the metric is compared with. */
    public enum Reference {
        FIXED,
        CHAMPION;

        /** The reference's name in the tables. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether the whole interval must meet the bound, or the figure alone. */
    public enum JudgedOn {
        BOUND,
        POINT;

        /** The name in the tables. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Reads a statement:
     *
     * <pre>
     * statement  = [ "for each" [ "critical" ] "class" ":" ] figure comparison [ "by" ( "bound" | "point" ) ]
     * figure     = metric [ "(" "class" "=" quoted ")" ] | "decider_accuracy" "(" "decided_by" "=" quoted ")"
     * comparison = ( "&gt;=" | "&lt;=" ) number
     *            | "not lower than champion" [ "-" number ] | "not higher than champion" [ "+" number ]
     * </pre>
     *
     * <p>A class stands in double or single quotes. {@code calibration_error} is short for
     * {@code expected_calibration_error}.
     *
     * @throws PipelineException (configuration) that shows the column at which the text goes wrong and what could stand there
     */
    public static GateStatement parse(String text) {
        return new GateParser(text).statement();
    }

    /** The estimate's verdict on this statement. */
    GateVerdict verdict(Estimate estimate) {
        return relation.of(judgedOn == JudgedOn.POINT ? Estimate.exact(estimate.value()) : estimate, bound);
    }

    @Override
    public String toString() {
        return text;
    }
}
