package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.sources.SourceTables;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source whose columns change between two runs of extract. */
class SourceEvolutionTest extends DeltaTest {

    @TempDir
    private Path folder = Path.of("none");

    private void source(String columns) {
        spark.range(9)
                .selectExpr(
                        "concat('e', id) AS id", "concat('c', id % 3) AS label", "concat('text ', id) AS text", columns)
                .write()
                .mode("overwrite")
                .parquet(folder.resolve("input").toString());
    }

    private Cli extract(String fields) {
        return Cli.run(TinyPipeline.create(folder.resolve("tiny"))
                .command(
                        folder.resolve("store"),
                        "extract",
                        "--json",
                        "--set",
                        "sources=[{kind=spark,name=lake,read{format=parquet,path=\"" + folder.resolve("input")
                                + "\"},columns{id=id,label=label,fields{" + fields + "}}}]"));
    }

    private Cli extract() {
        return extract("text=text,size=size");
    }

    @Test
    void aNewColumnPassesAndALostOrRetypedOneStopsWithThree() {
        source("id * 1.5D AS size");
        assertThat(extract().exitCode()).isZero();
        source("named_struct('size', id * 1.5D, 'colour', 'red') AS both");
        spark.read()
                .parquet(folder.resolve("input").toString())
                .selectExpr("id", "label", "text", "both.*")
                .write()
                .parquet(folder.resolve("wider").toString());
        TinyPipeline.delete(folder.resolve("input"));
        TinyPipeline.copy(folder.resolve("wider"), folder.resolve("input"));
        assertThat(extract().exitCode()).isZero();
        assertThat(TinyPipeline.table(spark, folder.resolve("store"), SourceTables.SOURCE_COLUMNS)
                        .orderBy("name")
                        .selectExpr("concat_ws(' ', name, type, mapped)")
                        .collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactly(
                        "colour STRING false",
                        "id STRING true",
                        "label STRING true",
                        "size DOUBLE true",
                        "text STRING true");

        source("cast(id AS STRING) AS size");
        assertThat(extract()).satisfies(cli -> {
            assertThat(cli.exitCode()).isEqualTo(3);
            assertThat(cli.err()).contains("column 'size' was DOUBLE in run extract-", "and is STRING now");
        });
        source("id AS amount");
        assertThat(extract()).satisfies(cli -> {
            assertThat(cli.exitCode()).isEqualTo(3);
            assertThat(cli.err()).contains("column 'size' was DOUBLE in run extract-", "and is not there now");
        });
        source("id * 1.5D AS size");
        assertThat(extract().exitCode()).isZero();
    }
}
