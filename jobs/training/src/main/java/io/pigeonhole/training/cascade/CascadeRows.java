package io.pigeonhole.training.cascade;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.pigeonhole.transforms.Columns;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;

/**
 * Labelled rows with what the first model of a cascade shows of them, counted by cell after the second has answered too.
 * A hash of each row's unit says whether the row chooses the rule or certifies it.
 */
public final class CascadeRows implements AutoCloseable {

    private static final String PROBABILITY = "__probability";
    private static final String CELL = "__cell";
    private static final String FIRST_RIGHT = "__first_right";
    private static final String CERTIFIES = "__certifies";

    private final Member second;
    private final Column[] given;
    private final String labelCol;
    private final Dataset<Row> shown;
    private final long rows;

    /**
     * Counts of cells.
     *
     * @param choosing cells of the rows that choose the rule
     * @param certifying cells of the rows that certify it
     */
    public record Counts(List<Tally> choosing, List<Tally> certifying) {
        public Counts {
            choosing = List.copyOf(choosing);
            certifying = List.copyOf(certifying);
        }
    }

    private CascadeRows(Member second, Column[] given, String labelCol, Dataset<Row> shown, long rows) {
        this.second = second;
        this.given = given;
        this.labelCol = labelCol;
        this.shown = shown;
        this.rows = rows;
    }

    /**
     * Lets the first model answer all rows, and keeps its answers until this object is closed.
     *
     * @param unit rows with equal values are on the same side; text
     */
    public static CascadeRows of(Dataset<Row> labelled, String labelCol, Column unit, Member first, Member second) {
        Column[] given = Arrays.stream(labelled.columns()).map(Columns::named).toArray(Column[]::new);
        // the text before the unit makes this hash independent of others over the same ids
        Column certifies = xxhash64(lit("cascade"), unit).bitwiseAND(lit(1L)).equalTo(1L);
        Dataset<Row> shown = first.probabilities(labelled, Columns.with(given, certifies.as(CERTIFIES)), PROBABILITY)
                .withColumn(
                        CELL, functions.udf(new Cell(), DataTypes.IntegerType).apply(col(PROBABILITY)))
                .withColumn(FIRST_RIGHT, isRight(first, labelCol))
                .drop(PROBABILITY)
                .persist(StorageLevel.MEMORY_AND_DISK());
        return new CascadeRows(second, given, labelCol, shown, shown.count());
    }

    public long rows() {
        return rows;
    }

    /** Lets the second model answer all rows too, and counts them by cell. */
    public Counts counts() {
        Column[] kept = Columns.with(given, col(CELL), col(FIRST_RIGHT), col(CERTIFIES));
        List<Row> counted = second.probabilities(shown, kept, PROBABILITY)
                .select(
                        col(CERTIFIES),
                        col(CELL),
                        col(FIRST_RIGHT),
                        isRight(second, labelCol).as("right"))
                .groupBy(CERTIFIES, CELL)
                .agg(count(lit(1)), ones(FIRST_RIGHT), ones("right"))
                .collectAsList();
        return new Counts(tallies(counted, false), tallies(counted, true));
    }

    private static Column ones(String column) {
        return sum(when(col(column), lit(1L)).otherwise(lit(0L)));
    }

    private static List<Tally> tallies(List<Row> counted, boolean certifies) {
        return counted.stream()
                .filter(row -> row.getBoolean(0) == certifies)
                .map(row -> new Tally(row.getInt(1), row.getLong(2), row.getLong(3), row.getLong(4)))
                .sorted(Comparator.comparing(Tally::cell))
                .toList();
    }

    private static Column isRight(Member member, String labelCol) {
        Column best = functions
                .udf(new MostProbable(member.classifier().labels()), DataTypes.StringType)
                .apply(col(PROBABILITY));
        return best.equalTo(col(labelCol));
    }

    private record Cell() implements UDF1<Vector, Integer> {

        @Override
        public Integer call(Vector probabilities) {
            return Shown.of(probabilities).cell();
        }
    }

    private record MostProbable(List<String> labels) implements UDF1<Vector, String> {

        @Override
        public String call(Vector probabilities) {
            return labels.get(Shown.of(probabilities).best());
        }
    }

    /** Gives up the kept answers. */
    @Override
    public void close() {
        shown.unpersist();
    }
}
