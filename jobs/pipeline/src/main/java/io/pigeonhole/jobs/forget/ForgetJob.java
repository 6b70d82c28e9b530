package io.pigeonhole.jobs.forget;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.jobs.configuration.ColumnMapping;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.embeddings.EmbeddingTables;
import io.pigeonhole.jobs.embeddings.Embeddings;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.examples.Forgotten;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Hashes;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.transforms.Columns;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Deletes a subject from every table that has ids of examples and from {@code rejects}, and stores its hash, so that
 * {@code extract} leaves it out. {@code examples} comes last: until all other tables are done, a repeated call can
 * still find the subject there.
 */
public final class ForgetJob implements Job {

    private final List<TableDefinition> tables;
    private final Subject subject;
    private final Consumer<String> out;

    /**
     * @param tables all tables of a store; missing ones are skipped
     * @param out receives a line for each table and model version
     */
    public ForgetJob(List<TableDefinition> tables, Subject subject, Consumer<String> out) {
        this.tables = List.copyOf(tables);
        this.subject = subject;
        this.out = out;
    }

    @Override
    public String name() {
        return JobNames.FORGET;
    }

    @Override
    public String subject() {
        return "";
    }

    /** Names the subject by its hash only, since the row of the run outlives the subject. */
    @Override
    public Identity identity(Session session) {
        String who =
                session.config().store().root() + "\n" + subject.field() + "\n" + String.join("\n", subject.values());
        return new Identity(
                Settings.none(), List.of(), List.of(new Input("subject", Optional.empty(), Hashes.sha256(who))));
    }

    @Override
    public Outcome run(Session session, Run run) {
        Store store = session.store();
        // collected now, since the table they come from loses them
        List<Row> found = ids(session).distinct().collectAsList();
        Dataset<Row> ids = session.spark().createDataFrame(found, StructType.fromDDL("example_id STRING"));
        List<Learners.Learner> learners = new Learners(session, ids).all();
        remember(session, run);
        Map<String, Double> figures = new TreeMap<>();
        List<Output> outputs = new ArrayList<>();
        forgetInModels(session, run, learners, found);
        for (TableDefinition table : tables(store)) {
            session.progress().phase(table.name());
            long gone = forget(session, table, ids);
            figures.put("rows_" + table.name(), (double) gone);
            outputs.add(store.output(table, gone));
            out.accept(String.format(Locale.ROOT, "%s: %,d rows removed, none left", table.name(), gone));
        }
        for (Learners.Learner learner : learners) {
            figures.put("learnt_by_" + learner.model() + "_" + learner.version(), 1.0);
            out.accept(text(learner));
        }
        double removed = figures.entrySet().stream()
                .filter(figure -> figure.getKey().startsWith("rows_"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
        return new Outcome(
                outputs,
                figures,
                String.format(
                        Locale.ROOT,
                        "%,.0f rows removed; %d model versions learnt from them; files of earlier versions hold the"
                                + " rows until 'maintain' removes them",
                        removed,
                        learners.size()));
    }

    /** Before the tables, because a repeated call must still find the ids in them. */
    private void forgetInModels(Session session, Run run, List<Learners.Learner> learners, List<Row> found) {
        Set<String> gone = found.stream().map(row -> row.getString(0)).collect(Collectors.toSet());
        for (Learners.Learner learner : learners) {
            if (learner.mayHold()) {
                TrainedModel version = ModelRegistry.find(session, learner.model(), Optional.of(learner.version()));
                int held = ModelRegistry.withoutExamples(session, version, gone, run.id());
                out.accept(String.format(
                        Locale.ROOT,
                        "model '%s' version %d: %,d rows removed from its files, none left",
                        learner.model(),
                        learner.version(),
                        held));
            }
        }
    }

    private static String text(Learners.Learner learner) {
        String version = "model '" + learner.model() + "' version " + learner.version();
        return learner.how().equals("unknown")
                ? version + ": what it was trained on is not known any more"
                : version + " was " + learner.how() + " on it; the next run of the pipeline makes one without it";
    }

    /** The subject's rows in {@code examples}. */
    private Dataset<Row> ids(Session session) {
        List<Row> values = subject.values().stream().map(RowFactory::create).toList();
        StructType one = StructType.fromDDL("value STRING");
        Dataset<Row> given = session.spark().createDataFrame(values, one);
        if (subject.field().equals(Columns.EXAMPLE_ID)) {
            return given.select(col("value").as(Columns.EXAMPLE_ID));
        }
        Dataset<Row> examples = session.store().read(ExampleTables.EXAMPLES);
        if (!Arrays.asList(examples.columns()).contains(subject.field())) {
            throw ForgetErrors.noColumn(subject.field(), examples.columns());
        }
        return examples.join(
                        given,
                        Columns.named(subject.field())
                                .cast(DataTypes.StringType)
                                .equalTo(given.col("value")),
                        "left_semi")
                .select(Columns.EXAMPLE_ID);
    }

    private void remember(Session session, Run run) {
        String salt = Forgotten.of(session).salt();
        Timestamp now = Timestamp.from(Instant.now().truncatedTo(ChronoUnit.MILLIS));
        List<Row> rows = subject.values().stream()
                .map(value -> RowFactory.create(subject.field(), Forgotten.hash(salt, value), salt, now, run.id()))
                .toList();
        session.store().merge(ExampleTables.FORGOTTEN, rows);
    }

    /**
     * The existing tables whose schema has ids of examples, {@code rejects} and {@code embeddings}; {@code examples}
     * comes last.
     */
    private List<TableDefinition> tables(Store store) {
        return tables.stream()
                .filter(table -> table.equals(ExampleTables.REJECTS)
                        || table.equals(EmbeddingTables.EMBEDDINGS)
                        || !Forgotten.idColumns(table.schema()).isEmpty())
                .filter(store::exists)
                .sorted(Comparator.comparing(table -> table.equals(ExampleTables.EXAMPLES)))
                .toList();
    }

    private long forget(Session session, TableDefinition table, Dataset<Row> ids) {
        if (table.equals(ExampleTables.REJECTS)) {
            return forgetRejects(session, ids);
        }
        return table.equals(EmbeddingTables.EMBEDDINGS)
                ? forgetVectors(session, ids)
                : forget(session.store(), table, ids);
    }

    /** Removes the vectors that only the subject needs, or that no example needs any more. */
    private static long forgetVectors(Session session, Dataset<Row> ids) {
        Store store = session.store();
        Dataset<Row> others = store.read(ExampleTables.EXAMPLES).join(ids, Columns.EXAMPLE_ID, "left_anti");
        String key = "content_hash";
        List<Row> hashes = Embeddings.orphans(session, others).collectAsList();
        if (hashes.isEmpty()) {
            return 0;
        }
        Dataset<Row> keys = session.spark().createDataFrame(hashes, StructType.fromDDL(key + " STRING"));
        long rows = store.read(EmbeddingTables.EMBEDDINGS).join(keys, key).count();
        store.delete(EmbeddingTables.EMBEDDINGS, key, keys);
        requireGone(
                EmbeddingTables.EMBEDDINGS,
                store.read(EmbeddingTables.EMBEDDINGS).join(keys, key).count());
        return rows;
    }

    private static long forget(Store store, TableDefinition table, Dataset<Row> ids) {
        long gone = 0;
        for (String column : Forgotten.idColumns(table.schema())) {
            Dataset<Row> keys = ids.select(col(Columns.EXAMPLE_ID).as(column));
            long rows = store.read(table).join(keys, column).count();
            if (rows > 0) {
                store.delete(table, column, keys);
                requireGone(table, store.read(table).join(keys, column).count());
            }
            gone += rows;
        }
        return gone;
    }

    /** Raw rows have the column names of their source. */
    private long forgetRejects(Session session, Dataset<Row> ids) {
        List<String> values = subject.field().equals(Columns.EXAMPLE_ID)
                ? subject.values()
                : ids.collectAsList().stream().map(row -> row.getString(0)).toList();
        Column condition = lit(false);
        for (SourceConfig source : session.config().sources()) {
            Column ofSource = col(Columns.SOURCE).equalTo(source.name());
            Optional<String> id = source.mapping().flatMap(ColumnMapping::id);
            if (id.isPresent() && !values.isEmpty()) {
                condition = condition.or(ofSource.and(member(id.get()).isin(values.toArray())));
            }
            Optional<String> key =
                    source.mapping().map(mapping -> mapping.fields().get(subject.field()));
            if (key.isPresent()) {
                condition = condition.or(
                        ofSource.and(member(key.get()).isin(subject.values().toArray())));
            }
        }
        Column rejected = condition.equalTo(true);
        long rows = session.store().read(ExampleTables.REJECTS).filter(rejected).count();
        if (rows > 0) {
            session.store().delete(ExampleTables.REJECTS, rejected);
            requireGone(
                    ExampleTables.REJECTS,
                    session.store().read(ExampleTables.REJECTS).filter(rejected).count());
        }
        return rows;
    }

    private static Column member(String name) {
        return from_json(col(Columns.RAW), new StructType().add(name, DataTypes.StringType))
                .getField(name);
    }

    private static void requireGone(TableDefinition table, long left) {
        if (left > 0) {
            throw new IllegalStateException(
                    left + " rows of table " + table.name() + " are still there after they were removed");
        }
    }
}
