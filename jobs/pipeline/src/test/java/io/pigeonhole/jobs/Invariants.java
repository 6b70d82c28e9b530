package io.pigeonhole.jobs;

import io.pigeonhole.jobs.embeddings.EmbeddingTables;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.predictions.JudgementTables;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.predictions.ProposalTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.store.TableDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Rules that every store satisfies, whatever happened to its jobs, as queries for the rows that violate them. */
final class Invariants {

    /** By rule: the tables that it covers and a query for violations. */
    private static final Map<String, Invariant> ALL = new LinkedHashMap<>();

    private record Invariant(Set<TableDefinition> tables, String violations) {}

    private static void add(String promise, String violations, TableDefinition... tables) {
        ALL.put(promise, new Invariant(Set.of(tables), violations));
    }

    static {
        add(
                "each row that was read is an example or a reject, once",
                "SELECT 1 FROM (SELECT (SELECT count(*) FROM examples) + (SELECT count(*) FROM rejects) AS n) WHERE n"
                        + " <> {rows}",
                ExampleTables.EXAMPLES,
                ExampleTables.REJECTS);
        add("no example is there twice", twice("examples", "example_id"), ExampleTables.EXAMPLES);
        add("no class is there twice", twice("classes", "label"), ExampleTables.CLASSES);
        add("no class has the number of another", twice("classes", "class_id"), ExampleTables.CLASSES);
        add(
                "each example has a class",
                "SELECT 1 FROM examples LEFT ANTI JOIN classes USING (label)",
                ExampleTables.EXAMPLES,
                ExampleTables.CLASSES);
        add("no example has two splits", twice("splits", "example_id"), ExampleTables.SPLITS);
        add(
                "each example has a split",
                "SELECT 1 FROM examples LEFT ANTI JOIN splits USING (example_id)",
                ExampleTables.EXAMPLES,
                ExampleTables.SPLITS);
        add(
                "each split is of an example",
                "SELECT 1 FROM splits LEFT ANTI JOIN examples USING (example_id)",
                ExampleTables.EXAMPLES,
                ExampleTables.SPLITS);
        add("no class of the splits is there twice", twice("class_splits", "label"), ExampleTables.CLASS_SPLITS);
        add(
                "the rows of each class are those of its splits",
                "SELECT 1 FROM class_splits FULL JOIN (SELECT label, count_if(split = 'train') AS n_train,"
                        + " count_if(split = 'validation') AS n_validation, count_if(split = 'test') AS n_test"
                        + " FROM splits GROUP BY label) USING (label)"
                        + " WHERE NOT (train <=> n_train AND validation <=> n_validation AND test <=> n_test)",
                ExampleTables.SPLITS,
                ExampleTables.CLASS_SPLITS);
        add("no model has two versions of a number", twice("models", "model, version"), ModelTables.MODELS);
        add("no run made two versions", twice("models", "run_id"), ModelTables.MODELS);
        add(
                "there is one champion at most",
                "SELECT 1 FROM models WHERE stage = 'champion' HAVING count(*) > 1",
                ModelTables.MODELS);
        add(
                "each cascade has one chosen rule among its rules",
                "SELECT 1 FROM cascade_frontier GROUP BY model, version HAVING count_if(chosen) <> 1",
                ModelTables.CASCADE_FRONTIER);
        add(
                "each grid has one picked setting",
                "SELECT 1 FROM trials GROUP BY model, version HAVING count_if(picked) <> 1",
                ModelTables.TRIALS);
        add(
                "the rules of a version are asked one after the other, each once",
                "SELECT 1 FROM rules GROUP BY model, version HAVING count(DISTINCT id) <> count(*) OR max(place) <>"
                        + " count(DISTINCT place) OR max(place) <> count(*)",
                ModelTables.RULES);
        add(
                "no class of a version has two thresholds",
                twice("unknown_thresholds", "model, version, label"),
                ModelTables.UNKNOWN_THRESHOLDS);
        for (TableDefinition table : List.of(
                ModelTables.TRIALS, ModelTables.CASCADE_FRONTIER, ModelTables.RULES, ModelTables.UNKNOWN_THRESHOLDS)) {
            add(
                    "each version in " + table.name() + " is a model",
                    "SELECT 1 FROM " + table.name() + " LEFT ANTI JOIN models USING (model, version)",
                    table,
                    ModelTables.MODELS);
        }
        add(
                "nothing is predicted twice",
                twice("predictions", "example_id, model, version, split"),
                PredictionTables.PREDICTIONS);
        add(
                "each prediction is of an example and its split",
                "SELECT 1 FROM predictions LEFT ANTI JOIN splits USING (example_id, split, label)",
                PredictionTables.PREDICTIONS,
                ExampleTables.SPLITS);
        add(
                "each prediction is by a model",
                "SELECT 1 FROM predictions LEFT ANTI JOIN models USING (model, version)",
                PredictionTables.PREDICTIONS,
                ModelTables.MODELS);
        add(
                "of a split that is predicted nothing is left out",
                "SELECT 1 FROM splits JOIN (SELECT DISTINCT split, model, version FROM predictions) USING (split)"
                        + " LEFT ANTI JOIN predictions USING (example_id, split, model, version)",
                PredictionTables.PREDICTIONS,
                ExampleTables.SPLITS);
        add(
                "the evaluation of each class is that of its predictions",
                "SELECT 1 FROM (SELECT split, model, version, label, count(*) AS n, count_if(predicted = label) AS"
                        + " hits FROM predictions LEFT SEMI JOIN evaluation_per_class USING (split, model, version) GROUP"
                        + " BY ALL) FULL JOIN (SELECT * FROM evaluation_per_class WHERE slice = 'all' AND level = 'leaf')"
                        + " USING (split, model, version, label) WHERE NOT (coalesce(n, 0) <=> support AND coalesce(hits,"
                        + " 0) <=> tp)",
                PredictionTables.PREDICTIONS,
                JudgementTables.EVALUATION_PER_CLASS);
        add(
                "the confusions are as many as the predictions",
                "SELECT 1 FROM (SELECT split, model, version, sum(`count`) AS cells FROM evaluation_confusion"
                        + " WHERE slice = 'all' AND level = 'leaf' GROUP BY ALL) LEFT JOIN"
                        + " (SELECT split, model, version, count(*) AS n FROM predictions GROUP BY ALL)"
                        + " USING (split, model, version) WHERE NOT (n <=> cells)",
                PredictionTables.PREDICTIONS,
                JudgementTables.EVALUATION_CONFUSION);
        add(
                "no figure of an evaluation is there twice",
                twice("evaluation_summary", "model, version, split, slice, level, metric"),
                JudgementTables.EVALUATION_SUMMARY);
        add(
                "no distance of drift is there twice",
                twice("drift", "model, version, split, base_split, metric, label"),
                JudgementTables.DRIFT);
        add(
                "the shares of drift are those of the predictions",
                "SELECT 1 FROM (SELECT * FROM drift WHERE metric = 'share') LEFT JOIN (SELECT split, model, version,"
                        + " predicted AS label, count(*) AS n FROM predictions GROUP BY ALL) USING (split, model, version,"
                        + " label) WHERE abs(coalesce(n, 0) / support - value) > 1e-12",
                PredictionTables.PREDICTIONS,
                JudgementTables.DRIFT);
        add("no vector is there twice", twice("embeddings", "content_hash, model_hash"), EmbeddingTables.EMBEDDINGS);
        add(
                "no proposed class is there twice",
                twice("proposed_classes", "model, version, split, cluster"),
                ProposalTables.PROPOSED_CLASSES);
        add(
                "the rows of proposed classes are their members, each once, and of predictions",
                "SELECT 1 FROM proposed_classes FULL JOIN (SELECT model, version, split, cluster, count(DISTINCT"
                        + " example_id) AS n, max(position) AS last FROM proposed_members LEFT SEMI JOIN predictions USING"
                        + " (example_id, model, version, split) GROUP BY ALL) USING (model, version, split, cluster) WHERE"
                        + " NOT (n <=> rows AND last <=> rows)",
                ProposalTables.PROPOSED_CLASSES,
                ProposalTables.PROPOSED_MEMBERS,
                PredictionTables.PREDICTIONS);
        add("no run is there twice", twice("runs", "run_id"), RunTables.RUNS);
        add("no run is left open", "SELECT 1 FROM runs WHERE status <> 'done'", RunTables.RUNS);
    }

    private Invariants() {}

    private static String twice(String table, String key) {
        return "SELECT 1 FROM " + table + " GROUP BY " + key + " HAVING count(*) > 1";
    }

    /**
     * Finds the rules that a store violates, in one query.
     *
     * @param changed the tables that may have changed
     * @param rows number of rows in the sources
     */
    static List<String> broken(SparkSession spark, Path store, List<TableDefinition> changed, int rows) {
        List<String> queries = new ArrayList<>();
        for (Map.Entry<String, Invariant> promise : ALL.entrySet()) {
            Set<TableDefinition> tables = promise.getValue().tables();
            if (tables.stream().anyMatch(changed::contains)
                    && tables.stream().allMatch(table -> Files.exists(store.resolve(table.name())))) {
                tables.forEach(table -> TinyPipeline.table(spark, store, table).createOrReplaceTempView(table.name()));
                queries.add("SELECT '" + promise.getKey() + "' AS promise, count(*) AS violations FROM ("
                        + promise.getValue().violations().replace("{rows}", String.valueOf(rows)) + ")");
            }
        }
        String query = queries.stream()
                .collect(Collectors.joining(" UNION ALL ", "SELECT promise FROM (", ") WHERE violations > 0"));
        try {
            return spark.sql(query).collectAsList().stream()
                    .map((Row row) -> row.getString(0))
                    .toList();
        } finally {
            ALL.values().stream()
                    .flatMap(invariant -> invariant.tables().stream())
                    .forEach(table -> spark.catalog().dropTempView(table.name()));
        }
    }
}
