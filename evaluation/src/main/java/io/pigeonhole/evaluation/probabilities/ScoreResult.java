package io.pigeonhole.evaluation.probabilities;

import java.io.Serializable;

/** A result of {@link ScoreScan}: a complete row of a table, figures that complete other rows, or sums over classes. */
sealed interface ScoreResult extends Serializable
        permits ClassProbabilityFigures,
                ConfidenceScores,
                ScoreSums,
                EvaluationCalibration,
                EvaluationCurves,
                EvaluationThresholds {}
