package io.pigeonhole.jobs.models;

import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.PipelineException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The model versions of a store with their stages at the time of reading. At most one version of all models is
 * champion, since a store is for one task. The rows of the versions hold the history, so that a change of champion,
 * with person, time and reason, is one commit.
 */
public final class Stages {

    public static final String CANDIDATE = "candidate";
    public static final String CHAMPION = "champion";
    public static final String RETIRED = "retired";
    private static final String STAGE = "stage";
    private static final String STAGE_CHANGES = "stage_changes";

    private final List<Entry> entries;

    private Stages(List<Entry> entries) {
        this.entries = entries;
    }

    /** A model version with its stage. */
    public record Entry(TrainedModel version, String stage, List<StageChange> changes, Row row) {

        private static Entry of(Row row) {
            return new Entry(
                    ModelRegistry.trained(row),
                    row.getAs(STAGE),
                    row.<Row>getList(row.fieldIndex(STAGE_CHANGES)).stream()
                            .map(StageChange::fromRow)
                            .toList(),
                    row);
        }

        boolean is(TrainedModel other) {
            return version.model().equals(other.model()) && version.version() == other.version();
        }
    }

    /** The circumstances of a change of champion: its kind, the person who makes it, and the reason. */
    public record Occasion(String change, String by, String reason) {}

    /** Reads the present table {@code models}. */
    public static Stages of(Session session) {
        return new Stages(session.store().rows(ModelTables.MODELS).stream()
                .map(Entry::of)
                .sorted(Comparator.comparing((Entry entry) -> entry.version().model())
                        .thenComparing(entry -> entry.version().version()))
                .toList());
    }

    /** All versions, ordered by model and version. */
    public List<Entry> entries() {
        return entries;
    }

    public Optional<TrainedModel> champion() {
        return entries.stream()
                .filter(entry -> entry.stage().equals(CHAMPION))
                .map(Entry::version)
                .findFirst();
    }

    /** A version with its stage. */
    public Entry entry(TrainedModel version) {
        return entries.stream()
                .filter(entry -> entry.is(version))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(version + " has vanished from the table models"));
    }

    /** Number of the last change; 0 before the first. */
    public int changes() {
        return entries.stream()
                .flatMap(entry -> entry.changes().stream())
                .mapToInt(StageChange::number)
                .max()
                .orElse(0);
    }

    /**
     * The number of changes before the given change. It is the same before and right after the change, so that a retry
     * of a run that died after its commit gets the same run id.
     */
    public int changesBefore(String change, TrainedModel version, String stage) {
        int last = changes();
        boolean made = entry(version).changes().stream()
                .anyMatch(each -> each.number() == last
                        && each.change().equals(change)
                        && each.stage().equals(stage));
        return made ? last - 1 : last;
    }

    /** The present champion, followed by its predecessors; champions that were rolled back are left out. */
    public Deque<TrainedModel> succession() {
        Map<Integer, Entry> crowned = new TreeMap<>();
        for (Entry entry : entries) {
            entry.changes().stream()
                    .filter(change -> change.stage().equals(CHAMPION))
                    .forEach(change -> crowned.put(change.number(), entry));
        }
        Deque<TrainedModel> succession = new ArrayDeque<>();
        crowned.forEach((number, entry) -> {
            boolean rolledBack = entry.changes().stream()
                    .anyMatch(change ->
                            change.number() == number && change.change().equals(StageChange.ROLLBACK));
            if (rolledBack) {
                succession.pop();
            } else {
                succession.push(entry.version());
            }
        });
        return succession;
    }

    /**
     * Makes a version champion and retires the present champion, in one commit.
     *
     * @throws PipelineException (data contract) if another process changed the champion since this was read
     */
    public void crown(Session session, Run run, TrainedModel version, Occasion occasion) {
        Timestamp now = Timestamp.from(Instant.now().truncatedTo(ChronoUnit.MILLIS));
        int number = changes() + 1;
        List<Row> rows = new ArrayList<>();
        champion().ifPresent(champion -> rows.add(changed(entry(champion), RETIRED, number, now, occasion, run)));
        rows.add(changed(entry(version), CHAMPION, number, now, occasion, run));
        session.store().mergeChange(ModelTables.MODELS, rows, CHAMPION, number);
        boolean made = of(session).entry(version).changes().stream()
                .anyMatch(change -> change.number() == number && change.runId().equals(run.id()));
        if (!made) {
            throw ModelsErrors.championChanged(version);
        }
    }

    private static Row changed(Entry entry, String stage, int number, Timestamp now, Occasion occasion, Run run) {
        StageChange change =
                new StageChange(number, occasion.change(), stage, now, occasion.by(), occasion.reason(), run.id());
        Row[] changes = Stream.concat(entry.changes().stream(), Stream.of(change))
                .map(StageChange::toRow)
                .toArray(Row[]::new);
        Row row = entry.row();
        Object[] values = Arrays.stream(row.schema().fieldNames())
                .map(name ->
                        name.equals(STAGE) ? stage : name.equals(STAGE_CHANGES) ? changes : row.<Object>getAs(name))
                .toArray();
        return RowFactory.create(values);
    }
}
