package io.pigeonhole.evaluation.probabilities;

import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.sql.Column;

/** The columns of {@link ScoreRows}, in their order. */
enum ScoreColumn {
    /** See {@link SortKey}. */
    SORT_KEY,
    /** Number of the part in {@link ScoreScopes}. */
    PART,
    /** Null for the decision. */
    CLASS,
    PROBABILITY,
    /** Whether the row is of the class; whether the decision is right. */
    POSITIVE,
    /** Hash of the unit that the bootstrap draws. */
    UNIT,
    /** One character for each slice, its number and one; null stands for the whole split alone. */
    SLICES;

    String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Place of the column in a row. */
    @SuppressWarnings("EnumOrdinal") // the columns are in the order of the enum
    int at() {
        return ordinal();
    }

    Column col() {
        return org.apache.spark.sql.functions.col(column());
    }

    static Column[] all() {
        return Arrays.stream(values()).map(ScoreColumn::col).toArray(Column[]::new);
    }
}
