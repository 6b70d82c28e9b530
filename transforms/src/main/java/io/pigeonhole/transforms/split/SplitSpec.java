package io.pigeonhole.transforms.split;

import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.transforms.PipelineException;
import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;

/**
 * How examples are divided. With a time cut or a given split, the rows determine their split, and proportions, minimum
 * and rare policy have no effect. A share of a given train split can be drawn for validation.
 *
 * @param proportions shares of the splits within each class
 * @param groupColumn column whose equal values stay in one split and one fold; a row with null is a group of its own
 * @param timeCut splits by time instead of by proportion
 * @param given splits taken from the source instead of by proportion
 * @param copies whether rows with equal features stay in one split and one fold; with a group column, the groups decide
 * @param folds parts that train is dealt into for cross-validation; 0 for none
 * @param minimumPerSplit rows of a class that every split with a share must get, or else the class is rare; 0 for no
 *     minimum
 * @param rare treatment of a rare class
 * @param otherLabel the class that rare ones collapse into
 * @param seed seed of the hash that orders the rows
 */
public record SplitSpec(
        Proportions proportions,
        Optional<String> groupColumn,
        Optional<TimeCut> timeCut,
        Optional<Given> given,
        CopyPolicy copies,
        int folds,
        int minimumPerSplit,
        RarePolicy rare,
        String otherLabel,
        long seed)
        implements Serializable {

    public SplitSpec {
        if (timeCut.isPresent() && given.isPresent()) {
            throw PipelineException.configuration("Both a time cut and a given split column are set, and they may"
                    + " contradict each other. Keep one of the two.");
        }
        if (groupColumn.isPresent() && timeCut.isPresent()) {
            throw PipelineException.configuration("The group column '" + groupColumn.get() + "' is set together with"
                    + " a time cut, which may tear a group apart. Remove one of the two.");
        }
        if (folds < 0 || folds == 1) {
            throw PipelineException.configuration(
                    "Cross-validation over " + folds + " folds is not possible. Use 0 for none, or at least 2.");
        }
        if (minimumPerSplit < 0) {
            throw PipelineException.configuration("The minimum of rows per class and split is " + minimumPerSplit
                    + ", which is negative. Use 0 to accept every class.");
        }
        if (rare == RarePolicy.COLLAPSE_INTO_OTHER && otherLabel.isBlank()) {
            throw PipelineException.configuration("Rare classes are to collapse into another one, but its label is"
                    + " blank. Name it, for example 'other'.");
        }
    }

    /** Whether rows are dealt by proportion. */
    boolean isDealt() {
        return timeCut.isEmpty() && given.isEmpty();
    }

    /** Shares of the splits in the rows of a class that are dealt; zeros if the rows determine all splits. */
    double[] shares() {
        if (isDealt()) {
            return proportions.shares();
        }
        double validation = given.map(Given::validation).orElse(0.0);
        return validation > 0 ? new double[] {1 - validation, validation, 0} : new double[Split.values().length];
    }

    /** Whether dealing must look at the content of rows. */
    boolean keepsCopiesTogether() {
        return copies == CopyPolicy.TOGETHER && groupColumn.isEmpty();
    }

    /** The shares of the splits within each class; they add up to one. */
    public record Proportions(double train, double validation, double test) implements Serializable {
        public Proportions {
            double sum = train + validation + test;
            if (!(train > 0) || !(validation >= 0) || !(test >= 0) || !(Math.abs(sum - 1) <= 1e-9)) {
                throw PipelineException.configuration("The proportions train " + train + ", validation " + validation
                        + ", test " + test + " add up to " + sum
                        + ". They must add up to 1, none negative and train above 0; for example 0.8, 0.1, 0.1.");
            }
        }

        double[] shares() {
            return new double[] {train, validation, test};
        }
    }

    /**
     * Splits by time: train before {@code validationFrom}, validation before {@code testFrom}, test from then on.
     *
     * @param column a column of timestamps or dates
     * @param validationFrom first moment of validation, in ISO 8601; UTC where no offset is given
     * @param testFrom first moment of test; the same as {@code validationFrom} for no validation
     */
    public record TimeCut(String column, String validationFrom, String testFrom) implements Serializable {
        public TimeCut {
            if (parse(validationFrom).isAfter(parse(testFrom))) {
                throw PipelineException.configuration("The time cut starts validation at " + validationFrom
                        + ", after the start of test at " + testFrom + ". Exchange the two.");
            }
        }

        Instant validationStart() {
            return parse(validationFrom);
        }

        Instant testStart() {
            return parse(testFrom);
        }

        private static Instant parse(String text) {
            return Stream.<Function<String, Instant>>of(
                            value -> OffsetDateTime.parse(value).toInstant(),
                            value -> LocalDateTime.parse(value).toInstant(ZoneOffset.UTC),
                            value -> LocalDate.parse(value).atStartOfDay().toInstant(ZoneOffset.UTC))
                    .flatMap(format -> attempt(format, text).stream())
                    .findFirst()
                    .orElseThrow(() -> PipelineException.configuration("The time cut '" + text
                            + "' is not a moment in ISO 8601. Write it as 2024-01-31, 2024-01-31T12:00:00 or"
                            + " 2024-01-31T12:00:00Z."));
        }

        private static Optional<Instant> attempt(Function<String, Instant> format, String text) {
            try {
                return Optional.of(format.apply(text));
            } catch (DateTimeParseException e) {
                return Optional.empty();
            }
        }
    }

    /**
     * A column that states the split of a row: {@code train}, {@code validation} or {@code test}, in any case.
     *
     * @param aliases other words in the column, in any case, and their splits; for example val: validation
     * @param validation share of validation in train and validation together, within each class; missing rows are drawn
     *     from those given as train; 0 to draw none
     */
    public record Given(String column, Map<String, String> aliases, double validation) implements Serializable {

        public Given {
            if (!(validation >= 0 && validation < 1)) {
                throw PipelineException.configuration("The share of the train rows that validation is drawn from is "
                        + validation + ". It must be from 0, for none, to below 1; for example 0.1.");
            }
            // in a fixed order, so that equal specifications have equal texts
            aliases = Collections.unmodifiableMap(new TreeMap<>(aliases));
            aliases.forEach((alias, meaning) -> {
                if (!Split.codes().contains(meaning)) {
                    throw PipelineException.configuration("The alias '" + alias + "' stands for split '" + meaning
                            + "', which does not exist. The splits are train, validation and test.");
                }
            });
        }

        /** The split that a row states; null if it states none. */
        public Column split() {
            Column word = lower(trim(named(column)));
            Column split = when(word.isin(Split.codes().toArray()), word);
            for (Map.Entry<String, String> alias : aliases.entrySet()) {
                split = split.when(word.equalTo(alias.getKey().trim().toLowerCase(Locale.ROOT)), lit(alias.getValue()));
            }
            return split;
        }
    }
}
