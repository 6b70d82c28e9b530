package io.pigeonhole.transforms.features;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Counts the texts that contain each n-gram, in one aggregation. The counts are integers, so their order does not
 * matter.
 */
final class DocumentCounts {

    static final String BUCKET = "bucket";
    static final String TERM = "term";
    static final String DOCUMENTS = "documents";
    /** The bucket that holds the number of texts. */
    static final int ALL = -1;

    private static final StructType SCHEMA = StructType.fromDDL("bucket INT, term STRING, documents BIGINT");

    private DocumentCounts() {}

    /**
     * The counts of the n-grams that the specification keeps, in arbitrary order, and the number of texts in bucket
     * {@link #ALL}.
     */
    static List<Row> collect(Dataset<String> texts, FeatureSpec.Text spec) {
        Dataset<Row> counts = texts.mapPartitions(new CountPartition(spec), Encoders.row(SCHEMA))
                .groupBy(BUCKET, TERM)
                .agg(sum(DOCUMENTS).as(DOCUMENTS))
                .where(col(DOCUMENTS)
                        .geq(spec.minDocumentFrequency())
                        .or(col(BUCKET).equalTo(ALL)));
        if (spec.vocabulary() instanceof FeatureSpec.Terms terms) {
            counts = counts.orderBy(
                            col(BUCKET).asc_nulls_last(),
                            col(DOCUMENTS).desc(),
                            col(TERM).asc())
                    .limit(terms.maxSize() == Integer.MAX_VALUE ? Integer.MAX_VALUE : terms.maxSize() + 1);
        }
        return counts.collectAsList();
    }

    private static final class CountPartition implements MapPartitionsFunction<String, Row> {

        private static final long serialVersionUID = 1L;

        private final FeatureSpec.Text spec;

        CountPartition(FeatureSpec.Text spec) {
            this.spec = spec;
        }

        @Override
        public Iterator<Row> call(Iterator<String> texts) {
            Counter counter = new Counter();
            if (spec.vocabulary() instanceof FeatureSpec.Hashed hashed) {
                int buckets = hashed.buckets();
                counter.reserve(buckets);
                count(texts, counter, (kind, buffer, from, to, hash) -> counter.add(Math.floorMod(hash, buckets)));
                return rows(
                        counter,
                        IntStream.range(0, buckets)
                                .filter(bucket -> counter.counts[bucket] > 0)
                                .mapToObj(bucket -> RowFactory.create(bucket, null, (long) counter.counts[bucket])));
            }
            TermTable table = new TermTable();
            count(
                    texts,
                    counter,
                    (kind, buffer, from, to, hash) -> counter.add(table.add(kind, buffer, from, to, hash)));
            return rows(
                    counter,
                    IntStream.range(0, table.size())
                            .mapToObj(id -> RowFactory.create(null, table.name(id), (long) counter.counts[id])));
        }

        private void count(Iterator<String> texts, Counter counter, NGrams.Visitor visitor) {
            while (texts.hasNext()) {
                counter.document++;
                NGrams.visit(spec, texts.next(), visitor);
            }
        }

        private static Iterator<Row> rows(Counter counter, Stream<Row> counts) {
            Row all = RowFactory.create(ALL, null, (long) counter.document);
            return Stream.concat(Stream.of(all), counts).iterator();
        }
    }

    /** Counts each feature once per document. */
    private static final class Counter {

        private int document;
        private int[] counts = new int[1 << 10];
        /** The last document in which each feature was counted. */
        private int[] last = new int[1 << 10];

        void reserve(int features) {
            if (features > counts.length) {
                int length = Math.max(features, counts.length * 2);
                counts = Arrays.copyOf(counts, length);
                last = Arrays.copyOf(last, length);
            }
        }

        void add(int feature) {
            if (feature >= counts.length) {
                reserve(feature + 1);
            }
            if (last[feature] != document) {
                last[feature] = document;
                counts[feature]++;
            }
        }
    }
}
