package io.pigeonhole.training.rules;

import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/**
 * Lets the rules that match a row, in their order, or else the model decide.
 *
 * @param model name of the model
 * @param labels classes of the model
 * @param rules in the order in which they are asked
 */
record Decide(String model, List<String> labels, List<FittedRule> rules) implements UDF2<Vector, Seq<Integer>, Row> {

    static final String PROBABILITY = "probability";
    static final String PREDICTION = "prediction";
    static final String DECIDED_BY = "decided_by";

    static final StructType SCHEMA = new StructType()
            .add(PROBABILITY, SQLDataTypes.VectorType())
            .add(PREDICTION, DataTypes.StringType)
            .add(DECIDED_BY, DataTypes.StringType);

    /** The decision, in {@link #SCHEMA}. */
    @Override
    public Row call(Vector probability, Seq<Integer> matches) {
        Probabilities probabilities = Probabilities.of(probability);
        for (int i = 0; i < matches.size(); i++) {
            FittedRule fitted = rules.get(matches.apply(i));
            if (fitted.decidesAt(probabilities.confidence())) {
                String label = fitted.rule().label();
                return RowFactory.create(
                        probabilities.with(labels.indexOf(label), fitted.probability()),
                        label,
                        fitted.rule().name());
            }
        }
        return RowFactory.create(probability, labels.get(probabilities.best()), model);
    }
}
