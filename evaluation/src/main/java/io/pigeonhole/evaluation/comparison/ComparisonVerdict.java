package io.pigeonhole.evaluation.comparison;

import io.pigeonhole.evaluation.statistics.Estimate;
import java.util.Locale;

/** The verdict of a comparison. */
public enum ComparisonVerdict {
    /** The adjusted p-value is within the level, and the metric improved. */
    BETTER,
    /** The adjusted p-value is within the level, and the metric deteriorated. */
    WORSE,
    /** The whole interval lies within the margin: even a significant change does not matter. */
    SAME_WITHIN_MARGIN,
    /** The rows do not suffice for one of these verdicts, or there are fewer than the minimum support. */
    NOT_ENOUGH_DATA;

    /** The verdict's name in the tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ComparisonVerdict of(
            Estimate difference, double adjustedP, boolean moreIsBetter, double margin, double level) {
        if (-margin <= difference.low() && difference.high() <= margin) {
            return SAME_WITHIN_MARGIN;
        }
        if (adjustedP > level || difference.value() == 0) {
            return NOT_ENOUGH_DATA;
        }
        return difference.value() > 0 == moreIsBetter ? BETTER : WORSE;
    }
}
