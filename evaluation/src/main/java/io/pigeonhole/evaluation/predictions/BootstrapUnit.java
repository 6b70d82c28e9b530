package io.pigeonhole.evaluation.predictions;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;

/** The units that the bootstrap draws: rows, or groups of rows where the predictions have a column of groups. */
public final class BootstrapUnit {

    /** Column of {@link #unit}. */
    public static final String COLUMN = "unit";

    private BootstrapUnit() {}

    /** Hash of the unit that a row belongs to. */
    public static Column unit(Set<String> columns) {
        Column row = xxhash64(col(Predictions.EXAMPLE_ID).cast(DataTypes.StringType));
        if (!isGrouped(columns)) {
            return row;
        }
        Column group = col(Predictions.GROUP).cast(DataTypes.StringType);
        return coalesce(when(group.isNotNull(), xxhash64(lit("group"), group)), row);
    }

    public static boolean isGrouped(Set<String> columns) {
        return columns.contains(Predictions.GROUP);
    }
}
