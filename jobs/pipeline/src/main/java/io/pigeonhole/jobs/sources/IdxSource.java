package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.configuration.SourceConfig.Idx.Part;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/** Images and labels of IDX files as labelled rows, read by a task for every few megabytes. */
final class IdxSource {

    private static final StructType IMAGES =
            StructType.fromDDL("file STRING, place INT, number INT, split STRING, pixels BINARY");

    private static final StructType ROWS = StructType.fromDDL("source STRING, raw STRING, example_id STRING,"
            + " label STRING, path ARRAY<STRING>, event_time TIMESTAMP, label_time TIMESTAMP, parse_error STRING,"
            + " pixels BINARY, split STRING");

    private static final int BYTES_PER_CHUNK = 1 << 23;

    private IdxSource() {}

    /** What a task reads: images from one place to before another, with their labels. */
    private record Chunk(String file, @Nullable String split, IdxFile images, IdxFile labels, int from, int to)
            implements Serializable {}

    /** The columns of the rows; the files' headers are checked. */
    static StructType schema(SparkSession spark, String owner, SourceConfig.Idx source) {
        chunks(spark.sparkContext().hadoopConfiguration(), owner, source);
        return ROWS;
    }

    static Inventory inventory(SparkSession spark, SourceConfig.Idx source) {
        return Inventory.ofFiles(
                spark.sparkContext().hadoopConfiguration(),
                source.parts().stream()
                        .flatMap(part -> Stream.of(part.images(), part.labels()))
                        .toList());
    }

    static SourceRows read(SparkSession spark, String owner, SourceConfig.Idx source) {
        Inventory inventory = inventory(spark, source);
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        List<Chunk> chunks = chunks(hadoop, owner, source);
        JavaRDD<Row> images = JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(chunks, Math.max(1, chunks.size()))
                .flatMap(new Read(SerializableConfiguration.broadcast(spark.sparkContext(), hadoop)));
        Dataset<Row> table = spark.createDataFrame(images, IMAGES);
        return new SourceRows(rows(table, source), inventory.inputs(source.name()), inventory.figures());
    }

    private static List<Chunk> chunks(Configuration hadoop, String owner, SourceConfig.Idx source) {
        List<Chunk> chunks = new ArrayList<>();
        for (Part part : source.parts()) {
            IdxFile images = IdxFile.images(hadoop, owner, part.images());
            IdxFile labels = IdxFile.labels(hadoop, owner, part.labels());
            if (images.items() != labels.items()) {
                throw PipelineException.dataContract(owner + ": " + part.images() + " holds " + images.items()
                        + " images, but " + part.labels() + " holds " + labels.items()
                        + " labels. Name files that belong together.");
            }
            int step = Math.max(1, BYTES_PER_CHUNK / images.itemSize());
            for (int from = 0; from < images.items(); from += step) {
                chunks.add(new Chunk(
                        part.fileName(),
                        part.split().orElse(null),
                        images,
                        labels,
                        from,
                        Math.min(images.items(), from + step)));
            }
        }
        return chunks;
    }

    private static Dataset<Row> rows(Dataset<Row> table, SourceConfig.Idx source) {
        Column number = functions.col("number");
        Column none = functions.lit(null);
        Column label = source.labels().isEmpty()
                ? number.cast("string")
                : functions.get(
                        functions.array(
                                source.labels().stream().map(functions::lit).toArray(Column[]::new)),
                        number);
        Column error = functions.concat(
                functions.lit("label number "),
                number.cast("string"),
                functions.lit(
                        " has no name: the source names " + source.labels().size() + ", from 0 on"));
        return table.select(
                functions.lit(source.name()).as(Columns.SOURCE),
                functions.to_json(functions.struct("file", "place", "number")).as(Columns.RAW),
                functions
                        .concat_ws("/", functions.lit(source.name()), functions.col("file"), functions.col("place"))
                        .as(Columns.EXAMPLE_ID),
                label.as(Columns.LABEL),
                none.cast("array<string>").as(Columns.PATH),
                none.cast("timestamp").as(Columns.EVENT_TIME),
                none.cast("timestamp").as(Columns.LABEL_TIME),
                functions.when(label.isNull(), error).as(Columns.PARSE_ERROR),
                functions.col("pixels"),
                functions.col("split"));
    }

    private static final class Read implements FlatMapFunction<Chunk, Row> {

        private static final long serialVersionUID = 1L;

        private final Broadcast<SerializableConfiguration> hadoop;

        Read(Broadcast<SerializableConfiguration> hadoop) {
            this.hadoop = hadoop;
        }

        @Override
        public Iterator<Row> call(Chunk chunk) {
            byte[] pixels = chunk.images().read(hadoop.value().value(), chunk.from(), chunk.to());
            byte[] labels = chunk.labels().read(hadoop.value().value(), chunk.from(), chunk.to());
            int size = chunk.images().itemSize();
            return IntStream.range(0, labels.length)
                    .mapToObj(i -> RowFactory.create(
                            chunk.file(),
                            chunk.from() + i,
                            labels[i] & 0xff,
                            chunk.split(),
                            Arrays.copyOfRange(pixels, i * size, (i + 1) * size)))
                    .iterator();
        }
    }
}
