package io.pigeonhole.jobs.store.delta;

import io.pigeonhole.transforms.records.CsvFormat;
import io.pigeonhole.transforms.records.RecordKind;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import org.apache.spark.sql.execution.datasources.TextBasedFileFormat;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
import scala.Function1;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A file format of Spark whose rows are the records of text files, each with its problem if it has one. A file is read
 * by one task, since only its beginning tells which line ends lie within quotes; files of one record a line can be
 * divided.
 */
public final class RecordFormat extends TextBasedFileFormat {

    /** Text of the record. */
    public static final String RECORD = "__record";

    /** Why the record cannot be read; null for a sound record. */
    public static final String PROBLEM = "__problem";

    /** Number of its first line in the file, from 1 on, or in the part of a file that is divided. */
    public static final String LINE = "__line";

    private static final StructType SCHEMA =
            new StructType().add(RECORD, "string").add(PROBLEM, "string").add(LINE, "bigint");

    private static final String KIND = "recordkind";
    private static final String SEPARATOR = "recordseparator";
    private static final String QUOTE = "recordquote";
    private static final String ESCAPE = "recordescape";
    private static final String COMMENT = "recordcomment";
    private static final String BY_LINES = "recordsbylines";
    private static final String ENCODING = "recordencoding";
    private static final String HEADER = "recordheader";

    /**
     * The options of this format.
     *
     * @param byLines whether each line is a record
     * @param encoding a charset
     * @param header whether the first record of each file is left out
     */
    public static Map<String, String> options(
            RecordKind kind, CsvFormat csv, boolean byLines, String encoding, boolean header) {
        Map<String, String> options = new HashMap<>();
        options.put(KIND, kind.name());
        options.put(SEPARATOR, csv.separator());
        options.put(QUOTE, String.valueOf((int) csv.quote()));
        options.put(ESCAPE, String.valueOf((int) csv.escape()));
        options.put(COMMENT, String.valueOf((int) csv.comment()));
        options.put(BY_LINES, String.valueOf(byLines));
        options.put(ENCODING, encoding);
        options.put(HEADER, String.valueOf(header));
        return options;
    }

    private static RecordReading reading(Map<String, String> options) {
        CsvFormat csv = new CsvFormat(
                String.valueOf(options.get(SEPARATOR)),
                character(options.get(QUOTE)),
                character(options.get(ESCAPE)),
                character(options.get(COMMENT)),
                !Boolean.parseBoolean(options.get(BY_LINES)));
        return new RecordReading(
                RecordKind.valueOf(String.valueOf(options.get(KIND))),
                csv,
                Boolean.parseBoolean(options.get(BY_LINES)),
                String.valueOf(options.get(ENCODING)),
                Boolean.parseBoolean(options.get(HEADER)));
    }

    private static char character(@Nullable String code) {
        return (char) Integer.parseInt(String.valueOf(code));
    }

    private static Map<String, String> lowerCase(scala.collection.immutable.Map<String, String> options) {
        Map<String, String> all = new HashMap<>();
        CollectionConverters.asJava(options)
                .forEach((name, value) -> all.put(name.toLowerCase(java.util.Locale.ROOT), value));
        return all;
    }

    @Override
    public Option<StructType> inferSchema(
            SparkSession spark, scala.collection.immutable.Map<String, String> options, Seq<FileStatus> files) {
        return Option.apply(SCHEMA);
    }

    @Override
    public boolean isSplitable(SparkSession spark, scala.collection.immutable.Map<String, String> options, Path path) {
        // a codec that can be divided, such as bzip2, has no positions of lines
        return reading(lowerCase(options)).canBeDivided()
                && !RecordReading.isCompressed(getHadoopConf(spark, options), path);
    }

    @Override
    public Function1<PartitionedFile, Iterator<InternalRow>> buildReader(
            SparkSession spark,
            StructType dataSchema,
            StructType partitionSchema,
            StructType requiredSchema,
            Seq<Filter> filters,
            scala.collection.immutable.Map<String, String> options,
            Configuration hadoop) {
        return new RecordIterators(
                reading(lowerCase(options)),
                requiredSchema.fieldNames(),
                JavaSparkContext.fromSparkContext(spark.sparkContext())
                        .broadcast(new SerializableConfiguration(hadoop)));
    }

    @Override
    public OutputWriterFactory prepareWrite(
            SparkSession spark, Job job, scala.collection.immutable.Map<String, String> options, StructType schema) {
        throw new UnsupportedOperationException("records are only read");
    }

    @Override
    public String toString() {
        return "records";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RecordFormat;
    }

    @Override
    public int hashCode() {
        return RecordFormat.class.hashCode();
    }
}
