package io.pigeonhole.jobs.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigeonhole.jobs.DeltaTest;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowExpressionTest extends DeltaTest {

    private static final Dataset<Row> ROWS = spark.sql(
            "SELECT 'a b' AS text, 1.5D AS size, timestamp'2026-01-01' AS at, array('x') AS tags, 'l' AS label");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text LIKE '%refund%'",
                "size > 1 AND text RLIKE '(?i)b$' OR at < DATE'2026-02-01'",
                "exists(tags, tag -> tag = 'x')",
                "CASE WHEN size IS NULL THEN false ELSE length(text) BETWEEN 1 AND 3 END",
                "array_contains(split(text, ' '), 'b')",
                "NOT startswith(text, 'A') AND month(at) IN (1, 2)",
                "at > TIMESTAMP'2026-01-01 12:00:00' AND at > '2026-01-01' AND to_date(at) > DATE'1970-01-01'",
                "text = 'now' OR text LIKE 'today%' OR text IN ('tomorrow', 'yesterday')",
                "true"
            })
    void aConditionReadsOneRow(String sql) {
        assertThat(RowExpression.problem(ROWS, sql, Set.of("label"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "label = 'billing'                              | reads the column label",
                "LABEL = 'billing'                              | reads the column LABEL",
                "exists(tags, tag -> tag = label)               | reads the column label",
                "size > (SELECT 1)                              | has a subquery",
                "EXISTS (SELECT 1)                              | has a subquery",
                "max(size) > 1                                  | an aggregate",
                "row_number() OVER (ORDER BY size) = 1          | an aggregate, a window",
                "explode(array(true, false))                    | a generator",
                "rand() > 0.5                                   | gives other answers",
                "uuid() = text                                  | gives other answers",
                "at < current_timestamp()                       | gives other answers",
                "at < now()                                     | gives other answers",
                "at < TIMESTAMP 'now'                           | a word for a time",
                "at < TIMESTAMP_NTZ 'Tomorrow'                  | a word for a time",
                "at < date'n\\u006fw'                            | a word for a time",
                "date(at) = DATE 'today'                        | a word for a time",
                "date(at) = DATE 'yesterday +02:00'             | a word for a time",
                "exists(tags, t -> at > (TIMESTAMP 'now'))      | a word for a time",
                "at < 'now'                                     | a word for a time",
                "at < cast('now' AS TIMESTAMP)                  | a word for a time",
                "date(at) = to_date(concat('to', 'day'))        | a word for a time",
                "date_add('today', 1) = date(at)                | a word for a time",
                "current_user() = text                          | gives other answers",
                "reflect('java.lang.System', 'getProperty', text) = 'x' | gives other answers",
                "java_method('java.lang.System', 'lineSeparator') = 'x' | gives other answers",
                "mine(text) = 'x'                               | calls mine",
                "size + 1                                       | is of type DOUBLE in place of BOOLEAN",
                "*                                              | has 5 values in place of one",
                "bdy LIKE 'x'                                   | cannot be understood",
                "text LIKE '                                    | cannot be understood",
                "true) OR (true                                 | cannot be understood"
            })
    void anythingElseIsRefused(String sql, String problem) {
        spark.udf().register("mine", (UDF1<String, String>) text -> text, DataTypes.StringType);
        assertThat(RowExpression.problem(ROWS, sql, Set.of("label")).orElse("none"))
                .contains(problem);
    }
}
