package io.pigeonhole.jobs.runs;

import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.jobs.store.delta.TableSize;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Expected sizes of tables when a job begins: the present sizes, from the tables' logs, or the sizes after the jobs
 * that are planned before it. An unknown size is empty.
 */
public final class Forecast {

    /** Bytes that files take regardless of their rows: the footers of a few files. */
    private static final long FOOTERS = 8_000;

    private final Session session;
    private final Map<String, Plan.Amount> planned = new HashMap<>();
    private final Map<String, TableSize> growing = new HashMap<>();
    private final Map<String, Long> figures = new HashMap<>();
    private final Map<String, Optional<TableSize>> sizes = new HashMap<>();

    public Forecast(Session session) {
        this.session = session;
    }

    /** Adds the amounts that a planned job will write. */
    void add(Plan plan) {
        plan.writes().forEach(amount -> planned.put(amount.name(), grown(amount)));
    }

    /** Marks a table to which the job adds rows. Of any other table, the job's rows are taken to be the whole. */
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

    /** The expected size of a table. */
    public Plan.Amount table(TableDefinition table) {
        Plan.Amount after = planned.get(table.name());
        if (after != null) {
            return after;
        }
        Optional<TableSize> now = size(table);
        return new Plan.Amount(table.name(), now.flatMap(TableSize::rows), now.map(TableSize::bytes));
    }

    /** The expected size of a part of a table, in proportion to its number of rows. */
    public Plan.Amount part(TableDefinition table, Optional<Long> rows) {
        return new Plan.Amount(table.name(), rows, bytes(table, rows, Optional.empty()));
    }

    /**
     * Rows that will be written to a table.
     *
     * @param bytesPerRow bytes of a row, used if the table has no rows to estimate from
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

    /** Records a figure that a planned job will report, such as the number of rows of a split. */
    public void expect(String job, String subject, String figure, long value) {
        figures.put(String.join("\n", job, subject, figure), value);
    }

    /** A figure of a job: the expected one of its next run, if it is recorded, or that of its latest run. */
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
