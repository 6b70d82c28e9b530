package io.pigeonhole.jobs.maintain;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;

import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.TableDefinition;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The table versions named in {@code runs}, which are needed to replay a run and to trace its figures.
 *
 * @param named job, table and version, without duplicates
 */
record Pins(List<Row> named) {

    Pins {
        named = List.copyOf(named);
    }

    static Pins of(Session session) {
        Dataset<Row> runs = session.store().readOrEmpty(RunTables.RUNS);
        Dataset<Row> inputs =
                runs.select(col("job"), explode(col("inputs")).as("at")).select("job", "at.name", "at.version");
        Dataset<Row> outputs =
                runs.select(col("job"), explode(col("outputs")).as("at")).select("job", "at.name", "at.version");
        return new Pins(inputs.unionByName(outputs)
                .filter(col("version").isNotNull())
                .distinct()
                .collectAsList());
    }

    /**
     * The pinned versions of a table. Versions before a {@code forget} that deleted rows are not pinned, since they
     * hold the forgotten values.
     */
    Set<Long> of(TableDefinition table) {
        Set<Long> versions = new TreeSet<>();
        long forgotten = -1;
        for (Row row : named) {
            if (row.getString(1).equals(table.name())) {
                long version = row.getLong(2);
                switch (row.getString(0)) {
                    case JobNames.FORGET -> forgotten = Math.max(forgotten, version);
                    case JobNames.MAINTAIN -> {
                        // this job only rearranges files and is not replayed
                    }
                    default -> versions.add(version);
                }
            }
        }
        long first = forgotten;
        versions.removeIf(version -> version < first);
        return versions;
    }
}
