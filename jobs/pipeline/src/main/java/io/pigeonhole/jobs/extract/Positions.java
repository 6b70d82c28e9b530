package io.pigeonhole.jobs.extract;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.sources.Access;
import io.pigeonhole.jobs.sources.Increment;
import io.pigeonhole.jobs.sources.IncrementalSource;
import io.pigeonhole.jobs.sources.Position;
import io.pigeonhole.jobs.sources.ReadBefore;
import io.pigeonhole.jobs.sources.SourceTables;
import io.pigeonhole.jobs.sources.Sources;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.transforms.features.Features;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * The positions up to which runs have read the incremental sources, in the table {@code source_positions}.
 *
 * <p>A run records its positions only after its rows are in the tables, so the input of a run that died is read again.
 * Positions of another configuration do not count. They are removed before this run changes an example; otherwise they
 * would count again after a return to that configuration.
 */
final class Positions {

    private static final String FILE = "file";
    private static final String VERSION = "version";
    private static final String NOTHING = "nothing";

    private final Session session;
    private final String runId;

    /** By name of the incremental source: the hash of all settings that determine the treatment of its rows. */
    private final Map<String, ConfigurationHash> hashes = new LinkedHashMap<>();

    /** By name of the incremental source: the number of this run among the runs that have read it. */
    private final Map<String, Long> numbers = new HashMap<>();

    private final List<Row> read = new ArrayList<>();

    private final Set<String> continued = new TreeSet<>();

    private Positions(Session session, String runId) {
        this.session = session;
        this.runId = runId;
    }

    /** The positions for a run. */
    static Positions of(Session session, String runId) {
        Positions positions = new Positions(session, runId);
        PipelineConfig config = session.config();
        List<IncrementalSource> sources = config.sources().stream()
                .flatMap(source -> Sources.of(Access.of(session), source).incremental().stream())
                .toList();
        if (!sources.isEmpty()) {
            Settings rules = rules(session);
            String earlier = earlierRules(session);
            sources.forEach(source -> positions.hashes.put(
                    source.name(),
                    ConfigurationHash.of(
                            Settings.of("sources", source.settings()).and(rules), source.settings() + "\n" + earlier)));
        }
        return positions;
    }

    /** The settings that determine the verdicts on the rows of all sources. */
    private static Settings rules(Session session) {
        return ExtractJob.judgedBy(session.config())
                .and("taxonomy", taxonomy(session).toString());
    }

    /** The same settings in the format of version 0.1. */
    private static String earlierRules(Session session) {
        PipelineConfig config = session.config();
        return String.join(
                "\n",
                config.labels().toString(),
                config.extract().toString(),
                Features.columns(config.allFeatures()).toString(),
                taxonomy(session).toString());
    }

    private static List<Input> taxonomy(Session session) {
        return session.config()
                .labels()
                .taxonomy()
                .map(table -> Sources.inputs(Access.of(session), table))
                .orElse(List.of());
    }

    /** Whether there is an incremental source. */
    boolean areKept() {
        return !hashes.isEmpty();
    }

    /** The positions up to which an incremental source was read. */
    ReadBefore before(IncrementalSource source) {
        if (!session.store().exists(ExampleTables.EXAMPLES)) {
            numbers.put(source.name(), 1L);
            return new ReadBefore(List.of(), Optional.empty());
        }
        List<Row> rows = session
                .store()
                .readOrEmpty(SourceTables.SOURCE_POSITIONS)
                .filter(col("source").equalTo(source.name()).and(hash(source).matches()))
                .select("run_id", "kind", "path", "length", "modified_at", "table_id", "version", "number")
                .collectAsList()
                .stream()
                .sorted(Comparator.comparingLong(row -> row.getLong(7)))
                .toList();
        List<Row> others =
                rows.stream().filter(row -> !row.getString(0).equals(runId)).toList();
        long last = others.stream().mapToLong(row -> row.getLong(7)).max().orElse(0);
        numbers.put(source.name(), last + 1);
        // if a run repeats after other runs, it reads the difference from their positions
        List<Row> own = rows.stream()
                .filter(row -> row.getString(0).equals(runId) && row.getLong(7) > last)
                .toList();
        return new ReadBefore(positions(others), own.isEmpty() ? Optional.empty() : Optional.of(positions(own)));
    }

    /** The last position of each path, in the order of the rows. */
    private static List<Position> positions(List<Row> rows) {
        Map<String, Position> positions = new LinkedHashMap<>();
        for (Row row : rows) {
            String path = row.getString(2);
            switch (row.getString(1)) {
                case FILE ->
                    positions.put(
                            path,
                            new Position.File(
                                    path, row.getLong(3), row.getTimestamp(4).getTime()));
                case VERSION -> positions.put(path, new Position.Version(path, row.getString(5), row.getLong(6)));
                default -> {
                    // the run found nothing new
                }
            }
        }
        return List.copyOf(positions.values());
    }

    /** Remembers the positions that this run reads of a source, for {@link #write}. */
    void add(IncrementalSource source, Increment increment) {
        if (!increment.isWhole()) {
            continued.add(source.name());
        }
        if (increment.positions().isEmpty()) {
            read.add(row(source, NOTHING, null, null, null, null, null));
        }
        for (Position position : increment.positions()) {
            read.add(
                    position instanceof Position.Version table
                            ? row(source, VERSION, table.path(), null, null, table.tableId(), table.version())
                            : row(source, (Position.File) position));
        }
    }

    /** Names of the sources that this run reads only in part. */
    Set<String> continued() {
        return Set.copyOf(continued);
    }

    private Row row(IncrementalSource source, Position.File file) {
        return row(source, FILE, file.path(), file.length(), new Timestamp(file.modified()), null, null);
    }

    /** @param state path, length, modified_at, table_id and version */
    private Row row(IncrementalSource source, String kind, @Nullable Object... state) {
        List<@Nullable Object> values =
                new ArrayList<>(List.of(source.name(), hash(source).now(), kind));
        values.addAll(Arrays.asList(state));
        values.add(numbers.get(source.name()));
        return RowFactory.create(values.toArray());
    }

    private ConfigurationHash hash(IncrementalSource source) {
        return Objects.requireNonNull(hashes.get(source.name()));
    }

    /** Removes positions of other configurations, and of sources that no longer exist or are no longer incremental. */
    void dropOthers() {
        if (!session.store().exists(SourceTables.SOURCE_POSITIONS)) {
            return;
        }
        Column current = hashes.entrySet().stream()
                .map(source -> col("source")
                        .equalTo(source.getKey())
                        .and(source.getValue().matches()))
                .reduce(Column::or)
                .orElse(lit(false));
        Column others = not(current);
        if (!session.store().read(SourceTables.SOURCE_POSITIONS).filter(others).isEmpty()) {
            session.store().delete(SourceTables.SOURCE_POSITIONS, others);
        }
    }

    /** Records the positions of this run; does nothing if no source is incremental. */
    Optional<Output> write(Run run) {
        if (!areKept()) {
            return Optional.empty();
        }
        Dataset<Row> rows = session.spark().createDataFrame(read, SourceTables.SOURCE_POSITIONS.unstamped());
        return Optional.of(session.store().replaceRun(SourceTables.SOURCE_POSITIONS, rows.coalesce(1), run.id()));
    }
}
