package io.pigeonhole.benchmarks;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The measurements as a Delta table: one row for each figure of each run. */
final class ResultsTable {

    static final StructType SCHEMA = StructType.fromDDL("""
            benchmark STRING NOT NULL COMMENT 'Name of the benchmark',
            contender STRING NOT NULL COMMENT 'What was measured',
            setting STRING NOT NULL COMMENT 'Setting of the contender; empty where it has but one',
            run INT NOT NULL COMMENT 'Number of the run, from 1',
            date STRING NOT NULL COMMENT 'Day of the run, in UTC',
            revision STRING NOT NULL COMMENT 'Revision of the code',
            machine STRING NOT NULL COMMENT 'Processor, cores, memory and Java',
            version STRING NOT NULL COMMENT 'Version of the contender',
            seconds DOUBLE NOT NULL COMMENT 'How long the work took',
            peak_memory_mib DOUBLE NOT NULL COMMENT 'Most memory resident in the process',
            figures ARRAY<STRUCT<name: STRING, value: DOUBLE>> NOT NULL COMMENT 'What else was measured',
            note STRING NOT NULL COMMENT 'What must be known to judge the figures'""");

    private ResultsTable() {}

    static void write(SparkSession spark, List<Measurement> measurements, Path folder) {
        List<Row> rows = measurements.stream().map(ResultsTable::row).toList();
        spark.createDataFrame(rows, SCHEMA)
                .coalesce(1)
                .write()
                .format("delta")
                .mode(SaveMode.Overwrite)
                .option("overwriteSchema", "true")
                .save(folder.toString());
    }

    private static Row row(Measurement one) {
        List<Row> figures = one.report().figures().entrySet().stream()
                .map(figure -> RowFactory.create(figure.getKey(), figure.getValue()))
                .toList();
        return RowFactory.create(
                one.benchmark(),
                one.contender(),
                one.setting(),
                one.run(),
                one.date(),
                one.revision(),
                one.machine(),
                one.report().version(),
                one.report().seconds(),
                one.report().peakMemoryMiB(),
                figures,
                one.report().note());
    }
}
