package io.pigeonhole.evaluation.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * A figure of one set of rows that is compared with the same figure of another, with a test of their difference.
 *
 * @param <F> the figure itself
 */
public interface TestedFigure<F extends TestedFigure<F>> {

    /** Rows behind the figure. */
    long support();

    /** Rows behind the figure that it is compared with. */
    long baseSupport();

    TestResult result();

    /**
     * The figure with its verdict.
     *
     * @param adjusted the result of its test, adjusted
     * @param level within which a p-value is significant
     * @param isSufficient whether there are enough rows on both sides
     */
    F judged(TestResult adjusted, double level, boolean isSufficient);

    /** Whether both sides have at least this many rows. */
    default boolean isSupported(long minimumSupport) {
        return Math.min(support(), baseSupport()) >= minimumSupport;
    }

    /** The figures with their verdicts, in their order; their p-values are adjusted together. */
    static <F extends TestedFigure<F>> List<F> judged(
            List<F> figures, MultipleTesting adjustment, double level, long minimumSupport) {
        double[] adjusted = adjustment.adjust(
                figures.stream().mapToDouble(figure -> figure.result().p()).toArray());
        List<F> judged = new ArrayList<>();
        for (int i = 0; i < adjusted.length; i++) {
            F figure = figures.get(i);
            judged.add(figure.judged(
                    figure.result().adjusted(adjusted[i], adjustment), level, figure.isSupported(minimumSupport)));
        }
        return judged;
    }
}
