package io.pigeonhole.jobs.maintain;

import io.pigeonhole.jobs.configuration.Settings;
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
import io.pigeonhole.jobs.store.Upkeep;
import io.pigeonhole.jobs.store.Upkeep.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Merges the small files of all tables and removes files that no pinned version needs. It changes no row and may be
 * repeated at any time; it is never skipped.
 */
public final class MaintainJob implements Job {

    private final List<TableDefinition> tables;
    private final Duration retention;
    private final Consumer<String> out;

    /**
     * @param tables all tables of a store; missing ones are skipped
     * @param retention minimum time between a file's removal from its table and its deletion
     * @param out receives a line for each table
     */
    public MaintainJob(List<TableDefinition> tables, Duration retention, Consumer<String> out) {
        this.tables = List.copyOf(tables);
        this.retention = retention;
        this.out = out;
    }

    @Override
    public String name() {
        return JobNames.MAINTAIN;
    }

    @Override
    public String subject() {
        return "";
    }

    @Override
    public Identity identity(Session session) {
        return new Identity(
                Settings.none().and("retention", retention.toString()),
                List.of(),
                List.of(new Input("files", Optional.empty(), "always looked at again: " + UUID.randomUUID())));
    }

    @Override
    public Outcome run(Session session, Run run) {
        Store store = session.store();
        Pins pins = Pins.of(session);
        Usage before = new Usage(0, 0);
        Usage after = new Usage(0, 0);
        List<Output> outputs = new ArrayList<>();
        for (TableDefinition table : tables) {
            if (store.exists(table)) {
                session.progress().phase(table.name());
                Upkeep upkeep = new Upkeep(session.spark(), store, table);
                Usage then = upkeep.usage();
                upkeep.compact();
                upkeep.vacuum(pins.of(table), retention, false);
                Usage now = upkeep.usage();
                before = before.plus(then);
                after = after.plus(now);
                outputs.add(store.output(table, 0));
                out.accept(table.name() + ": " + text(then) + " before, " + text(now) + " after");
            }
        }
        Map<String, Double> figures = new TreeMap<>();
        figures.put("files_before", (double) before.files());
        figures.put("bytes_before", (double) before.bytes());
        figures.put("files_after", (double) after.files());
        figures.put("bytes_after", (double) after.bytes());
        return new Outcome(outputs, figures, text(before) + " before, " + text(after) + " after");
    }

    /** Reports the files that {@link #run} would remove, and changes nothing. */
    public void dryRun(Session session) {
        Pins pins = Pins.of(session);
        Usage all = new Usage(0, 0);
        for (TableDefinition table : tables) {
            if (session.store().exists(table)) {
                Upkeep upkeep = new Upkeep(session.spark(), session.store(), table);
                Usage removable = upkeep.vacuum(pins.of(table), retention, true);
                all = all.plus(removable);
                out.accept(table.name() + ": " + text(removable) + " of " + text(upkeep.usage()) + " can go");
            }
        }
        out.accept("all tables: " + text(all) + " can go");
    }

    private static String text(Usage usage) {
        return String.format(Locale.ROOT, "%,d files, %,d bytes", usage.files(), usage.bytes());
    }
}
