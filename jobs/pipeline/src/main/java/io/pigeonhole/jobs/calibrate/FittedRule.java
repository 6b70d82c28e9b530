package io.pigeonhole.jobs.calibrate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.negate;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.evaluation.means.Conformal;
import io.pigeonhole.evaluation.means.ConformalSpec;
import io.pigeonhole.evaluation.statistics.Estimate;
import io.pigeonhole.evaluation.statistics.Wilson;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.UnknownConfig;
import io.pigeonhole.jobs.configuration.UnknownGoal;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Hashes;
import io.pigeonhole.training.calibration.Calibrator;
import io.pigeonhole.training.calibration.ClassRanks;
import io.pigeonhole.training.calibration.UnknownRule;
import io.pigeonhole.transforms.TrainedClassifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * The thresholds of the rule for unknown rows. With an {@link UnknownGoal.OfBoth}, there is one, that of
 * {@link UnknownThreshold}. Otherwise they come from the validation rows of the model's classes: the threshold for a share
 * is the {@code ceil((n + 1) (1 - share))}-th smallest score of n rows, that of {@link Conformal} for the negative scores.
 * If these rows and a later one are exchangeable (all orders of them are equally likely), and none of them was used in
 * training, the later one is lost with a probability of at most the share. Of the n rows themselves, at most
 * {@code share (n + 1)} are lost, less one.
 *
 * @param config what the rule must keep
 * @param classifier the model that it is for
 * @param wilson intervals of its loss
 * @param thresholds of each class in the order of the classes, or one of all rows; scores are negative
 * @param ranks probabilities of each class in its rows
 * @param counts by most probable class, or under the empty name: rows, and lost rows
 * @param ofBoth what chose the threshold, if rows of no class did so too
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FittedRule(
        UnknownConfig config,
        TrainedClassifier classifier,
        Wilson wilson,
        List<Conformal.Threshold> thresholds,
        ClassRanks[] ranks,
        SortedMap<String, long[]> counts,
        Optional<UnknownThreshold> ofBoth) {

    private static final String ALL = "";
    private static final String DECIDED = "decided";
    private static final String SCORE = "score";

    /** Probabilities of a class that are kept. */
    private static final int MOST_RANKS = 1_000;

    /**
     * The rule that a configuration asks for.
     *
     * @param rows of classes, with the columns of {@link Calibrator} and that of the unknown score
     * @param ofNoClass the same of rows of no class
     */
    static FittedRule of(
            Dataset<Row> rows, Dataset<Row> ofNoClass, TrainedClassifier classifier, PipelineConfig config) {
        UnknownConfig rule = config.score().unknown().orElseThrow();
        List<String> labels = classifier.labels();
        UDF1<String, Boolean> isClass = label -> Collections.binarySearch(labels, label) >= 0;
        UDF1<Vector, String> best = probabilities -> labels.get(probabilities.argmax());
        Column decided =
                rule.perClass() ? udf(best, DataTypes.StringType).apply(col(Calibrator.PROBABILITY)) : lit(ALL);
        Dataset<Row> known = rows.filter(udf(isClass, DataTypes.BooleanType).apply(col(Calibrator.LABEL)))
                .select(
                        decided.as(DECIDED),
                        negate(col(TrainedClassifier.UNKNOWN_SCORE)).as(SCORE));
        Optional<UnknownThreshold> ofBoth = rule.goal() instanceof UnknownGoal.OfBoth goal
                ? Optional.of(ofBoth(known, ofNoClass, rule, goal))
                : Optional.empty();
        List<Conformal.Threshold> thresholds = rule.goal() instanceof UnknownGoal.InScopeLoss loss
                ? ofLoss(known, labels, rule, loss)
                : List.of(new Conformal.Threshold(ALL, 0, -ofBoth.orElseThrow().value(), false));
        SortedMap<String, long[]> counts = counts(known, thresholds);
        long all = counts.values().stream().mapToLong(each -> each[0]).sum();
        if (rule.goal() instanceof UnknownGoal.InScopeLoss loss && all < loss.leastRows()) {
            throw CalibrateErrors.tooFewForUnknown(all, loss);
        }
        return new FittedRule(
                rule,
                classifier,
                Wilson.at(config.evaluate().confidenceLevel()),
                thresholds,
                ranks(FittedSets.ofLabels(rows, labels), labels),
                counts,
                ofBoth);
    }

    private static UnknownThreshold ofBoth(
            Dataset<Row> known, Dataset<Row> ofNoClass, UnknownConfig rule, UnknownGoal.OfBoth goal) {
        UnknownThreshold chosen = UnknownThreshold.of(
                known.select(negate(col(SCORE)).as(SCORE)), ofNoClass.select(TrainedClassifier.UNKNOWN_SCORE), goal);
        if (Math.min(chosen.counts().rows(), chosen.counts().unknown()) < rule.minimumUnknownRows()) {
            throw CalibrateErrors.tooFewOfBoth(
                    chosen.counts().rows(), chosen.counts().unknown(), rule);
        }
        return chosen;
    }

    private static List<Conformal.Threshold> ofLoss(
            Dataset<Row> known, List<String> labels, UnknownConfig rule, UnknownGoal.InScopeLoss loss) {
        return rule.perClass()
                ? ofClasses(known, labels, rule.minimumRows(), loss)
                : List.of(new Conformal.Threshold(ALL, 0, Conformal.common(known.select(SCORE), loss.atMost()), false));
    }

    private static ClassRanks[] ranks(Dataset<Row> probabilities, List<String> labels) {
        Map<String, ClassRanks> all = ClassRanks.byLabel(probabilities, MOST_RANKS);
        return labels.stream()
                .map(label -> all.getOrDefault(label, new ClassRanks(0, new double[0])))
                .toArray(ClassRanks[]::new);
    }

    /** Classes with too few rows share a threshold; if they have too few together, none of their rows is unknown. */
    private static List<Conformal.Threshold> ofClasses(
            Dataset<Row> known, List<String> labels, int minimumRows, UnknownGoal.InScopeLoss loss) {
        ConformalSpec spec = new ConformalSpec(loss.atMost(), Math.max(minimumRows, loss.leastRows()));
        List<Conformal.Threshold> thresholds = Conformal.thresholds(known, labels, spec);
        long pooled = thresholds.stream()
                .filter(Conformal.Threshold::pooled)
                .mapToLong(Conformal.Threshold::rows)
                .sum();
        return pooled >= loss.leastRows()
                ? thresholds
                : thresholds.stream()
                        .map(own -> own.pooled()
                                ? new Conformal.Threshold(own.label(), own.rows(), Double.NEGATIVE_INFINITY, true)
                                : own)
                        .toList();
    }

    private static SortedMap<String, long[]> counts(Dataset<Row> known, List<Conformal.Threshold> thresholds) {
        TreeMap<String, Double> least = new TreeMap<>();
        thresholds.forEach(threshold -> least.put(threshold.label(), threshold.leastProbability()));
        UDF1<String, Double> ofClass = label -> least.getOrDefault(label, Double.NEGATIVE_INFINITY);
        Column lost = col(SCORE).lt(udf(ofClass, DataTypes.DoubleType).apply(col(DECIDED)));
        TreeMap<String, long[]> counts = new TreeMap<>();
        known.groupBy(DECIDED)
                .agg(count(lit(1)), count(when(lost, 1)))
                .collectAsList()
                .forEach(row -> counts.put(row.getString(0), new long[] {row.getLong(1), row.getLong(2)}));
        return counts;
    }

    UnknownRule stage(String uid) {
        double[] largest = new double[classifier.labels().size()];
        for (int k = 0; k < largest.length; k++) {
            largest[k] = -thresholds.get(config.perClass() ? k : 0).leastProbability();
        }
        return UnknownRule.behind(classifier, uid, largest, ranks);
    }

    /** The rows of the table: that of all rows, and one for each class if they have thresholds of their own. */
    List<Row> table(TrainedModel calibrated) {
        long rows = counts.values().stream().mapToLong(each -> each[0]).sum();
        long lost = counts.values().stream().mapToLong(each -> each[1]).sum();
        List<Row> table = new ArrayList<>();
        table.add(row(
                calibrated,
                null,
                config.perClass() ? Optional.empty() : threshold(thresholds.get(0)),
                false,
                rows,
                lost));
        if (config.perClass()) {
            for (Conformal.Threshold own : thresholds) {
                long[] ofClass = counts.getOrDefault(own.label(), new long[2]);
                table.add(row(calibrated, own.label(), threshold(own), own.pooled(), ofClass[0], ofClass[1]));
            }
        }
        return table;
    }

    /** What the rule costs, for a log. */
    String summary() {
        return String.format(
                Locale.ROOT,
                "; unknown by %s: %,d of %,d validation rows of classes lost%s",
                config.perClass()
                        ? "class"
                        : "a score above " + -thresholds.get(0).leastProbability(),
                counts.values().stream().mapToLong(each -> each[1]).sum(),
                counts.values().stream().mapToLong(each -> each[0]).sum(),
                ofBoth.map(UnknownThreshold::counts)
                        .map(both -> String.format(
                                Locale.ROOT, ", %,d of %,d of no class found", both.found(), both.unknown()))
                        .orElse(""));
    }

    /** The key that the threshold was chosen by, or its value if it names what is made as large as possible. */
    private String objective() {
        return config.objective()
                .map(objective -> objective.name().toLowerCase(Locale.ROOT))
                .orElse(config.leastUnknownRecall().isPresent() ? "least_unknown_recall" : "at_most_in_scope_loss");
    }

    private static Optional<Double> threshold(Conformal.Threshold own) {
        return Optional.of(-own.leastProbability()).filter(value -> !value.isInfinite());
    }

    private Row row(
            TrainedModel calibrated,
            @Nullable String label,
            Optional<Double> threshold,
            boolean pooled,
            long rows,
            long lost) {
        Optional<Estimate> loss = rows == 0 ? Optional.empty() : Optional.of(wilson.estimate(lost, rows));
        Optional<UnknownGoal.Counts> both = ofBoth.map(UnknownThreshold::counts);
        Optional<Estimate> recall = both.map(counted -> wilson.estimate(counted.found(), counted.unknown()));
        return RowFactory.create(
                calibrated.model(),
                calibrated.version(),
                label,
                classifier.writesUnknownScore() ? "model" : "probability",
                threshold.orElse(null),
                pooled,
                config.atMostInScopeLoss().orElse(null),
                rows,
                lost,
                loss.map(Estimate::value).orElse(null),
                loss.map(Estimate::low).orElse(null),
                loss.map(Estimate::high).orElse(null),
                objective(),
                config.leastUnknownRecall().orElse(null),
                both.map(UnknownGoal.Counts::unknown).orElse(null),
                both.map(UnknownGoal.Counts::found).orElse(null),
                recall.map(Estimate::value).orElse(null),
                recall.map(Estimate::low).orElse(null),
                recall.map(Estimate::high).orElse(null));
    }

    /** Equal for thresholds that are identical to the last bit. */
    String fingerprint() {
        StringBuilder ofRanks = new StringBuilder();
        for (ClassRanks own : ranks) {
            ofRanks.append(own.rows()).append(Arrays.toString(own.probabilities()));
        }
        return Hashes.sha256(thresholds + ofRanks.toString());
    }
}
