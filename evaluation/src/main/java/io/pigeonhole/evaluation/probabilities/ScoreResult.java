package io.pigeonhole.evaluation.probabilities;

import java.io.Serializable;

/** What {@link ScoreScan} finds: finished rows of tables, figures that complete other rows, and sums over classes. */
sealed interface ScoreResult extends Serializable
        permits ClassScores,
                ConfidenceScores,
                ScoreSums,
                EvaluationCalibration,
                EvaluationCurves,
                EvaluationThresholds {}
