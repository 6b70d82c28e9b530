package io.pigeonhole.jobs.models;

import io.pigeonhole.jobs.runs.JobNames;
import java.sql.Timestamp;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * One change of a version's stage, an element of {@code models.stage_changes}.
 *
 * @param number counts the changes of champion in the store; the versions that one change is about share it
 * @param change {@link #PROMOTE} or {@link #ROLLBACK}
 * @param stage what the version became
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
