package io.pigeonhole.jobs.metrics;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import io.pigeonhole.evaluation.drift.DriftVerdict;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.TableDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The quality of the models: for each model the version evaluated last, and the champion. Versions are values, not
 * labels, so that a series continues with the next version.
 */
final class ModelMetrics {

    private static final String LATEST = "latest";
    private static final String CHAMPION = "champion";

    /** Column of {@code evaluation_per_class}, name of the metric, help text. */
    private static final List<List<String>> CLASS_FIGURES = List.of(
            List.of("support", "pigeonhole_class_support_rows", "Rows of a class in the split."),
            List.of("precision", "pigeonhole_class_precision_ratio", "Precision of a class."),
            List.of("recall", "pigeonhole_class_recall_ratio", "Recall of a class."),
            List.of("f1", "pigeonhole_class_f1_ratio", "F1 of a class."),
            List.of("f1_low", "pigeonhole_class_f1_low_ratio", "Lower bound of the F1 of a class."),
            List.of("f1_high", "pigeonhole_class_f1_high_ratio", "Upper bound of the F1 of a class."));

    private final Session session;

    /** A selected model version and its role. */
    private record Wanted(String model, int version, String role) {}

    ModelMetrics(Session session) {
        this.session = session;
    }

    void addTo(Exposition exposition) {
        List<Wanted> wanted = wanted();
        wanted.forEach(version -> exposition.add(
                "pigeonhole_model_version",
                "Version of a model in a role: evaluated last, or champion.",
                version.version(),
                "model",
                version.model(),
                "role",
                version.role()));
        if (!wanted.isEmpty()) {
            addSummaries(exposition, wanted);
            addClasses(exposition, wanted);
        }
        addGates(exposition);
        addComparisons(exposition);
        addDrift(exposition);
    }

    private List<Wanted> wanted() {
        List<Wanted> wanted = new ArrayList<>();
        session.store()
                .readOrEmpty(JudgementTables.EVALUATION_SUMMARY)
                .groupBy("model")
                .agg(max("version"))
                .orderBy("model")
                .collectAsList()
                .forEach(row -> wanted.add(new Wanted(row.getString(0), row.getInt(1), LATEST)));
        session.store()
                .readOrEmpty(ModelTables.MODELS)
                .filter(col("stage").equalTo(CHAMPION))
                .select("model", "version")
                .collectAsList()
                .forEach(row -> wanted.add(new Wanted(row.getString(0), row.getInt(1), CHAMPION)));
        return wanted;
    }

    /** The figures of the selected versions on whole splits. */
    private Dataset<Row> figures(TableDefinition table, List<Wanted> wanted) {
        Column any = wanted.stream()
                .map(version ->
                        col("model").equalTo(version.model()).and(col("version").equalTo(version.version())))
                .reduce(Column::or)
                .orElseThrow();
        return session.store().read(table).filter(any.and(col("slice").equalTo(EvaluationKey.ALL)));
    }

    private void addSummaries(Exposition exposition, List<Wanted> wanted) {
        List<Row> rows = figures(JudgementTables.EVALUATION_SUMMARY, wanted)
                .orderBy("model", "split", "level", "metric")
                .collectAsList();
        for (String bound : List.of("value", "low", "high")) {
            String help = switch (bound) {
                case "low" -> "Lower bound of an evaluation metric.";
                case "high" -> "Upper bound of an evaluation metric.";
                default -> "An evaluation metric of a whole split, such as macro_f1.";
            };
            for (Wanted version : wanted) {
                rows.stream()
                        .filter(row -> isOf(version, row))
                        .forEach(row -> exposition.add(
                                "pigeonhole_evaluation_" + bound,
                                help,
                                row.<Double>getAs(bound),
                                "model",
                                version.model(),
                                "role",
                                version.role(),
                                "split",
                                row.getAs("split"),
                                "level",
                                row.getAs("level"),
                                "metric",
                                row.getAs("metric")));
            }
        }
    }

    private static boolean isOf(Wanted version, Row row) {
        return row.getAs("model").equals(version.model()) && row.<Integer>getAs("version") == version.version();
    }

    /**
     * The classes with the most rows of each latest version and split, critical ones first, and the number of classes
     * left out.
     */
    private void addClasses(Exposition exposition, List<Wanted> wanted) {
        int most = session.config().metrics().classes();
        List<Wanted> latest =
                wanted.stream().filter(version -> version.role().equals(LATEST)).toList();
        List<String> critical = session.config().labels().critical();
        Map<List<String>, List<Row>> bySubject =
                new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
        figures(JudgementTables.EVALUATION_PER_CLASS, latest)
                .filter(col("level")
                        .equalTo(EvaluationKey.LEAF)
                        .and(col("split").notEqual(EvaluationKey.VALIDATION)))
                .select("model", "split", "label", "support", "precision", "recall", "f1", "f1_low", "f1_high")
                .orderBy(
                        col("label").isin(critical.toArray()).desc(),
                        col("support").desc(),
                        col("label"))
                .collectAsList()
                .forEach(row -> bySubject
                        .computeIfAbsent(List.of(row.getString(0), row.getString(1)), key -> new ArrayList<>())
                        .add(row));
        bySubject.forEach((subject, rows) -> exposition.add(
                "pigeonhole_classes_left_out",
                "Classes without metrics of their own: beyond metrics.classes, in the order of their rows.",
                Math.max(0, rows.size() - most),
                "model",
                subject.get(0),
                "split",
                subject.get(1)));
        for (List<String> figure : CLASS_FIGURES) {
            bySubject.forEach((subject, rows) -> rows.stream()
                    .limit(most)
                    .filter(row -> row.getAs(figure.get(0)) != null)
                    .forEach(row -> exposition.add(
                            figure.get(1),
                            figure.get(2),
                            row.<Number>getAs(figure.get(0)).doubleValue(),
                            "model",
                            subject.get(0),
                            "split",
                            subject.get(1),
                            "class",
                            row.getString(2))));
        }
    }

    /** Verdicts on the last judged version of each model. */
    private void addGates(Exposition exposition) {
        Dataset<Row> gates = session.store().readOrEmpty(JudgementTables.GATES);
        Dataset<Row> last = gates.groupBy("model").agg(max("version").as("version"));
        List<Row> counts = gates.join(last, new String[] {"model", "version"})
                .groupBy("model", "verdict")
                .agg(count(lit(1)))
                .collectAsList();
        Map<String, Map<String, Long>> byModel = new TreeMap<>();
        counts.forEach(row -> byModel.computeIfAbsent(row.getString(0), key -> new TreeMap<>())
                .put(row.getString(1), row.getLong(2)));
        byModel.forEach((model, verdicts) -> List.of("pass", "fail", "not_enough_data")
                .forEach(verdict -> exposition.add(
                        "pigeonhole_gate_statements",
                        "Statements of the gates about the version of a model that was judged last, by verdict.",
                        verdicts.getOrDefault(verdict, 0L),
                        "model",
                        model,
                        "verdict",
                        verdict)));
    }

    /** Verdicts on single classes of the last compared version of each model. */
    private void addComparisons(Exposition exposition) {
        Dataset<Row> classes = session.store()
                .readOrEmpty(JudgementTables.COMPARISONS)
                .filter(col("label")
                        .isNotNull()
                        .and(col("slice").equalTo(EvaluationKey.ALL))
                        .and(col("level").equalTo(EvaluationKey.LEAF)));
        Dataset<Row> last = classes.groupBy("model").agg(max("version").as("version"));
        Map<List<String>, Map<String, Long>> bySubject =
                new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
        classes.join(last, new String[] {"model", "version"})
                .groupBy("model", "base_model", "split", "base_split", "verdict")
                .agg(countDistinct("label"))
                .collectAsList()
                .forEach(row -> bySubject
                        .computeIfAbsent(
                                List.of(row.getString(0), row.getString(1), row.getString(2), row.getString(3)),
                                key -> new TreeMap<>())
                        .put(row.getString(4), row.getLong(5)));
        bySubject.forEach((subject, verdicts) -> List.of("better", "worse")
                .forEach(verdict -> exposition.add(
                        "pigeonhole_compared_classes",
                        "Classes that compare found better or worse in recall, precision or F1; of one version on later"
                                + " data where model and base_model are the same.",
                        verdicts.getOrDefault(verdict, 0L),
                        "model",
                        subject.get(0),
                        "base_model",
                        subject.get(1),
                        "split",
                        subject.get(2),
                        "base_split",
                        subject.get(3),
                        "verdict",
                        verdict)));
    }

    /**
     * Distances between the predictions on a split and on the base split, for the last version of each model checked
     * for drift.
     */
    private void addDrift(Exposition exposition) {
        Dataset<Row> distances = session.store()
                .readOrEmpty(JudgementTables.DRIFT)
                .filter(col("label").isNull());
        Dataset<Row> last = distances.groupBy("model").agg(max("version").as("version"));
        List<Row> rows = distances
                .join(last, new String[] {"model", "version"})
                .orderBy("model", "split", "base_split", "metric")
                .select("model", "split", "base_split", "metric", "distance", "verdict")
                .collectAsList();
        rows.forEach(row -> exposition.add(
                "pigeonhole_drift_distance",
                "Distance of a version's predictions on a split from those on base_split, without labels: of all labels"
                        + " together, or of its confidence.",
                row.getDouble(4),
                ofDrift(row)));
        rows.forEach(row -> exposition.add(
                "pigeonhole_drifted",
                "Whether that distance counts as drift: 1 or 0.",
                row.getString(5).equals(DriftVerdict.DRIFTED.label()) ? 1 : 0,
                ofDrift(row)));
    }

    private static String[] ofDrift(Row row) {
        return new String[] {
            "model",
            row.getString(0),
            "split",
            row.getString(1),
            "base_split",
            row.getString(2),
            "metric",
            row.getString(3)
        };
    }
}
