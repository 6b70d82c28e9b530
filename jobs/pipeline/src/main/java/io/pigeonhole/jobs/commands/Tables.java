package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.calibrate.CalibrationTables;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.sources.SourceTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.util.List;
import java.util.stream.Stream;

/** All tables of a store, gathered from the rooms that define them. */
public final class Tables {

    /** The tables that the command run writes, in the order in which its jobs do. */
    public static final List<TableDefinition> OF_A_RUN = List.of(
            ExampleTables.EXAMPLES,
            ExampleTables.REJECTS,
            ExampleTables.CLASSES,
            ExampleTables.SPLITS,
            ModelTables.MODELS,
            CalibrationTables.CALIBRATIONS,
            ModelTables.CONFORMAL,
            PredictionTables.PREDICTIONS,
            JudgementTables.EVALUATION_SUMMARY,
            JudgementTables.EVALUATION_PER_CLASS,
            JudgementTables.EVALUATION_CONFUSION,
            JudgementTables.EVALUATION_CLUSTERS,
            JudgementTables.EVALUATION_CALIBRATION,
            JudgementTables.EVALUATION_CURVES,
            JudgementTables.THRESHOLDS,
            RunTables.RUNS,
            RunTables.RUN_PHASES);

    /** Every table; those that the configuration has to ask for, and those of jobs of their own, come last. */
    public static final List<TableDefinition> ALL = Stream.concat(
                    OF_A_RUN.stream(),
                    Stream.of(
                            ModelTables.TRIALS,
                            ModelTables.TRAINING_HISTORY,
                            JudgementTables.EVALUATION_COSTS,
                            JudgementTables.EVALUATION_SETS,
                            JudgementTables.COMPARISONS,
                            JudgementTables.DRIFT,
                            JudgementTables.GATES,
                            SourceTables.SOURCE_COLUMNS,
                            SourceTables.SOURCE_POSITIONS,
                            ExampleTables.FORGOTTEN))
            .toList();

    private Tables() {}
}
