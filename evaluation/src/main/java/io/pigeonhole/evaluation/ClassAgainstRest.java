package io.pigeonhole.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Tuple3;

/** Two passes over the probabilities of every class, each over classes that are sorted and read one after another. */
final class ClassAgainstRest {

    private final Dataset<Row> predictions;
    private final List<ScoreScope> scopes;
    private final EvaluationSpec spec;

    ClassAgainstRest(Dataset<Row> predictions, List<ScopeFigures> figures, EvaluationSpec spec) {
        this.predictions = predictions;
        // in a list that Spark can carry
        this.scopes = new ArrayList<>(figures.stream()
                .map(ScopeFigures::scored)
                .flatMap(Stream::ofNullable)
                .toList());
        this.spec = spec;
    }

    /** The figures of the classes of the scopes whose rows list probabilities. */
    Map<EvaluationKey, Map<String, ClassScores>> scores() {
        Map<EvaluationKey, Map<String, ClassScores>> scores = new HashMap<>();
        if (scopes.isEmpty()) {
            return scores;
        }
        for (Tuple3<EvaluationKey, String, ClassScores> one :
                scan(new ClassScoring(spec)).collect()) {
            scores.computeIfAbsent(one._1(), key -> new HashMap<>()).put(one._2(), one._3());
        }
        return scores;
    }

    /** The points of the curves; computed where they are read, as there may be more than fit into one place. */
    Dataset<Row> curves() {
        SparkSession spark = predictions.sparkSession();
        if (scopes.isEmpty() || spec.curvePoints() == 0) {
            return spark.createDataFrame(List.<Row>of(), EvaluationCurves.SCHEMA);
        }
        JavaRDD<Row> points =
                scan(new CurvePoints(spec)).flatMap(List::iterator).map(EvaluationCurves::toRow);
        return spark.createDataFrame(points, EvaluationCurves.SCHEMA);
    }

    private <T> JavaRDD<T> scan(ScoreFunction<T> function) {
        JavaSparkContext context =
                JavaSparkContext.fromSparkContext(predictions.sparkSession().sparkContext());
        Broadcast<List<ScoreScope>> known = context.broadcast(scopes);
        return Scores.of(predictions, scopes).toJavaRDD().mapPartitions(new ScoreScan<>(known, function));
    }
}
