package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.configuration.SourceConfig.Idx.Part;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.transforms.Columns;
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

/** Images and labels of IDX files as labelled rows. Each task reads a few megabytes. */
record IdxSource(Access access, SourceConfig.Idx config) implements Source {

    private static final StructType IMAGES =
            StructType.fromDDL("file STRING, place INT, number INT, split STRING, pixels BINARY");

    private static final StructType ROWS = StructType.fromDDL("source STRING, raw STRING, example_id STRING,"
            + " label STRING, path ARRAY<STRING>, event_time TIMESTAMP, label_time TIMESTAMP, parse_error STRING,"
            + " pixels BINARY, split STRING");

    private static final int BYTES_PER_CHUNK = 1 << 23;

    /** The part that a task reads: a range of images with their labels. */
    private record Chunk(String file, @Nullable String split, IdxFile images, IdxFile labels, int from, int to)
            implements Serializable {}

    @Override
    public String name() {
        return config.name();
    }

    /** The columns of the rows. This checks the headers of the files. */
    @Override
    public StructType schema() {
        chunks(hadoop());
        return ROWS;
    }

    @Override
    public List<Input> inputs() {
        return inventory().inputs(name());
    }

    @Override
    public SourceSize size() {
        return SourceSize.of(inventory());
    }

    @Override
    public SourceRows read(Check check) {
        Inventory inventory = inventory();
        List<Chunk> chunks = chunks(hadoop());
        SparkSession spark = access.spark();
        JavaRDD<Row> images = JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(chunks, Math.max(1, chunks.size()))
                .flatMap(new Read(SerializableConfiguration.broadcast(spark.sparkContext(), hadoop())));
        Dataset<Row> table = spark.createDataFrame(images, IMAGES);
        return new SourceRows(rows(table), inventory.inputs(name()), inventory.figures());
    }

    private Inventory inventory() {
        return Inventory.ofFiles(
                hadoop(),
                config.parts().stream()
                        .flatMap(part -> Stream.of(part.images(), part.labels()))
                        .toList());
    }

    private Configuration hadoop() {
        return access.hadoop();
    }

    private List<Chunk> chunks(Configuration hadoop) {
        String owner = Sources.owner(config);
        List<Chunk> chunks = new ArrayList<>();
        for (Part part : config.parts()) {
            IdxFile images = IdxFile.images(hadoop, owner, part.images());
            IdxFile labels = IdxFile.labels(hadoop, owner, part.labels());
            if (images.items() != labels.items()) {
                throw SourcesErrors.imagesWithoutLabels(owner, part, images.items(), labels.items());
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

    private Dataset<Row> rows(Dataset<Row> table) {
        Column number = functions.col("number");
        Column none = functions.lit(null);
        Column label = config.labels().isEmpty()
                ? number.cast("string")
                : functions.get(
                        functions.array(
                                config.labels().stream().map(functions::lit).toArray(Column[]::new)),
                        number);
        Column error = functions.concat(
                functions.lit("label number "),
                number.cast("string"),
                functions.lit(
                        " has no name: the source names " + config.labels().size() + ", from 0 on"));
        return table.select(
                functions.lit(name()).as(Columns.SOURCE),
                functions.to_json(functions.struct("file", "place", "number")).as(Columns.RAW),
                functions
                        .concat_ws("/", functions.lit(name()), functions.col("file"), functions.col("place"))
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
