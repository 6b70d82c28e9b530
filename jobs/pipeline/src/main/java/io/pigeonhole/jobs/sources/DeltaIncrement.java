package io.pigeonhole.jobs.sources;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.jobs.configuration.Reading;
import io.pigeonhole.jobs.store.delta.DeltaCommits;
import io.pigeonhole.jobs.store.delta.DeltaVersion;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.VariantType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The new rows of a Delta table since a version: the added files, if the commits since only add; otherwise the rows of
 * the change data feed, if the table has one; otherwise the whole table, which gives the same result and takes longer.
 */
final class DeltaIncrement {

    private static final Logger LOG = LoggerFactory.getLogger(DeltaIncrement.class);

    private static final String CHANGE = "_change_type";

    private final SparkSession spark;
    private final Relation relation;
    private final Reading reading;
    private final DeltaVersion table;
    private final Position.Version now;

    private DeltaIncrement(SparkSession spark, Relation relation, Reading reading, DeltaVersion table) {
        this.spark = spark;
        this.relation = relation;
        this.reading = reading;
        this.table = table;
        this.now = new Position.Version(table.path(), table.tableId(), table.version());
    }

    /**
     * @param table of the relation
     * @throws PipelineException (data contract) if the run has read a version that is no longer readable
     */
    static Increment of(SparkSession spark, Relation relation, Reading reading, DeltaVersion table, ReadBefore before) {
        DeltaIncrement increment = new DeltaIncrement(spark, relation, reading, table);
        Optional<Position.Version> own =
                before.byThis().flatMap(read -> versions(read).findFirst());
        return own.filter(read -> !read.equals(increment.now))
                .map(read -> increment.at(read).since(before.byOthers()))
                .orElseGet(() -> increment.since(before.byOthers()));
    }

    private static Stream<Position.Version> versions(List<Position> positions) {
        return positions.stream().filter(Position.Version.class::isInstance).map(Position.Version.class::cast);
    }

    /** The table at the version that the run has read. */
    private DeltaIncrement at(Position.Version read) {
        Reading pinned = reading.at(read.version());
        Relation then = Relation.open(spark, relation.owner(), pinned);
        Optional<DeltaVersion> tableThen = Increments.files(then).delta();
        if (!read.tableId().equals(now.tableId()) || tableThen.isEmpty()) {
            throw SourcesErrors.tableReplaced(relation.owner(), read, now.tableId());
        }
        return new DeltaIncrement(spark, then, reading, tableThen.get());
    }

    private Increment since(List<Position> readBefore) {
        Optional<Position.Version> last = versions(readBefore)
                .filter(read -> read.tableId().equals(now.tableId()))
                .findFirst();
        if (readBefore.isEmpty()) {
            return whole("it has not been read under this configuration");
        }
        if (last.isEmpty()) {
            return whole("the table has been made anew");
        }
        if (now.version() > last.get().version()) {
            return between(last.get().version() + 1);
        }
        return new Increment(
                List.of(new Increment.Part(relation.rows().filter(lit(false)), false)),
                List.copyOf(readBefore),
                false,
                SourceSize.NOTHING,
                Map.of(),
                "nothing after version " + last.get().version());
    }

    private Increment between(long first) {
        if (table.isPartition()) {
            return whole("it is read by the folder of a partition, whose log is another one's");
        }
        DeltaCommits commits = table.since(first);
        Optional<String> obstacle = commits.obstacle(hasFeed(first, commits));
        if (obstacle.isPresent()) {
            return whole(obstacle.get());
        }
        String versions = "versions " + first + " to " + now.version();
        if (!commits.onlyAppend()) {
            return increment(net(first), true, SourceSize.UNKNOWN, versions + " by the change data feed");
        }
        SourceSize size = new SourceSize(Optional.of(commits.addedBytes()), commits.addedCount());
        return increment(commits.addedRows(), false, size, versions + ", " + commits.addedFiles() + " files added");
    }

    /** Whether the feed covers all of these versions, and Spark can compare rows with columns of these types. */
    private boolean hasFeed(long first, DeltaCommits commits) {
        return commits.keepFeed(first)
                && Arrays.stream(relation.rows().schema().fields())
                        .noneMatch(field -> field.dataType()
                                .existsRecursively(type -> type instanceof MapType || type instanceof VariantType));
    }

    /**
     * Rows of the feed that the table still has. A row that was added and then changed appears only in its changed
     * form.
     */
    private Dataset<Row> net(long first) {
        Dataset<Row> feed = Relation.feed(spark, relation.owner(), reading, first, now.version());
        Column[] columns =
                Arrays.stream(relation.rows().columns()).map(Columns::named).toArray(Column[]::new);
        Dataset<Row> come =
                feed.filter(col(CHANGE).isin("insert", "update_postimage")).select(columns);
        Dataset<Row> gone =
                feed.filter(col(CHANGE).isin("delete", "update_preimage")).select(columns);
        return come.exceptAll(gone);
    }

    private Increment whole(String reason) {
        LOG.info("{} is read as a whole: {}", relation.owner(), reason);
        return new Increment(
                List.of(new Increment.Part(relation.rows(), false)),
                List.of(now),
                true,
                SourceSize.UNKNOWN,
                Map.of(),
                "as a whole: " + reason);
    }

    private Increment increment(Dataset<Row> rows, boolean replaces, SourceSize size, String text) {
        return new Increment(
                List.of(new Increment.Part(rows, replaces)),
                List.of(now),
                false,
                size,
                size.bytes().map(bytes -> Map.of("bytes", (double) bytes)).orElse(Map.of()),
                text);
    }
}
