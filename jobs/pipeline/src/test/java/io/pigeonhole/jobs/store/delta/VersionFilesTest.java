package io.pigeonhole.jobs.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.DeltaTest;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.execution.FileSourceScanLike;
import org.apache.spark.sql.execution.SparkPlan;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.jdk.javaapi.CollectionConverters;

/** Queries over the files that this process has listed open those that may have the rows, and no others. */
class VersionFilesTest extends DeltaTest {

    private static final int ROWS_OF_A_RUN = 10;

    @TempDir
    private Path folder = Path.of("none");

    /** Three files: the runs a, b and c, with the numbers 0 to 9, 10 to 19 and 20 to 29. */
    @BeforeEach
    void write() {
        for (String run : List.of("a", "b", "c")) {
            int first = ROWS_OF_A_RUN * (run.charAt(0) - 'a');
            Row[] rows = IntStream.range(first, first + ROWS_OF_A_RUN)
                    .mapToObj(number -> RowFactory.create(run, number, number % 2 == 0 ? "even" : "odd"))
                    .toArray(Row[]::new);
            table("run_id STRING, number INT, kind STRING", rows)
                    .coalesce(1)
                    .write()
                    .format("delta")
                    .mode("append")
                    .save(folder.toString());
        }
    }

    private TableVersion latest() {
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        return TableVersion.latest(hadoop, folder.toString()).orElseThrow();
    }

    private static long files(Dataset<Row> rows) {
        SparkPlan plan = ((org.apache.spark.sql.classic.Dataset<Row>) rows)
                .queryExecution()
                .executedPlan();
        return CollectionConverters.asJava(plan.collectLeaves()).stream()
                .filter(FileSourceScanLike.class::isInstance)
                .mapToLong(scan -> CollectionConverters.asJava(((FileSourceScanLike) scan)
                                        .selectedPartitions()
                                        .filePartitionIterator())
                                .hasNext()
                        ? ((FileSourceScanLike) scan).selectedPartitions().totalNumberOfFiles()
                        : 0)
                .sum();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true | 3 | 30",
                "run_id = 'b' | 1 | 10",
                "'b' = run_id | 1 | 10",
                "run_id = 'd' | 0 | 0",
                "run_id IN ('a', 'c') | 2 | 20",
                "run_id = 'a' OR number = 25 | 2 | 11",
                "run_id = 'a' AND number = 25 | 0 | 0",
                "number = 12 | 1 | 1",
                "kind = 'even' | 3 | 15",
                // what is no equality rules out no file
                "number > 25 | 3 | 4",
                "upper(run_id) = 'B' | 3 | 10"
            })
    void aFilterOpensTheFilesThatMayHaveTheRows(String condition, long opened, long found) {
        Dataset<Row> rows = latest().query(spark).orElseThrow().filter(condition);
        assertThat(rows.count()).isEqualTo(found);
        assertThat(rows.count())
                .isEqualTo(spark.read()
                        .format("delta")
                        .load(folder.toString())
                        .filter(condition)
                        .count());
        assertThat(files(rows)).isEqualTo(opened);
    }

    @Test
    void aTableWithDeletionVectorsIsLeftToDelta() {
        spark.sql("ALTER TABLE delta.`" + folder + "` SET TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')");
        assertThat(latest().query(spark)).isEmpty();
    }

    @Test
    void anEarlierVersionHasItsOwnRows() {
        TableVersion second = TableVersion.of(spark.sparkContext().hadoopConfiguration(), folder.toString(), 1);
        assertThat(second.query(spark).orElseThrow().count()).isEqualTo(2 * ROWS_OF_A_RUN);
    }
}
