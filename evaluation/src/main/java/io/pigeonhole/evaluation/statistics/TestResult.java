package io.pigeonhole.evaluation.statistics;

import java.io.Serializable;

/**
 * The p-value of a test, by itself and adjusted together with others.
 *
 * @param test name of the test
 * @param adjustment what made {@code adjustedP} of {@code p}
 */
public record TestResult(double p, String test, double adjustedP, MultipleTesting adjustment) implements Serializable {

    /** The result of a test that is not adjusted yet. */
    public static TestResult of(double p, String test) {
        return new TestResult(p, test, p, MultipleTesting.NONE);
    }

    TestResult adjusted(double adjusted, MultipleTesting by) {
        return new TestResult(p, test, adjusted, by);
    }
}
