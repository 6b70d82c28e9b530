package io.pigeonhole.training.calibration;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.transforms.TrainedClassifier;
import io.pigeonhole.transforms.files.StageFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Stands right behind a classifier: decides that a row is of none of the classes where its
 * {@link TrainedClassifier#UNKNOWN_SCORE} exceeds the threshold of the class that is most probable before any
 * calibration. It also writes the conformal p-value of that class: how many rows of the class were no more probable.
 */
public final class UnknownRule extends Model<UnknownRule> implements MLWritable {

    private static final long serialVersionUID = 1L;

    private static final String CLASSES = "classes";
    private static final StructType STATE = StructType.fromDDL(
            "class_index INT, label STRING, threshold DOUBLE, calibration_rows BIGINT, probabilities ARRAY<DOUBLE>");
    /** Half of the distance from 1 to the next smaller number: a probability of 1 may be this far from it. */
    private static final double LEAST = 0x1p-54;

    private final String uid;
    private final List<String> labels;
    private final double[] thresholds;
    private final ClassRanks[] ranks;
    private final Param<String> probabilityCol;
    private final Param<String> unknownCol;
    private final Param<String> pValueCol;
    private final BooleanParam scoreWritten;

    /**
     * A rule for these classes.
     *
     * @param labels the classes, in the order of the probabilities
     * @param thresholds largest score of each with which a row is decided for it; infinite where none is unknown
     * @param ranks probabilities of each in rows of the class; a class without any has no p-values
     */
    public UnknownRule(String uid, List<String> labels, double[] thresholds, ClassRanks[] ranks) {
        this.uid = uid;
        this.labels = List.copyOf(labels);
        this.thresholds = thresholds.clone();
        this.ranks = ranks.clone();
        probabilityCol = new Param<>(this, "probabilityCol", "column of probabilities of each class");
        unknownCol = new Param<>(this, "unknownCol", "column to write: whether the row is of none of the classes");
        pValueCol = new Param<>(this, "pValueCol", "column to write: p-value of the most probable class");
        scoreWritten = new BooleanParam(
                this,
                "scoreWritten",
                "whether the classifier writes the score; otherwise, probabilities are the score");
        setDefault(probabilityCol, "probability");
        setDefault(unknownCol, "decided_unknown");
        setDefault(pValueCol, "p_value");
        setDefault(scoreWritten, true);
    }

    /** The rule behind a classifier. */
    public static UnknownRule behind(
            TrainedClassifier classifier, String uid, double[] thresholds, ClassRanks[] ranks) {
        UnknownRule rule = new UnknownRule(uid, classifier.labels(), thresholds, ranks);
        rule.set(rule.probabilityCol, classifier.probabilityColumn());
        rule.set(rule.scoreWritten, classifier.writesUnknownScore());
        return rule;
    }

    @Override
    public String uid() {
        return uid;
    }

    public Param<String> probabilityCol() {
        return probabilityCol;
    }

    public Param<String> unknownCol() {
        return unknownCol;
    }

    public Param<String> pValueCol() {
        return pValueCol;
    }

    public BooleanParam scoreWritten() {
        return scoreWritten;
    }

    /** Adds the score of rows that a classifier has scored, unless it has done so. */
    public static Dataset<Row> withScore(Dataset<Row> rows, TrainedClassifier classifier) {
        return classifier.writesUnknownScore()
                ? rows
                : rows.withColumn(
                        TrainedClassifier.UNKNOWN_SCORE, oddsAgainstBest(col(classifier.probabilityColumn())));
    }

    private static Column oddsAgainstBest(Column probabilities) {
        UDF1<Vector, Double> odds = p -> {
            double best = p.apply(p.argmax());
            return Math.log(Math.max(1 - best, LEAST) / best);
        };
        return functions.udf(odds, DataTypes.DoubleType).apply(probabilities);
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        Dataset<Row> scored = (Boolean) $(scoreWritten)
                ? dataset.toDF()
                : dataset.withColumn(TrainedClassifier.UNKNOWN_SCORE, oddsAgainstBest(col($(probabilityCol))));
        return scored.withColumn(
                        $(unknownCol),
                        functions
                                .udf(new Decide(thresholds), DataTypes.BooleanType)
                                .apply(col($(probabilityCol)), col(TrainedClassifier.UNKNOWN_SCORE)))
                .withColumn(
                        $(pValueCol),
                        functions.udf(new PValue(ranks), DataTypes.DoubleType).apply(col($(probabilityCol))));
    }

    @Override
    public StructType transformSchema(StructType schema) {
        schema.fieldIndex($(probabilityCol));
        StructType scored = schema;
        if ((Boolean) $(scoreWritten)) {
            schema.fieldIndex(TrainedClassifier.UNKNOWN_SCORE);
        } else if (!List.of(schema.fieldNames()).contains(TrainedClassifier.UNKNOWN_SCORE)) {
            // otherwise the rule is older than the classifier's score, whose place the probabilities' score takes
            scored = schema.add(TrainedClassifier.UNKNOWN_SCORE, DataTypes.DoubleType);
        }
        return scored.add($(unknownCol), DataTypes.BooleanType).add($(pValueCol), DataTypes.DoubleType);
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Decide(double[] thresholds) implements UDF2<Vector, Double, Boolean> {

        @Override
        public Boolean call(Vector probabilities, Double score) {
            return score > thresholds[probabilities.argmax()];
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record PValue(ClassRanks[] ranks) implements UDF1<Vector, @Nullable Double> {

        @Override
        public @Nullable Double call(Vector probabilities) {
            int best = probabilities.argmax();
            return ranks[best].rows() == 0 ? null : (Double) ranks[best].pValue(probabilities.apply(best));
        }
    }

    @Override
    public UnknownRule copy(ParamMap extra) {
        return copyValues(new UnknownRule(uid, labels, thresholds, ranks), extra)
                .setParent(parent());
    }

    @Override
    public MLWriter write() {
        List<Row> rows = new ArrayList<>();
        for (int k = 0; k < thresholds.length; k++) {
            rows.add(RowFactory.create(
                    k,
                    labels.get(k),
                    thresholds[k],
                    ranks[k].rows(),
                    Arrays.stream(ranks[k].probabilities()).boxed().toList()));
        }
        return StageFiles.writer(this, List.of(new StageFiles.Part(CLASSES, STATE, rows)));
    }

    /** Reads a saved stage. */
    public static MLReader<UnknownRule> read() {
        return StageFiles.reader(UnknownRule.class, (uid, saved) -> of(uid, saved.rows(CLASSES, STATE)));
    }

    private static UnknownRule of(String uid, List<Row> rows) {
        return new UnknownRule(
                uid,
                rows.stream().map(row -> row.getString(1)).toList(),
                rows.stream().mapToDouble(row -> row.getDouble(2)).toArray(),
                rows.stream()
                        .map(row -> new ClassRanks(
                                row.getLong(3),
                                row.<Double>getList(4).stream()
                                        .mapToDouble(Double::doubleValue)
                                        .toArray()))
                        .toArray(ClassRanks[]::new));
    }
}
