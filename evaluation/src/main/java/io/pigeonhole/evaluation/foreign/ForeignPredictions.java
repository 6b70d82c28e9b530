package io.pigeonhole.evaluation.foreign;

import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.array_position;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.hex;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.pigeonhole.evaluation.predictions.Predictions;
import io.pigeonhole.evaluation.predictions.SliceColumn;
import io.pigeonhole.evaluation.settings.EvaluationErrors;
import io.pigeonhole.evaluation.settings.SliceSpec;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.cleaning.Texts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * Predictions from elsewhere, in the schema of {@link Predictions}.
 *
 * @param rows with those columns of the schema that are known
 * @param notComputed what cannot be computed without the other columns, and why
 * @param doubts what makes the figures doubtful, and what to do
 */
public record ForeignPredictions(Dataset<Row> rows, List<String> notComputed, List<String> doubts) {

    private static final String PROBABILITIES = Predictions.PROBABILITIES;

    /** How far the sum of the probabilities of a row may differ from 1. */
    private static final double TOLERANCE = 1e-3;
    /** How far rounding may move a probability out of its range. */
    private static final double ROUNDING = 1e-6;

    private static final int MOST_PROBABLE = 10;

    public ForeignPredictions {
        notComputed = List.copyOf(notComputed);
        doubts = List.copyOf(doubts);
    }

    private ForeignPredictions(Dataset<Row> rows, List<String> notComputed) {
        this(rows, notComputed, List.of());
    }

    /** The values of all rows where no column has them. */
    public record Names(String model, int version, String split) {}

    /**
     * Maps a table.
     *
     * @param slices parts to be evaluated separately; those whose columns the table lacks are left out
     * @param aliases other spellings of labels, in labels, predictions and probabilities
     * @throws PipelineException (data contract) if columns are missing or cannot be used, an example occurs twice, or
     *     rows have invalid probabilities; the message names them
     */
    public static ForeignPredictions of(
            Dataset<Row> table,
            PredictionColumns mapping,
            Names names,
            List<SliceSpec> slices,
            Map<String, String> aliases) {
        PredictionColumns columns = mapping.in(List.of(table.columns()));
        List<String> missing = columns.mapped().stream()
                .filter(name -> !Arrays.asList(table.columns()).contains(name))
                .toList();
        if (!missing.isEmpty()) {
            throw EvaluationErrors.missingColumns(missing, List.of(table.columns()));
        }
        if (columns.predicted().isEmpty() && !columns.hasProbabilities()) {
            throw EvaluationErrors.missingColumns(List.of(Predictions.PREDICTED), List.of(table.columns()));
        }
        checkNumbers(table, columns);
        checkIds(table, columns);
        ForeignLabels labels = new ForeignLabels(table.schema(), aliases);
        Optional<Column> listed = ForeignProbabilities.of(table.schema(), columns, labels);
        List<SliceSpec> possible = SliceColumn.possible(table, slices);
        Dataset<Row> sliced = possible.isEmpty() ? table : SliceColumn.add(table, possible);
        Dataset<Row> rows = withIds(mapped(sliced, columns, names, labels, listed), columns);
        checkOnce(rows);
        ForeignPredictions predictions =
                listed.isPresent() ? withProbabilities(rows, columns) : withoutProbabilities(rows, columns);
        List<String> doubts = ForeignLabels.doubts(predictions.rows());
        return predictions.without(
                slices.stream().filter(slice -> !possible.contains(slice)).toList(), doubts);
    }

    private ForeignPredictions without(List<SliceSpec> slices, List<String> found) {
        List<String> reasons = new ArrayList<>(notComputed);
        if (!slices.isEmpty()) {
            reasons.add("slices by "
                    + String.join(", ", slices.stream().map(SliceSpec::name).toList())
                    + ": the table lacks their columns");
        }
        return new ForeignPredictions(rows, reasons, found);
    }

    private static Column text(StructType schema, String name) {
        return Texts.of(Columns.named(name), schema.apply(name).dataType());
    }

    /** Checks that ids stored as floating-point numbers are exact. */
    private static void checkIds(Dataset<Row> table, PredictionColumns columns) {
        columns.id()
                .filter(name -> Texts.isFloating(table.schema().apply(name).dataType()))
                .ifPresent(name -> {
                    Column value = Columns.named(name);
                    check(
                            table.withColumn(Predictions.EXAMPLE_ID, value.cast(DataTypes.StringType)),
                            Texts.isNoNumber(value)
                                    .or(Texts.isInexact(
                                            value, table.schema().apply(name).dataType())),
                            "whose id is NaN, or a floating-point number too large to tell ids apart",
                            "Store the ids as BIGINT or text");
                });
    }

    /** Checks that columns of numbers that are stored as text hold numbers. */
    private static void checkNumbers(Dataset<Row> table, PredictionColumns columns) {
        Stream.concat(
                        columns.probabilityColumns().values().stream(),
                        Stream.of(columns.confidence(), columns.version()).flatMap(Optional::stream))
                .filter(name -> table.schema().apply(name).dataType() instanceof StringType)
                .forEach(name -> {
                    Column value = trim(Columns.named(name));
                    Column isNoNumber = value.notEqual("")
                            .and(value.try_cast(DataTypes.DoubleType).isNull());
                    Row found = table.agg(count_if(isNoNumber), min(when(isNoNumber, value)))
                            .head();
                    if (found.getLong(0) > 0) {
                        throw EvaluationErrors.noNumber(name, found.getLong(0), found.getString(1));
                    }
                });
    }

    /** The mapped columns, under the names that they have in {@link Predictions}. */
    private static Dataset<Row> mapped(
            Dataset<Row> table, PredictionColumns columns, Names names, ForeignLabels labels, Optional<Column> listed) {
        StructType schema = table.schema();
        Map<String, Column> kept = new LinkedHashMap<>();
        columns.id().ifPresent(name -> kept.put(Predictions.EXAMPLE_ID, text(schema, name)));
        kept.put(
                Predictions.MODEL,
                columns.model().map(name -> text(schema, name)).orElse(lit(names.model())));
        kept.put(
                Predictions.VERSION,
                columns.version()
                        .map(name -> text(schema, name).try_cast(DataTypes.IntegerType))
                        .orElse(lit(names.version())));
        kept.put(
                Predictions.SPLIT,
                columns.split().map(name -> text(schema, name)).orElse(lit(names.split())));
        kept.put(Predictions.LABEL, labels.of(columns.label()));
        columns.predicted().ifPresent(name -> kept.put(Predictions.PREDICTED, labels.of(name)));
        columns.confidence()
                .ifPresent(name -> kept.put(
                        Predictions.CONFIDENCE,
                        trim(Columns.named(name).cast(DataTypes.StringType)).try_cast(DataTypes.DoubleType)));
        listed.ifPresent(probabilities -> kept.put(PROBABILITIES, probabilities));
        columns.group().ifPresent(name -> kept.put(Predictions.GROUP, text(schema, name)));
        if (Arrays.asList(table.columns()).contains(Predictions.SLICES)) {
            kept.put(Predictions.SLICES, col(Predictions.SLICES));
        }
        return table.select(kept.entrySet().stream()
                .map(column -> column.getValue().as(column.getKey()))
                .toArray(Column[]::new));
    }

    /** Without a column of ids, the id is a hash of the row, with a number for equal rows. */
    private static Dataset<Row> withIds(Dataset<Row> rows, PredictionColumns columns) {
        if (columns.id().isPresent()) {
            return rows;
        }
        Column hash = hex(
                xxhash64(Arrays.stream(rows.columns()).map(name -> col(name)).toArray(Column[]::new)));
        String content = "content";
        Column number = row_number().over(Window.partitionBy(content).orderBy(content));
        return rows.withColumn(content, hash)
                .withColumn(Predictions.EXAMPLE_ID, concat_ws("-", col(content), number))
                .drop(content);
    }

    private static void checkOnce(Dataset<Row> rows) {
        List<Row> twice = rows.groupBy(
                        Predictions.EXAMPLE_ID, Predictions.MODEL, Predictions.VERSION, Predictions.SPLIT)
                .agg(count(lit(1)).as("times"))
                .where(col("times").gt(1).and(col(Predictions.EXAMPLE_ID).isNotNull()))
                .agg(count(lit(1)), min(Predictions.EXAMPLE_ID))
                .collectAsList();
        if (twice.get(0).getLong(0) > 0) {
            throw EvaluationErrors.badRows(
                    twice.get(0).getLong(0),
                    "whose example occurs more than once in a model version and split",
                    twice.get(0).getString(1),
                    "Keep one of each, or map the columns of model, version and split that tell them apart");
        }
    }

    private static ForeignPredictions withoutProbabilities(Dataset<Row> rows, PredictionColumns columns) {
        List<String> notComputed = new ArrayList<>();
        notComputed.add("log loss, ranks of the label, and figures of one class against the rest: there are no"
                + " probabilities (predictions.columns.probabilities or probability_columns)");
        if (columns.confidence().isEmpty()) {
            notComputed.add("calibration: there is neither a confidence (predictions.columns.confidence) nor a"
                    + " probability");
        }
        return new ForeignPredictions(rows, notComputed);
    }

    private static ForeignPredictions withProbabilities(Dataset<Row> rows, PredictionColumns columns) {
        checkProbabilities(rows);
        Column best = get(col(PROBABILITIES), lit(0));
        Dataset<Row> decided = columns.predicted().isPresent()
                ? rows
                : rows.withColumn(Predictions.PREDICTED, best.getField(Predictions.LABEL));
        Dataset<Row> confident = columns.confidence().isPresent()
                ? decided
                : decided.withColumn(Predictions.CONFIDENCE, probabilityOf(col(Predictions.PREDICTED)));
        Dataset<Row> listing = confident
                .withColumn(Predictions.TOP_K, slice(col(PROBABILITIES), 1, MOST_PROBABLE))
                .withColumn(Predictions.UNLISTED_PROBABILITY, unlisted());
        long partial = rows.where(coalesce(sum().lt(1 - TOLERANCE), lit(true))).count();
        if (partial > 0) {
            return new ForeignPredictions(
                    listing,
                    List.of("log loss, the rate of unseen labels and ranks beyond those listed: " + partial
                            + " rows list no probabilities, or leave out classes (they add up to less than 1); figures"
                            + " of one class against the rest need probabilities in every row, too"));
        }
        Column rank = array_position(col(PROBABILITIES).getField(Predictions.LABEL), col(Predictions.LABEL));
        return new ForeignPredictions(
                listing.withColumn(Predictions.LABEL_PROBABILITY, probabilityOf(col(Predictions.LABEL)))
                        .withColumn(
                                Predictions.LABEL_RANK, when(rank.gt(0), rank).cast(DataTypes.IntegerType)),
                List.of());
    }

    private static Column probabilityOf(Column label) {
        Column found = filter(
                col(PROBABILITIES), entry -> entry.getField(Predictions.LABEL).equalTo(label));
        return get(found, lit(0)).getField(Predictions.PROBABILITY);
    }

    private static Column sum() {
        return aggregate(
                col(PROBABILITIES), lit(0.0), (total, entry) -> total.plus(entry.getField(Predictions.PROBABILITY)));
    }

    /** Largest probability that a class left out may have: the rest, and no more than the smallest one listed. */
    private static Column unlisted() {
        Column rest = greatest(lit(0.0), lit(1.0).minus(sum()));
        Column last = get(col(PROBABILITIES), size(col(PROBABILITIES)).minus(1));
        Column least = last.getField(Predictions.PROBABILITY);
        return when(
                col(PROBABILITIES).isNotNull(),
                when(rest.lt(TOLERANCE), lit(0.0)).otherwise(least(rest, least)));
    }

    private static void checkProbabilities(Dataset<Row> rows) {
        Column labels = col(PROBABILITIES).getField(Predictions.LABEL);
        check(
                rows,
                exists(col(PROBABILITIES), entry -> noProbability(entry.getField(Predictions.PROBABILITY))),
                "with a probability that is missing or not within 0 and 1",
                "Probabilities are fractions, not percentages or raw scores; an array has one for each of"
                        + " predictions.columns.classes: correct the column, or leave it out of the mapping");
        check(
                rows,
                exists(labels, Column::isNull).or(size(array_distinct(labels)).notEqual(size(labels))),
                "that list a class twice, or a probability without a class",
                "An array has one probability for each of predictions.columns.classes, in their order");
        check(
                rows,
                sum().gt(1 + TOLERANCE),
                "whose probabilities add up to more than 1",
                "Classes exclude each other here: scale the probabilities of each row to add up to 1");
    }

    private static Column noProbability(Column value) {
        return coalesce(value.lt(-ROUNDING).or(value.gt(1 + ROUNDING)), lit(true));
    }

    private static void check(Dataset<Row> rows, Column broken, String what, String remedy) {
        Column isBroken = coalesce(broken, lit(false));
        Row found = rows.agg(
                        count_if(isBroken), min(when(isBroken, coalesce(col(Predictions.EXAMPLE_ID), lit("(none)")))))
                .head();
        if (found.getLong(0) > 0) {
            throw EvaluationErrors.badRows(found.getLong(0), what, found.getString(1), remedy);
        }
    }
}
