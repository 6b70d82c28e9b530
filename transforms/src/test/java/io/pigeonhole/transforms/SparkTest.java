package io.pigeonhole.transforms;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The one Spark session that the tests of a fork share; extend it to use it. */
public abstract class SparkTest {

    protected static final SparkSession spark = SparkSession.builder()
            .master("local[2]")
            .appName("pigeonhole-tests")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "3")
            // hundreds of different small queries: compiling each costs more than it gains
            .config("spark.sql.codegen.wholeStage", "false")
            .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate();

    static {
        spark.sparkContext().setLogLevel("WARN");
    }

    /** The rows as a table of the given DDL schema, for example {@code "id STRING, label STRING"}. */
    protected static Dataset<Row> table(String ddl, Row... rows) {
        return spark.createDataFrame(List.of(rows), StructType.fromDDL(ddl));
    }
}
