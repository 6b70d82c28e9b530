package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.calibrate.CalibrationTables;
import io.pigeonhole.jobs.embeddings.EmbeddingTables;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.predictions.ProposalTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.sources.SourceTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.util.List;
import java.util.stream.Stream;

/** All tables of a store, collected from the packages that define them. */
public final class Tables {

    /** The tables that the command {@code run} writes, in the order of its jobs. */
    public static final List<TableDefinition> OF_A_RUN = List.of(
            ExampleTables.EXAMPLES,
            ExampleTables.REJECTS,
            ExampleTables.CLASSES,
            ExampleTables.SPLITS,
            ExampleTables.CLASS_SPLITS,
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

    /** Every table. Optional tables, and tables of jobs outside {@code run}, are last. */
    public static final List<TableDefinition> ALL = Stream.concat(
                    OF_A_RUN.stream(),
                    Stream.of(
                            ModelTables.TRIALS,
                            ModelTables.TRAINING_HISTORY,
                            ModelTables.CASCADE_FRONTIER,
                            ModelTables.RULES,
                            ModelTables.UNKNOWN_THRESHOLDS,
                            JudgementTables.EVALUATION_COSTS,
                            JudgementTables.EVALUATION_SETS,
                            JudgementTables.EVALUATION_UNKNOWN,
                            JudgementTables.EVALUATION_COVERAGE,
                            JudgementTables.EVALUATION_DECIDERS,
                            JudgementTables.COMPARISONS,
                            JudgementTables.DRIFT,
                            ProposalTables.PROPOSED_CLASSES,
                            ProposalTables.PROPOSED_MEMBERS,
                            JudgementTables.GATES,
                            EmbeddingTables.EMBEDDINGS,
                            SourceTables.SOURCE_COLUMNS,
                            SourceTables.SOURCE_POSITIONS,
                            ExampleTables.FORGOTTEN))
            .toList();

    private Tables() {}
}
