package io.pigeonhole.evaluation.comparison;

import io.pigeonhole.evaluation.statistics.Estimate;
import java.util.Locale;

/** What a comparison says. */
public enum ComparisonVerdict {
    /** The adjusted p-value is within the level, and the change is one for the better. */
    BETTER,
    /** The adjusted p-value is within the level, and the change is one for the worse. */
    WORSE,
    /** The whole interval lies within the margin; where it does, even a change that is certain does not matter. */
    SAME_WITHIN_MARGIN,
    /** None of these can be told from the rows at hand, or there are fewer than the minimum support. */
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
