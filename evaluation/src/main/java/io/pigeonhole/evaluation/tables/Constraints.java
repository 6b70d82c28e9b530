package io.pigeonhole.evaluation.tables;

/** Parts of the constraints of several tables; each condition is true or false, never null. */
public final class Constraints {

    private Constraints() {}

    /** A rate and the columns of its bounds. */
    public static String rate(String value, String low, String high) {
        return "0 <= " + low + " AND " + low + " <= " + value + " AND " + value + " <= " + high + " AND " + high
                + " <= 1";
    }

    /** A rate whose three columns are null together, exactly where {@code undefined} holds. */
    public static String rateUnless(String undefined, String value, String low, String high) {
        return "CASE WHEN " + undefined + " THEN " + value + " IS NULL AND " + low + " IS NULL AND " + high
                + " IS NULL ELSE coalesce(" + rate(value, low, high) + ", false) END";
    }

    /** A rate whose three columns may be null, but only together. */
    public static String rateOrNull(String value, String low, String high) {
        return rateUnless("coalesce(" + value + ", " + low + ", " + high + ") IS NULL", value, low, high);
    }
}
