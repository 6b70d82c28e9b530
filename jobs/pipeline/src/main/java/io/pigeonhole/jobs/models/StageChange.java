package io.pigeonhole.jobs.models;

import io.pigeonhole.jobs.runs.JobNames;
import java.sql.Timestamp;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * One change of a version's stage, an element of {@code models.stage_changes}.
 *
 * @param number number of the change of champion in the store; all versions that the change affects have the same
 *     number
 * @param change {@link #PROMOTE} or {@link #ROLLBACK}
 * @param stage new stage of the version
 */
public record StageChange(
        int number, String change, String stage, Timestamp at, String by, String reason, String runId) {

    public static final String PROMOTE = JobNames.PROMOTE;
    public static final String ROLLBACK = JobNames.ROLLBACK;

    static StageChange fromRow(Row row) {
        return new StageChange(
                row.getInt(0),
                row.getString(1),
                row.getString(2),
                row.getTimestamp(3),
                row.getString(4),
                row.getString(5),
                row.getString(6));
    }

    Row toRow() {
        return RowFactory.create(number, change, stage, at, by, reason, runId);
    }
}
