package io.pigeonhole.jobs.extract;

import static io.pigeonhole.transforms.Columns.quoted;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.examples.ClassRows;
import io.pigeonhole.jobs.examples.DataContract;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.examples.Forgotten;
import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.sources.Access;
import io.pigeonhole.jobs.sources.Increment;
import io.pigeonhole.jobs.sources.Source;
import io.pigeonhole.jobs.sources.SourceSize;
import io.pigeonhole.jobs.sources.Sources;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.transforms.Taxonomy;
import io.pigeonhole.transforms.cleaning.Cleaned;
import io.pigeonhole.transforms.cleaning.CleaningCounts;
import io.pigeonhole.transforms.cleaning.CleaningRules;
import io.pigeonhole.transforms.cleaning.LookAlikes;
import io.pigeonhole.transforms.cleaning.ParentPolicy;
import io.pigeonhole.transforms.features.FeatureSpec;
import io.pigeonhole.transforms.features.Features;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.storage.StorageLevel;

/**
 * Reads the sources, checks their rows against the contract, and updates {@code examples}, {@code rejects} and
 * {@code classes}. Examples are keyed by id: new ones are added, changed ones are replaced, and none is removed.
 */
public final class ExtractJob implements Job {

    /** Names of the phases in {@code run_phases}. */
    private static final String CHECKING = "checking rows";

    private static final String WRITING_EXAMPLES = "writing examples";

    private static final String WRITING_SOURCES = "writing the sources' columns and positions";

    /** Groups of labels that look alike in warnings. */
    private static final int MOST_LOOK_ALIKES = 5;

    /** Bytes of the hash of an example's content in a file. */
    private static final double HASH_BYTES = 64;

    @Override
    public String name() {
        return JobNames.EXTRACT;
    }

    @Override
    public String subject() {
        return "";
    }

    @Override
    public Identity identity(Session session) {
        return identity(session, Source::inputs);
    }

    /**
     * If the run has recorded the positions that it read of an incremental source, these count, and later data do not.
     */
    @Override
    public Identity identityAgain(Session session, Run past) {
        Positions positions = Positions.of(session, past.id());
        return identity(
                session,
                source -> source.incremental()
                                .flatMap(some -> positions.before(some).byThis())
                                .isPresent()
                        ? past.identity().inputs().stream().filter(source::isOf).toList()
                        : source.inputs());
    }

    private static Identity identity(Session session, Function<Source, List<Input>> inputsOf) {
        PipelineConfig config = session.config();
        List<Input> inputs = new ArrayList<>();
        for (SourceConfig source : config.sources()) {
            inputs.addAll(inputsOf.apply(Sources.of(Access.of(session), source)));
        }
        config.labels().taxonomy().ifPresent(table -> inputs.addAll(Sources.inputs(Access.of(session), table)));
        Forgotten.of(session).input(session).ifPresent(inputs::add);
        return new Identity(config.settings("sources").and(judgedBy(config)), List.of(), inputs);
    }

    /** The part of the configuration that determines the verdicts on the rows of all sources. */
    static Settings judgedBy(PipelineConfig config) {
        Settings settings = config.settings("labels", "extract")
                .and(
                        "features.columns",
                        Features.columns(config.allFeatures()).stream()
                                .map(column -> column.name() + " " + column.type())
                                .collect(Collectors.joining(", ")));
        boolean isUsual = config.allFeatures().stream()
                .allMatch(
                        spec -> !(spec instanceof FeatureSpec.Text text) || text.empty() == FeatureSpec.EmptyText.AUTO);
        Settings all = isUsual
                ? settings
                : settings.and(
                        "features.optional_texts", String.join(", ", Features.optionalTexts(config.allFeatures())));
        // the ids of rows without one depend on it
        return config.stratify()
                .given()
                .map(given -> all.and("stratify.given.column", given.column())
                        .and("stratify.given.aliases", given.aliases().toString()))
                .orElse(all);
    }

    @Override
    public Plan plan(Session session, Forecast forecast) {
        List<Plan.Amount> reads = new ArrayList<>();
        Positions positions = Positions.of(session, "");
        long bytes = 0;
        long rows = 0;
        boolean rowsKnown = true;
        for (SourceConfig configured : session.config().sources()) {
            Source source = Sources.of(Access.of(session), configured);
            Optional<Increment> increment = source.incremental().map(some -> some.increment(positions.before(some)));
            boolean isContinued = increment.isPresent() && !increment.get().isWhole();
            SourceSize size = increment.map(Increment::size).orElseGet(source::size);
            Optional<Long> sourceRows = size.rows()
                    .or(() -> session.config().sources().size() == 1 && !isContinued
                            ? forecast.figure(name(), "", "rows_read")
                            : Optional.empty());
            reads.add(Plan.Amount.about(source.name(), sourceRows, size.bytes()));
            bytes += size.bytes().orElse(0L);
            rows += sourceRows.orElse(0L);
            rowsKnown &= sourceRows.isPresent();
            if (isContinued) {
                forecast.grows(ExampleTables.EXAMPLES);
            }
        }
        Optional<Long> accepted = rowsKnown ? Optional.of(rows) : Optional.empty();
        double bytesPerRow = HASH_BYTES + (double) bytes / Math.max(1, rows);
        return new Plan(
                reads,
                List.of(
                        forecast.written(ExampleTables.EXAMPLES, accepted, bytesPerRow),
                        new Plan.Amount(ExampleTables.REJECTS.name(), Optional.empty(), Optional.empty()),
                        forecast.table(ExampleTables.CLASSES)),
                List.of());
    }

    @Override
    public Outcome run(Session session, Run run) {
        try {
            return extract(session, run);
        } catch (Exception e) {
            // a failed task throws checked exceptions that are not declared
            Sources.throwExplained(e);
            throw e;
        }
    }

    private static Outcome extract(Session session, Run run) {
        Map<String, Double> figures = new TreeMap<>();
        SourceContract contract = new SourceContract(session);
        Positions positions = Positions.of(session, run.id());
        Dataset<Row> raw = RawRows.read(session, contract, positions, figures);
        Optional<Dataset<Row>> known = known(session, run, positions.continued());
        CleaningRules rules = DataContract.rules(session.config(), raw, known);
        Forgotten forgotten = Forgotten.of(session);
        session.progress().phase(CHECKING);
        // a comparison with examples reads the rows several times
        known.ifPresent(some -> raw.persist(StorageLevel.MEMORY_AND_DISK()));
        Cleaned cleaned = Judging.judge(raw, rules, !forgotten.isEmpty(), known);
        try {
            Cleaned kept = forgotten.isEmpty() ? cleaned : new Cleaned(forgotten.without(cleaned.judged()));
            int mostClasses = session.config().labels().mostClasses();
            CleaningCounts counts = kept.count(mostClasses);
            Optional<Parents> parents = Parents.of(session, counts, known.isPresent());
            if (parents.isPresent() && parents.get().policy() == ParentPolicy.REJECT) {
                kept = kept.onlyAt(parents.get().places(counts));
                counts = kept.count(mostClasses);
            }
            session.store().replaceRun(ExampleTables.REJECTS, kept.rejects(), run.id());
            counts.check(rules);
            positions.dropOthers();
            Optional<Taxonomy> given =
                    RawRows.taxonomy(session, counts.paths().keySet()).or(() -> parents.map(Parents::tree));
            Dataset<Row> examples = RawRows.withPaths(kept.examples(), given);
            Taxonomy taxonomy = ClassRows.taxonomy(session, paths(counts, given));
            figures.put("classes_new", (double) ClassRows.write(session, run, taxonomy));
            session.progress().phase(WRITING_EXAMPLES);
            writeExamples(session, run, examples, counts.accepted(), figures);
            session.progress().phase(WRITING_SOURCES);
            contract.write(run);
            Optional<Output> read = positions.write(run);
            // these rows are not written to rejects, which would store the forgotten values
            long left = forgotten.isEmpty() ? 0 : cleaned.judged().count() - counts.rows();
            return outcome(session, read, counts, left, taxonomy.labels().size(), figures)
                    .warning(parents.map(Parents::warning).stream().toList())
                    .warning(lookAlikes(counts));
        } finally {
            cleaned.judged().unpersist();
            raw.unpersist();
        }
    }

    private static List<String> lookAlikes(CleaningCounts counts) {
        List<LookAlikes> groups = LookAlikes.of(counts.classes());
        List<String> warnings = new ArrayList<>();
        groups.stream()
                .limit(MOST_LOOK_ALIKES)
                .forEach(group -> warnings.add(
                        "These labels (rows) differ only in letter case, composition or invisible" + " characters: "
                                + group.text() + ". If they are one class, set " + group.aliases() + "."));
        if (groups.size() > MOST_LOOK_ALIKES) {
            warnings.add((groups.size() - MOST_LOOK_ALIKES) + " more groups of labels look alike.");
        }
        return warnings;
    }

    /** The paths of the accepted labels: those of the taxonomy table, if there is one, else their own. */
    private static Map<String, Set<List<String>>> paths(CleaningCounts counts, Optional<Taxonomy> given) {
        Map<String, Set<List<String>>> paths = new TreeMap<>();
        counts.paths().forEach((label, own) -> paths.put(label, own.keySet()));
        given.ifPresent(taxonomy ->
                paths.replaceAll((label, own) -> Set.of(taxonomy.path(label).orElseThrow())));
        return paths;
    }

    /**
     * The examples to compare arriving rows with; empty if all rows arrive again. Rows that an earlier attempt of this
     * run wrote are not among them, since they arrive again.
     */
    private static Optional<Dataset<Row>> known(Session session, Run run, Set<String> continued) {
        return continued.isEmpty()
                ? Optional.empty()
                : Optional.of(session.store()
                        .read(ExampleTables.EXAMPLES)
                        .filter(col("source")
                                .isin(continued.toArray())
                                .and(col("run_id").notEqual(run.id()))));
    }

    /** Adds new examples and replaces changed ones in one commit; writes nothing if there are none. */
    private static void writeExamples(
            Session session, Run run, Dataset<Row> examples, long accepted, Map<String, Double> figures) {
        Store store = session.store();
        TableDefinition table = ExampleTables.EXAMPLES.withColumns(fields(examples));
        store.ensure(table);
        Dataset<Row> stamped = examples.withColumn("run_id", lit(run.id()));
        if (store.isEmpty(table)) {
            figures.put("examples_added", (double) accepted);
            figures.put("examples_changed", 0.0);
            if (accepted > 0) {
                store.append(table, stamped);
            }
            return;
        }
        Dataset<Row> present = store.read(table);
        Dataset<Row> changes = changes(stamped, present).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            long all = changes.count();
            long changed =
                    changes.join(present.select("example_id"), "example_id").count();
            figures.put("examples_added", (double) (all - changed));
            figures.put("examples_changed", (double) changed);
            if (all > 0) {
                store.merge(table, changes);
            }
        } finally {
            changes.unpersist();
        }
    }

    /** The arriving rows that the table does not contain; the column {@code run_id} is ignored. */
    private static Dataset<Row> changes(Dataset<Row> arriving, Dataset<Row> present) {
        List<String> compared = Arrays.stream(arriving.columns())
                .filter(name -> !name.equals("run_id"))
                .toList();
        Column same = compared.stream()
                .map(name -> col("arriving." + quoted(name)).eqNullSafe(col("present." + quoted(name))))
                .reduce(Column::and)
                .orElseThrow();
        return arriving.as("arriving").join(present.as("present"), same, "left_anti");
    }

    /** The fields of the configuration as columns of the table, each with a comment. */
    private static List<StructField> fields(Dataset<Row> examples) {
        List<String> fixed = Arrays.asList(ExampleTables.EXAMPLES.schema().fieldNames());
        return Arrays.stream(examples.schema().fields())
                .filter(field -> !fixed.contains(field.name()))
                .map(field -> TableDefinition.column(
                        field.name(), field.dataType(), "Field of the sources, by the configuration"))
                .toList();
    }

    private static Outcome outcome(
            Session session,
            Optional<Output> read,
            CleaningCounts counts,
            long forgotten,
            int classes,
            Map<String, Double> figures) {
        figures.put("classes", (double) classes);
        figures.put("rows_read", (double) (counts.rows() + forgotten));
        figures.put("rows_accepted", (double) counts.accepted());
        figures.put("rows_rejected", (double) (counts.rejected() + forgotten));
        figures.put("rows_collapsed", (double) counts.collapsed());
        figures.put("rows_copied", (double) counts.copies());
        figures.put("rows_copied_same_label", (double) counts.labelledCopies());
        figures.put("rows_conflicting", (double) counts.conflicting());
        counts.reasons().forEach(reason -> figures.put("rejected_" + reason.reason(), (double) reason.rows()));
        if (forgotten > 0) {
            figures.put("rejected_forgotten", (double) forgotten);
        }
        List<Output> outputs = new ArrayList<>(List.of(
                session.store().output(ExampleTables.EXAMPLES, counts.accepted()),
                session.store().output(ExampleTables.REJECTS, counts.rejected()),
                session.store().output(ExampleTables.CLASSES, classes)));
        read.ifPresent(outputs::add);
        return new Outcome(
                outputs,
                figures,
                String.format(
                                Locale.ROOT,
                                "%,d rows read, %,d accepted (%,.0f new, %,.0f changed), %,d rejected, %,d exact duplicates,"
                                        + " %,d in conflict, %,d classes",
                                counts.rows() + forgotten,
                                counts.accepted(),
                                figures.get("examples_added"),
                                figures.get("examples_changed"),
                                counts.rejected() + forgotten,
                                counts.labelledCopies(),
                                counts.conflicting(),
                                classes)
                        + copies(counts));
    }

    private static String copies(CleaningCounts counts) {
        if (counts.copies() == 0) {
            return "";
        }
        long rows = counts.rows() - counts.rejected();
        return String.format(
                        Locale.ROOT,
                        "; %,d of %,d rows are copies of another row: their features are the same, and %,d are different",
                        counts.copies(),
                        rows,
                        rows - counts.copies())
                + (counts.collapsed() == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "; %,d of the copies have no id of their own and are left out",
                                counts.collapsed()))
                + "; most copies: " + counts.mostCopied();
    }
}
