package io.pigeonhole.benchmarks.deep;

import io.pigeonhole.benchmarks.DataSet;
import io.pigeonhole.benchmarks.Measurement.Report;
import io.pigeonhole.benchmarks.Workplace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Fashion-MNIST (Xiao et al. 2017): 60,000 images to learn from and 10,000 to test on, of ten kinds of clothes. */
enum FashionMnist {
    TRAIN("train"),
    TEST("t10k");

    static final DataSet DATA =
            new DataSet("FASHION", "Fashion-MNIST (the four compressed files of Debian's dataset-fashion-mnist)");

    /** Rows and columns of an image. */
    static final int SIDE = 28;

    static final int CLASSES = 10;

    private final String prefix;

    FashionMnist(String prefix) {
        this.prefix = prefix;
    }

    /** The images' pixels, row by row. */
    byte[][] images() throws IOException {
        return read("images-idx3-ubyte.gz");
    }

    /** The images' classes, a number from 0 on in the only byte of each. */
    byte[][] labels() throws IOException {
        return read("labels-idx1-ubyte.gz");
    }

    private byte[][] read(String file) throws IOException {
        return Idx.read(Path.of(System.getenv(DATA.variable()), prefix + "-" + file))
                .items();
    }

    /** Writes both parts as Parquet files, of label and features, unless they are there. */
    static Report make(Workplace place) throws IOException {
        long start = System.nanoTime();
        for (FashionMnist part : values()) {
            if (!Files.exists(part.folder(place).resolve("_SUCCESS"))) {
                part.write(place);
            }
        }
        return new Report("", (System.nanoTime() - start) / 1e9, Workplace.peakMemoryMiB(), Map.of(), "");
    }

    private Path folder(Workplace place) {
        return place.folder().resolve("fashion-mnist").resolve(prefix);
    }

    private void write(Workplace place) throws IOException {
        byte[][] images = images();
        byte[][] labels = labels();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < images.length; i++) {
            rows.add(RowFactory.create(String.valueOf(labels[i][0]), images[i]));
        }
        SparkSession spark = place.spark();
        spark.createDataFrame(
                        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, 4),
                        schema(DataTypes.BinaryType))
                .write()
                .mode("overwrite")
                .parquet(folder(place).toString());
    }

    private static StructType schema(DataType features) {
        return new StructType().add("label", DataTypes.StringType).add("features", features);
    }

    /** Rows of label and features: the bytes of the pixels. */
    Dataset<Row> bytes(Workplace place) {
        return place.spark().read().parquet(folder(place).toString());
    }

    /** Rows of label and features: the pixels as numbers from 0 to 1. */
    Dataset<Row> numbers(Workplace place) {
        return bytes(place)
                .map(
                        (MapFunction<Row, Row>) row -> RowFactory.create(row.getString(0), units(row.getAs(1))),
                        Encoders.row(schema(DataTypes.createArrayType(DataTypes.FloatType, false))));
    }

    /** The pixels as numbers from 0 to 1. */
    static float[] units(byte[] pixels) {
        float[] units = new float[pixels.length];
        for (int i = 0; i < units.length; i++) {
            units[i] = (pixels[i] & 0xff) / 255f;
        }
        return units;
    }
}
