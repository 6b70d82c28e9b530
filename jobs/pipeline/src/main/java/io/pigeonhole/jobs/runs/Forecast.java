package io.pigeonhole.jobs.runs;

import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.jobs.store.delta.TableSize;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How large tables are when a job begins: as they are now, by their logs, or as jobs that are planned before it leave them.
 * Where nothing tells, there is nothing.
 */
public final class Forecast {

    /** Bytes that files take whatever their rows: the footers of a few. */
    private static final long FOOTERS = 8_000;

    private final Session session;
    private final Map<String, Plan.Amount> planned = new HashMap<>();
    private final Map<String, TableSize> growing = new HashMap<>();
    private final Map<String, Long> figures = new HashMap<>();
    private final Map<String, Optional<TableSize>> sizes = new HashMap<>();

    public Forecast(Session session) {
        this.session = session;
    }

    /** Takes over what a job will have written. */
    void add(Plan plan) {
        plan.writes().forEach(amount -> planned.put(amount.name(), grown(amount)));
    }

    /** Says that what the job writes comes to what the table has, which it otherwise holds all of. */
    public void grows(TableDefinition table) {
        size(table).ifPresent(size -> growing.put(table.name(), size));
    }

    private Plan.Amount grown(Plan.Amount amount) {
        TableSize before = growing.get(amount.name());
        return before == null
                ? amount
                : new Plan.Amount(
                        amount.name(),
                        before.rows().flatMap(rows -> amount.rows().map(more -> rows + more)),
                        amount.bytes().map(more -> before.bytes() + more));
    }

    private Optional<TableSize> size(TableDefinition table) {
        Store store = session.store();
        return sizes.computeIfAbsent(table.name(), name -> store.size(table));
    }

    /** A table as it will be. */
    public Plan.Amount table(TableDefinition table) {
        Plan.Amount after = planned.get(table.name());
        if (after != null) {
            return after;
        }
        Optional<TableSize> now = size(table);
        return new Plan.Amount(table.name(), now.flatMap(TableSize::rows), now.map(TableSize::bytes));
    }

    /** A part of a table, as large as its rows are many. */
    public Plan.Amount part(TableDefinition table, Optional<Long> rows) {
        return new Plan.Amount(table.name(), rows, bytes(table, rows, Optional.empty()));
    }

    /**
     * Rows that will be written to a table.
     *
     * @param bytesPerRow what a row takes where the table has none by which to tell
     */
    public Plan.Amount written(TableDefinition table, Optional<Long> rows, double bytesPerRow) {
        return new Plan.Amount(table.name(), rows, bytes(table, rows, Optional.of(bytesPerRow)));
    }

    private Optional<Long> bytes(TableDefinition table, Optional<Long> rows, Optional<Double> otherwise) {
        Optional<Double> planning = Optional.ofNullable(planned.get(table.name()))
                .flatMap(amount -> amount.bytes()
                        .flatMap(bytes ->
                                amount.rows().filter(count -> count > 0).map(count -> (double) bytes / count)));
        return planning.or(() -> size(table).flatMap(TableSize::bytesPerRow))
                .map(each -> rows.map(count -> (long) (each * count)))
                .orElseGet(() -> otherwise.flatMap(each -> rows.map(count -> FOOTERS + (long) (each * count))));
    }

    /** What a job that is planned says of its rows beforehand, such as those of a split; by name. */
    public void expect(String job, String subject, String figure, long value) {
        figures.put(String.join("\n", job, subject, figure), value);
    }

    /** A figure of a job's latest run, or what is expected of the next one. */
    public Optional<Long> figure(String job, String subject, String figure) {
        Long expected = figures.get(String.join("\n", job, subject, figure));
        return expected != null
                ? Optional.of(expected)
                : session.runs()
                        .latest(job, subject)
                        .filter(RunLog.Entry::isDone)
                        .map(entry -> entry.outcome().figures().get(figure))
                        .map(Double::longValue);
    }

    /** Rows that a job's latest run wrote to a table. */
    public Optional<Long> lastWritten(String job, String subject, TableDefinition table) {
        return session.runs().latest(job, subject).filter(RunLog.Entry::isDone).stream()
                .flatMap(entry -> entry.outcome().outputs().stream())
                .filter(output -> output.table().equals(table.name()))
                .map(Output::rows)
                .findFirst();
    }
}
