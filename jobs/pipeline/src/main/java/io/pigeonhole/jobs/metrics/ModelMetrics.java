package io.pigeonhole.jobs.metrics;

import io.pigeonhole.evaluation.drift.DriftVerdict;
import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import io.pigeonhole.jobs.store.TableDefinition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
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

    private static final List<String> VERSION = List.of("model", "version");

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
        Map<String, Integer> latest = new TreeMap<>();
        session.store()
                .rows(JudgementTables.EVALUATION_SUMMARY, VERSION)
                .forEach(row -> latest.merge(row.getAs("model"), row.<Integer>getAs("version"), Math::max));
        latest.forEach((model, version) -> wanted.add(new Wanted(model, version, LATEST)));
        session.store()
                .rows(
                        ModelTables.MODELS,
                        List.of("model", "version", "stage"),
                        RowCondition.having(Map.of("stage", CHAMPION)))
                .forEach(row -> wanted.add(new Wanted(row.getAs("model"), row.<Integer>getAs("version"), CHAMPION)));
        return wanted;
    }

    /** The figures of the selected versions on whole splits. */
    private List<Row> figures(TableDefinition table, List<Wanted> wanted) {
        RowCondition[] any = wanted.stream()
                .map(version -> RowCondition.having(
                        Map.of("model", version.model(), "version", version.version(), "slice", EvaluationKey.ALL)))
                .toArray(RowCondition[]::new);
        return session.store().rows(table, any);
    }

    /** The rows of the last version of each model. */
    private static List<Row> ofLastVersions(List<Row> rows) {
        Map<String, Integer> last = new HashMap<>();
        rows.forEach(row -> last.merge(row.getAs("model"), row.<Integer>getAs("version"), Math::max));
        return rows.stream()
                .filter(row -> row.<Integer>getAs("version").equals(last.get(row.<String>getAs("model"))))
                .toList();
    }

    /** The order of some columns of text. */
    private static Comparator<Row> by(String... columns) {
        return Stream.of(columns)
                .map(column -> Comparator.comparing((Row row) -> row.<String>getAs(column)))
                .reduce(Comparator::thenComparing)
                .orElseThrow();
    }

    private void addSummaries(Exposition exposition, List<Wanted> wanted) {
        List<Row> rows = Stream.of(JudgementTables.EVALUATION_SUMMARY, JudgementTables.EVALUATION_UNKNOWN)
                .flatMap(table -> figures(table, wanted).stream())
                .sorted(by("model", "split", "level", "metric"))
                .toList();
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
        figures(JudgementTables.EVALUATION_PER_CLASS, latest).stream()
                .filter(row -> row.getAs("level").equals(EvaluationKey.LEAF)
                        && !row.getAs("split").equals(EvaluationKey.VALIDATION))
                .sorted(Comparator.comparing((Row row) -> !critical.contains(row.<String>getAs("label")))
                        .thenComparing(row -> -row.<Long>getAs("support"))
                        .thenComparing(by("label")))
                .forEach(row -> bySubject
                        .computeIfAbsent(List.of(row.getAs("model"), row.getAs("split")), key -> new ArrayList<>())
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
                            row.getAs("label"))));
        }
    }

    /** Verdicts on the last judged version of each model. */
    private void addGates(Exposition exposition) {
        Map<String, Map<String, Long>> byModel = new TreeMap<>();
        ofLastVersions(session.store().rows(JudgementTables.GATES))
                .forEach(gate -> byModel.computeIfAbsent(gate.getAs("model"), key -> new TreeMap<>())
                        .merge(gate.getAs("verdict"), 1L, Long::sum));
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
        List<Row> classes = session
                .store()
                .rows(
                        JudgementTables.COMPARISONS,
                        RowCondition.having(Map.of("slice", EvaluationKey.ALL, "level", EvaluationKey.LEAF)))
                .stream()
                .filter(row -> row.getAs("label") != null)
                .toList();
        Map<List<String>, Map<String, Set<String>>> bySubject =
                new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
        ofLastVersions(classes)
                .forEach(row -> bySubject
                        .computeIfAbsent(
                                List.of(
                                        row.getAs("model"),
                                        row.getAs("base_model"),
                                        row.getAs("split"),
                                        row.getAs("base_split")),
                                key -> new TreeMap<>())
                        .computeIfAbsent(row.getAs("verdict"), key -> new HashSet<>())
                        .add(row.getAs("label")));
        bySubject.forEach((subject, verdicts) -> List.of("better", "worse")
                .forEach(verdict -> exposition.add(
                        "pigeonhole_compared_classes",
                        "Classes that compare found better or worse in recall, precision or F1; of one version on later"
                                + " data where model and base_model are the same.",
                        verdicts.getOrDefault(verdict, Set.of()).size(),
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
        List<Row> distances = session.store().rows(JudgementTables.DRIFT).stream()
                .filter(row -> row.getAs("label") == null)
                .toList();
        List<Row> rows = ofLastVersions(distances).stream()
                .sorted(by("model", "split", "base_split", "metric"))
                .toList();
        rows.forEach(row -> exposition.add(
                "pigeonhole_drift_distance",
                "Distance of a version's predictions on a split from those on base_split, without labels: of all labels"
                        + " together, or of its confidence.",
                row.<Double>getAs("distance"),
                ofDrift(row)));
        rows.forEach(row -> exposition.add(
                "pigeonhole_drifted",
                "Whether that distance counts as drift: 1 or 0.",
                row.getAs("verdict").equals(DriftVerdict.DRIFTED.label()) ? 1 : 0,
                ofDrift(row)));
    }

    private static String[] ofDrift(Row row) {
        return new String[] {
            "model",
            row.getAs("model"),
            "split",
            row.getAs("split"),
            "base_split",
            row.getAs("base_split"),
            "metric",
            row.getAs("metric")
        };
    }
}
