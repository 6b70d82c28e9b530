package io.pigeonhole.evaluation.predictions;

import io.pigeonhole.evaluation.tables.EvaluationKey;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.Taxonomy;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * One scan of predictions: it checks and counts the rows, and sorts their decisions into blocks, of which each writer
 * makes its own. Few decisions are brought into this process; many are exchanged between the executors once, and what
 * is computed from the blocks reads the files of that exchange. The blocks of a class of a model version and level are
 * in one part, in the order of {@link BlockKey}.
 */
public final class PredictionScan {

    /** Entries that a writer collects before it makes blocks of them. */
    private static final int MOST_ENTRIES = 1 << 18;
    /** Entries of a part and number of parts up to which the decisions are brought into this process. */
    private static final int MOST_ENTRIES_HERE = 1 << 16;

    private static final int MOST_PARTS_HERE = 32;
    /** Parts of the blocks for each part of the predictions, so that classes of many rows matter less. */
    private static final int PARTS = 2;

    private final Dataset<Row> predictions;
    private final Parts<PredictionCounts.Counted> counted;
    private final List<Parts<Block>> blocks;

    private PredictionScan(
            Dataset<Row> predictions, Parts<PredictionCounts.Counted> counted, List<Parts<Block>> blocks) {
        this.predictions = predictions;
        this.counted = counted;
        this.blocks = blocks;
    }

    /** The writers of a scan. */
    public interface Writers extends Serializable {
        List<BlockWriter> of(ScanNames names);
    }

    /**
     * Scans the predictions.
     *
     * @throws PipelineException (data contract) if required columns are missing
     */
    public static PredictionScan of(Dataset<Row> predictions, Taxonomy taxonomy, Writers writers) {
        PredictionContract.checkColumns(predictions);
        Reading reading = new Reading(PredictionFormat.of(predictions), taxonomy, writers);
        JavaRDD<InternalRow> input = input(predictions);
        if (input.getNumPartitions() <= MOST_PARTS_HERE) {
            List<Small> parts = input.mapPartitions(reading::small).collect();
            if (parts.stream().allMatch(Small::complete)) {
                return new PredictionScan(
                        predictions,
                        new Parts.Here<>(parts.stream().map(Small::counted).toList()),
                        here(parts, reading.kinds()));
            }
        }
        int mostParts = Integer.parseInt(predictions.sparkSession().conf().get("spark.sql.shuffle.partitions"));
        Exchange exchange = Exchange.of(input, reading, mostParts);
        return new PredictionScan(predictions, exchange.counted(), exchange.blocks());
    }

    /** Only the counts. */
    static List<PredictionCounts.Counted> counts(Dataset<Row> predictions) {
        PredictionContract.checkColumns(predictions);
        Reading reading = new Reading(PredictionFormat.of(predictions), Taxonomy.flat(List.of()), names -> List.of());
        return input(predictions)
                .mapPartitions(
                        part -> List.of(reading.small(part).next().counted()).iterator())
                .collect();
    }

    private static JavaRDD<InternalRow> input(Dataset<Row> predictions) {
        return PredictionFormat.of(predictions)
                .select(predictions)
                .queryExecution()
                .toRdd()
                .toJavaRDD();
    }

    private static List<Parts<Block>> here(List<Small> parts, int kinds) {
        List<Parts<Block>> blocks = new ArrayList<>();
        for (int kind = 0; kind < kinds; kind++) {
            int at = kind;
            blocks.add(new Parts.Here<>(parts.stream()
                    .flatMap(part -> part.blocks().get(at).stream())
                    .sorted(Comparator.comparing(Block::key))
                    .toList()));
        }
        return blocks;
    }

    /**
     * Checks the predictions, and counts the rows of each slice of each split, labelled or not.
     *
     * @throws PipelineException (data contract) if there are no rows, rows break a rule or slices are too many
     */
    public Map<EvaluationKey, Long> rows() {
        return PredictionContract.rows(predictions, counted.collect());
    }

    /** The blocks of a writer; rows that break a rule are not in them. */
    public Parts<Block> blocks(int writer) {
        return blocks.get(writer);
    }

    /**
     * What the scan of a part found.
     *
     * @param blocks of each writer
     * @param complete whether that is all; otherwise there is too much to bring it into this process
     */
    private record Small(PredictionCounts.Counted counted, List<List<Block>> blocks, boolean complete)
            implements Serializable {}

    /** How rows are read. */
    private record Reading(PredictionFormat format, Taxonomy taxonomy, Writers writers) implements Serializable {

        int kinds() {
            return writers.of(new ScanNames()).size();
        }

        Iterator<Small> small(Iterator<InternalRow> rows) {
            Reader reader = new Reader(this);
            boolean complete = true;
            while (complete && rows.hasNext()) {
                reader.read(rows.next());
                complete = !reader.holds(MOST_ENTRIES_HERE);
            }
            List<List<Block>> blocks = new ArrayList<>();
            for (BlockWriter writer : complete ? reader.writers : List.<BlockWriter>of()) {
                List<Block> ofWriter = new ArrayList<>();
                writer.flush(ofWriter::add);
                blocks.add(ofWriter);
            }
            return List.of(new Small(reader.counts.finish(), blocks, complete)).iterator();
        }
    }

    private static final class Reader {

        private final PredictionCounts counts;
        private final PredictionReader reader;
        private final List<BlockWriter> writers;

        Reader(Reading reading) {
            ScanNames names = new ScanNames();
            counts = new PredictionCounts(names);
            reader = new PredictionReader(reading.format(), reading.taxonomy(), names, counts);
            writers = reading.writers().of(names);
        }

        void read(InternalRow row) {
            reader.read(row, decision -> {
                for (BlockWriter writer : writers) {
                    writer.add(decision);
                }
            });
        }

        boolean holds(int entries) {
            for (BlockWriter writer : writers) {
                if (writer.entries() >= entries) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * Where a record of the exchange belongs.
     *
     * @param kind number of the writer; {@link #COUNTS} for the counts of a part
     * @param key null for counts
     */
    private record Place(int kind, @Nullable BlockKey key) implements Comparable<Place>, Serializable {

        static final int COUNTS = -1;

        @Override
        public int compareTo(Place other) {
            return key == null || other.key == null ? Integer.compare(kind, other.kind) : key.compareTo(other.key);
        }
    }

    /** Reads a part; hands its blocks on, and at last its counts. */
    private static final class Records implements Iterator<Tuple2<Place, Serializable>> {

        private final Iterator<InternalRow> rows;
        private final Reader reader;
        private final ArrayDeque<Tuple2<Place, Serializable>> found = new ArrayDeque<>();
        private boolean finished;

        Records(Iterator<InternalRow> rows, Reading reading) {
            this.rows = rows;
            this.reader = new Reader(reading);
        }

        @Override
        public boolean hasNext() {
            while (found.isEmpty() && !finished) {
                while (rows.hasNext() && !reader.holds(MOST_ENTRIES)) {
                    reader.read(rows.next());
                }
                for (int i = 0; i < reader.writers.size(); i++) {
                    int kind = i;
                    reader.writers.get(i).flush(block -> found.add(new Tuple2<>(new Place(kind, block.key()), block)));
                }
                if (!rows.hasNext()) {
                    finished = true;
                    found.add(new Tuple2<>(new Place(Place.COUNTS, null), reader.counts.finish()));
                }
            }
            return !found.isEmpty();
        }

        @Override
        public Tuple2<Place, Serializable> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return found.remove();
        }
    }

    /**
     * The blocks, exchanged between the executors: the first part has the counts, and each writer has as many parts
     * after it.
     */
    private record Exchange(RDD<Tuple2<Place, Serializable>> records, int kinds, int parts) {

        static Exchange of(JavaRDD<InternalRow> input, Reading reading, int mostParts) {
            int wanted =
                    PARTS * Math.max(input.getNumPartitions(), input.context().defaultParallelism());
            int parts = Math.max(1, Math.min(mostParts, wanted));
            int kinds = reading.kinds();
            JavaPairRDD<Place, Serializable> records = input.mapPartitionsToPair(rows -> new Records(rows, reading))
                    .repartitionAndSortWithinPartitions(new Placing(kinds, parts));
            return new Exchange(records.rdd(), kinds, parts);
        }

        Parts<PredictionCounts.Counted> counted() {
            return new Parts.There<>(values(0, 1).map(PredictionCounts.Counted.class::cast));
        }

        List<Parts<Block>> blocks() {
            List<Parts<Block>> blocks = new ArrayList<>();
            for (int kind = 0; kind < kinds; kind++) {
                int from = 1 + kind * parts;
                blocks.add(new Parts.There<>(values(from, from + parts).map(Block.class::cast)));
            }
            return blocks;
        }

        private JavaRDD<Serializable> values(int from, int to) {
            return new PartitionPruningRDD<>(
                            records,
                            new Between(from, to),
                            ClassTag$.MODULE$.<Tuple2<Place, Serializable>>apply(Tuple2.class))
                    .toJavaRDD()
                    .map(Tuple2::_2);
        }
    }

    private static final class Between extends AbstractFunction1<Object, Object> implements Serializable {

        private static final long serialVersionUID = 1L;

        private final int from;
        private final int to;

        Between(int from, int to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public Object apply(Object part) {
            int number = (Integer) part;
            return from <= number && number < to;
        }
    }

    private static final class Placing extends Partitioner {

        private static final long serialVersionUID = 1L;
        private static final int MIX = 0x9E3779B9;

        private final int kinds;
        private final int parts;

        Placing(int kinds, int parts) {
            this.kinds = kinds;
            this.parts = parts;
        }

        @Override
        public int numPartitions() {
            return 1 + kinds * parts;
        }

        @Override
        public int getPartition(Object record) {
            Place place = (Place) record;
            if (place.key() == null) {
                return 0;
            }
            int hash = place.key().hashOfClass() * MIX;
            return 1 + place.kind() * parts + Math.floorMod(hash ^ hash >>> 16, parts);
        }
    }
}
