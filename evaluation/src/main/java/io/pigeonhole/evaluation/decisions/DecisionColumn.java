package io.pigeonhole.evaluation.decisions;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import java.util.Locale;
import org.apache.spark.sql.Column;

/** The columns of {@link DecisionRows}, in their order, which follow those of {@link EvaluationKey}. */
enum DecisionColumn {
    UNIT,
    LABEL,
    PREDICTED,
    CONFIDENCE,
    LABEL_PROBABILITY,
    SCORED,
    RANK,
    RANKS_KNOWN,
    SHARED_NODES,
    LABEL_NODES,
    PREDICTED_NODES,
    LISTED,
    UNLISTED,
    /** The class that the row is read for; only in the rows of {@link ScopeScan}. */
    CLASS;

    @SuppressWarnings("EnumOrdinal") // the columns are in the order of the enum
    private final int at = EvaluationKey.COLUMNS.size() + ordinal();

    String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Place of the column in a row. */
    int at() {
        return at;
    }

    /** The expression under the name of this column. */
    Column of(Column expression) {
        return expression.as(column());
    }

    /** The field of a struct that has this column's name. */
    Column in(String struct) {
        return col(struct).getField(column()).as(column());
    }
}
