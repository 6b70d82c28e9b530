package io.pigeonhole.training.nearest;

import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;

/** The columns that follow from those of {@link ComparedRows}. */
final class DecidedRows {

    private DecidedRows() {}

    /** The score of each class, from neighbours. */
    static Column scores(Column neighbours, Votes votes) {
        return functions.udf(new VotedScores(votes), SQLDataTypes.VectorType()).apply(neighbours);
    }

    /** The probability of each class, from scores. */
    static Column probabilities(Column scores, Posterior posterior) {
        return functions
                .udf(new Probabilities(posterior), SQLDataTypes.VectorType())
                .apply(scores);
    }

    /** The largest score of a class times -1. */
    static Column unknownScore(Column scores) {
        return functions.udf(new UnknownScore(), DataTypes.DoubleType).apply(scores);
    }

    private record UnknownScore() implements UDF1<Vector, Double> {

        @Override
        public Double call(Vector scores) {
            return -scores.apply(scores.argmax());
        }
    }

    private record VotedScores(Votes votes) implements UDF1<Seq<Row>, Vector> {

        @Override
        public Vector call(Seq<Row> rows) {
            return Vectors.dense(votes.scores(votes.voting(ComparedRows.neighbours(rows))));
        }
    }

    private record Probabilities(Posterior posterior) implements UDF1<Vector, Vector> {

        @Override
        public Vector call(Vector scores) {
            return Vectors.dense(posterior.probabilities(scores.toArray()));
        }
    }
}
