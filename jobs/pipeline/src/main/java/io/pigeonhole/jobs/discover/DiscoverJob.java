package io.pigeonhole.jobs.discover;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.jobs.configuration.DiscoverConfig;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.VersionJob;
import io.pigeonhole.jobs.predictions.PredictionTables;
import io.pigeonhole.jobs.predictions.ProposalTables;
import io.pigeonhole.jobs.predictions.ScoredSplit;
import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.store.RowCondition;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.training.cascade.CascadeModel;
import io.pigeonhole.training.discovery.Cluster;
import io.pigeonhole.training.discovery.Discovery;
import io.pigeonhole.training.discovery.UnitRow;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.TrainedClassifier;
import io.pigeonhole.transforms.features.FeatureSpec;
import io.pigeonhole.transforms.features.Features;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Clusters the rows of a split that a model version knows no class for, by the model's own features, and proposes the
 * stable clusters as classes.
 */
public final class DiscoverJob extends VersionJob {

    /** Figure: number of proposed classes. */
    public static final String PROPOSED = "classes_proposed";

    /** Names of the phases in {@code run_phases}. */
    private static final String READING = "reading the rows";

    private static final String CLUSTERING = "clustering";

    /** Column of feature vectors that the stages before a classifier make. */
    private static final String FEATURES = "features";

    private final Optional<String> split;

    /**
     * @param version version of the model; if absent, the latest trained one
     * @param split split of the predictions; {@code discover.split} if absent
     */
    public DiscoverJob(String model, Optional<Integer> version, Optional<String> split) {
        super(JobNames.DISCOVER, model, version);
        this.split = split;
    }

    private ScoredSplit scored(Session session) {
        return ScoredSplit.find(
                session,
                version(session),
                split.orElse(session.config().discover().split()));
    }

    @Override
    public Identity identity(Session session) {
        ScoredSplit scored = scored(session);
        ExamplesOfSplit examples = ExamplesOfSplit.of(session, scored.split());
        List<Input> inputs = new ArrayList<>(List.of(scored.artifact(), scored.input(session)));
        inputs.addAll(examples.inputs(session, scored.runIds()));
        return new Identity(examples.settings(session), scored.runIds(), inputs);
    }

    /** Forecast: it reads the rows of the model's last scoring, and writes as many rows as its last run. */
    @Override
    public Plan plan(Session session, Forecast forecast) {
        Optional<Long> scored = forecast.lastWritten(JobNames.SCORE, subject(), PredictionTables.PREDICTIONS);
        List<Plan.Amount> writes = new ArrayList<>();
        for (TableDefinition table : List.of(ProposalTables.PROPOSED_CLASSES, ProposalTables.PROPOSED_MEMBERS)) {
            writes.add(forecast.part(table, forecast.lastWritten(name(), subject(), table)));
        }
        return new Plan(
                List.of(
                        ModelRegistry.amount(forecast, subject()),
                        forecast.part(PredictionTables.PREDICTIONS, scored),
                        forecast.part(ExampleTables.EXAMPLES, scored)),
                writes,
                List.of());
    }

    @Override
    public Outcome run(Session session, Run run) {
        ScoredSplit scored = scored(session);
        DiscoverConfig config = session.config().discover();
        session.progress().phase(READING);
        NoClassRows noClass =
                NoClassRows.collect(session, scored.all(session, run.version(PredictionTables.PREDICTIONS)));
        ExamplesOfSplit source = ExamplesOfSplit.of(session, scored.split());
        long version = source.elsewhere() ? 0 : run.version(ExampleTables.EXAMPLES);
        Dataset<Row> examples = ExamplesOfSplit.having(
                source.at(session, version), noClass.nearest().keySet());
        RowTerms terms = new RowTerms(specs(session, examples));
        SortedMap<String, Row> rows = byId(featured(session, scored, examples, terms));
        int missing = noClass.nearest().size() - rows.size();
        if (missing > 0) {
            throw DiscoverErrors.rowsMissing(
                    scored.version(), scored.split(), missing, noClass.nearest().size());
        }
        session.progress().phase(CLUSTERING);
        List<UnitRow> vectors = rows.entrySet().stream()
                .map(row -> UnitRow.of(row.getKey(), row.getValue().<Vector>getAs(1)))
                .toList();
        List<Cluster> clusters =
                Discovery.clusters(vectors, config.spec(session.config().seed()));
        Proposals proposals = new Proposals(scored, clusters);
        return outcome(
                List.of(
                        write(
                                session,
                                run,
                                scored,
                                ProposalTables.PROPOSED_CLASSES,
                                proposals.classes(noClass.nearest(), terms.of(rows, 2), config.terms())),
                        write(
                                session,
                                run,
                                scored,
                                ProposalTables.PROPOSED_MEMBERS,
                                proposals.members(terms.texts(rows, 2)))),
                scored,
                noClass,
                vectors.stream().filter(UnitRow::isEmpty).count(),
                clusters);
    }

    private static List<FeatureSpec> specs(Session session, Dataset<Row> examples) {
        return Features.resolved(examples.schema(), session.config().allFeatures());
    }

    private static Output write(Session session, Run run, ScoredSplit scored, TableDefinition table, List<Row> rows) {
        return session.store()
                .replaceRun(
                        table,
                        rows,
                        run.id(),
                        List.of(RowCondition.about(
                                scored.version().model(), scored.version().version(), List.of(scored.split()))));
    }

    /** The id, the feature vector, and the columns of the terms of each row. */
    private static Dataset<Row> featured(Session session, ScoredSplit scored, Dataset<Row> examples, RowTerms terms) {
        Dataset<Row> rows = examples;
        for (Transformer stage : beforeClassifier(ModelRegistry.load(session, scored.version()))) {
            rows = stage.transform(rows);
        }
        if (!List.of(rows.columns()).contains(FEATURES)) {
            throw DiscoverErrors.noFeatures(scored.version());
        }
        List<Column> columns = new ArrayList<>(List.of(col(Columns.EXAMPLE_ID), col(FEATURES)));
        columns.addAll(terms.columns());
        return rows.select(columns.toArray(Column[]::new));
    }

    /** The stages that make features; of a cascade, those of the model that answers what the first one defers. */
    private static List<Transformer> beforeClassifier(PipelineModel pipeline) {
        List<Transformer> stages = new ArrayList<>();
        for (Transformer stage : pipeline.stages()) {
            if (stage instanceof CascadeModel cascade) {
                return beforeClassifier(cascade.second().pipeline());
            }
            if (stage instanceof TrainedClassifier) {
                return stages;
            }
            stages.add(stage);
        }
        return stages;
    }

    /** Rows by id. Another table may hold an id twice; then the row whose text comes first counts. */
    private static SortedMap<String, Row> byId(Dataset<Row> rows) {
        SortedMap<String, Row> byId = new TreeMap<>();
        for (Row row : rows.collectAsList()) {
            byId.merge(
                    row.getString(0),
                    row,
                    (one, other) -> one.toString().compareTo(other.toString()) <= 0 ? one : other);
        }
        return byId;
    }

    private static Outcome outcome(
            List<Output> outputs, ScoredSplit scored, NoClassRows noClass, long empty, List<Cluster> clusters) {
        Map<String, Double> figures = new TreeMap<>();
        List<Cluster> proposed = clusters.stream()
                .filter(cluster -> cluster.verdict() == Cluster.Verdict.PROPOSED)
                .toList();
        long inProposed = rows(proposed);
        figures.put("rows_of_no_class", (double) noClass.found());
        figures.put("rows_clustered", (double) rows(clusters));
        figures.put("rows_without_features", (double) empty);
        figures.put("rows_proposed", (double) inProposed);
        figures.put("clusters", (double) clusters.size());
        figures.put(PROPOSED, (double) proposed.size());
        return new Outcome(
                outputs,
                figures,
                String.format(
                        Locale.ROOT,
                        "version %d on %s: %,d rows %s; of %d clusters, %d proposed as classes, with %,d rows%s%s",
                        scored.version().version(),
                        scored.split(),
                        noClass.found(),
                        noClass.chosenBy(),
                        clusters.size(),
                        proposed.size(),
                        inProposed,
                        empty == 0
                                ? ""
                                : String.format(Locale.ROOT, "; %,d rows without any known feature are in none", empty),
                        noClass.nearest().size() < noClass.found()
                                ? String.format(
                                        Locale.ROOT,
                                        "; %,d rows were clustered, a sample (discover.most_rows)",
                                        noClass.nearest().size())
                                : ""));
    }

    private static long rows(List<Cluster> clusters) {
        return clusters.stream().mapToLong(cluster -> cluster.members().size()).sum();
    }
}
