package io.pigeonhole.jobs.predictions;

import io.pigeonhole.jobs.models.VersionJob;
import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.TableDefinition;
import java.util.List;
import java.util.Optional;

/** A job that judges a model version by its predictions and writes the results to one table. */
public abstract class JudgingJob extends VersionJob {

    private final TableDefinition table;

    /**
     * @param name of the job
     * @param version version of the model; if absent, the latest trained one
     * @param table table that the job writes
     */
    protected JudgingJob(String name, String model, Optional<Integer> version, TableDefinition table) {
        super(name, model, version);
        this.table = table;
    }

    /** Forecast: it reads the rows of the model's last scoring, and writes as many rows as its last run. */
    @Override
    public final Plan plan(Session session, Forecast forecast) {
        Optional<Long> scored = forecast.lastWritten(JobNames.SCORE, subject(), PredictionTables.PREDICTIONS);
        return new Plan(
                List.of(forecast.part(PredictionTables.PREDICTIONS, scored)),
                List.of(forecast.part(table, forecast.lastWritten(name(), subject(), table))),
                List.of());
    }
}
