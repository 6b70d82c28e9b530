package io.pigeonhole.jobs.replay;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.pigeonhole.jobs.configuration.Settings;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Repeats a past run in a scratch store and compares the results with its tables at the end of the original run. */
public final class Replay {

    /**
     * Columns with measured or decided values, which are not compared; {@code fingerprint} covers a model's
     * coefficients.
     */
    private static final Set<String> NOT_DERIVED =
            Set.of("scored_at", "trained_at", "sha256", "stage", "stage_changes", "seconds", "examples_per_second");

    private Replay() {}

    /**
     * The rows of a run in one table.
     *
     * @param rows rows in the table at the version that the run wrote
     * @param onlyStored number of stored rows that the replay did not produce
     * @param onlyReplayed number of replayed rows that the table does not hold
     */
    public record Finding(String table, long rows, long onlyStored, long onlyReplayed) {

        /** Whether the replay produced the same rows, to the last bit. */
        public boolean isIdentical() {
            return onlyStored == 0 && onlyReplayed == 0;
        }
    }

    /**
     * Replays a run.
     *
     * @param job job of the run, with the present configuration
     * @param tables all tables of a store; missing ones are skipped
     * @throws PipelineException (data contract) if it cannot be replayed, with the reason
     */
    public static List<Finding> of(
            Session session, PastRun past, Job job, String codeVersion, List<TableDefinition> tables) {
        if (!past.status().equals("done")) {
            throw ReplayErrors.impossible(
                    past, "it is " + past.status() + ", not done, so there is nothing to compare with");
        }
        try (Scratch scratch = Scratch.before(past, session, tables)) {
            Session then = scratch.session(session);
            Identity identity = job.identityAgain(
                    then, new Run(past.id(), new Identity(Settings.none(), past.upstream(), past.inputs())));
            Optional<String> otherwise = past.otherwise(identity, codeVersion);
            if (otherwise.isPresent()) {
                throw ReplayErrors.impossible(past, otherwise.get());
            }
            job.run(then, new Run(past.id(), identity));
            session.progress().update("replay: comparing");
            List<Finding> findings = new ArrayList<>();
            for (Output output : past.outputs()) {
                findings.add(
                        compare(session.store(), scratch.store(), past, table(tables, past, output), output.version()));
            }
            return findings;
        }
    }

    private static TableDefinition table(List<TableDefinition> tables, PastRun past, Output output) {
        return tables.stream()
                .filter(each -> each.name().equals(output.table()))
                .findFirst()
                .orElseThrow(() -> ReplayErrors.impossible(
                        past, "it wrote a table " + output.table() + " that is not known any more"));
    }

    private static Finding compare(Store original, Store scratch, PastRun past, TableDefinition table, long version) {
        Dataset<Row> stored = hashes(original.read(table, version), past);
        Dataset<Row> replayed = hashes(scratch.readOrEmpty(table), past);
        Row before = sums(stored);
        Row after = sums(replayed);
        if (before.equals(after)) {
            return new Finding(table.name(), before.getLong(0), 0, 0);
        }
        return new Finding(
                table.name(),
                before.getLong(0),
                stored.exceptAll(replayed).count(),
                replayed.exceptAll(stored).count());
    }

    /** A hash of each row that the run wrote. */
    private static Dataset<Row> hashes(Dataset<Row> rows, PastRun past) {
        Column[] derived = Arrays.stream(rows.columns())
                .filter(name -> !NOT_DERIVED.contains(name))
                .sorted()
                .map(Columns::named)
                .toArray(Column[]::new);
        return rows.filter(col("run_id").equalTo(past.id()))
                .select(xxhash64(derived).as("hash"));
    }

    private static Row sums(Dataset<Row> hashes) {
        return hashes.agg(count(lit(1)), sum(col("hash").cast("decimal(38,0)"))).first();
    }
}
