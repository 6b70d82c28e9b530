package io.pigeonhole.jobs.sources;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What the columns of labelled rows are most likely for.
 *
 * @param label the class
 * @param id identifies the row
 * @param split names train, validation or test
 * @param time time of the event
 * @param texts free text
 * @param numbers quantities
 * @param categories few different values
 * @param vectors arrays of numbers
 * @param left columns that seem to be of no use, each with the reason
 */
public record Roles(
        Optional<ColumnProfile> label,
        Optional<ColumnProfile> id,
        Optional<ColumnProfile> split,
        Optional<ColumnProfile> time,
        List<ColumnProfile> texts,
        List<ColumnProfile> numbers,
        List<ColumnProfile> categories,
        List<ColumnProfile> vectors,
        List<Left> left) {

    private static final List<String> LABEL_NAMES = List.of(
            "label",
            "labels",
            "class",
            "category",
            "target",
            "intent",
            "topic",
            "species",
            "y",
            "type",
            "code",
            "tag",
            "genre",
            "language",
            "outcome",
            "kategorie",
            "klasse",
            "categorie",
            "categoria");
    private static final List<String> SPLIT_NAMES = List.of("split", "set", "subset", "partition", "fold", "dataset");
    private static final Set<String> SPLIT_VALUES =
            Set.of("train", "training", "test", "testing", "val", "valid", "validation", "dev", "eval");

    /** Largest number of rows a class may have on average to be unlikely as a class. */
    private static final double FEW_ROWS = 1.5;

    /** In fewer rows, different values prove nothing. */
    private static final int MANY_ROWS = 20;

    /** A text has more words than a category. */
    private static final double WORDS_OF_A_TEXT = 2.5;

    /** Share of different values above which a column of words is no category. */
    private static final double MANY_DIFFERENT = 0.5;

    /** A column without a use. */
    public record Left(ColumnProfile column, String reason) {}

    /** Guesses the roles from profiles. */
    public static Roles of(List<ColumnProfile> columns) {
        List<ColumnProfile> open = new ArrayList<>(columns);
        Optional<ColumnProfile> split = take(open, Roles::isSplit);
        Optional<ColumnProfile> id =
                take(open, Roles::isId).or(() -> take(open, column -> isIdByPlace(column, columns)));
        Optional<ColumnProfile> label = label(open);
        label.ifPresent(open::remove);
        Optional<ColumnProfile> time = take(open, column -> column.kind() == ColumnProfile.Kind.TIME);
        List<ColumnProfile> texts = new ArrayList<>();
        List<ColumnProfile> numbers = new ArrayList<>();
        List<ColumnProfile> categories = new ArrayList<>();
        List<ColumnProfile> vectors = new ArrayList<>();
        List<Left> left = new ArrayList<>();
        for (ColumnProfile column : open) {
            switch (column.kind()) {
                case NOTHING -> left.add(new Left(column, "no row of the sample has a value"));
                case NESTED -> left.add(new Left(column, "it is a list or an object: make single values by a query"));
                case VECTOR -> vectors.add(column);
                case NUMBER -> numbers.add(column);
                case BOOLEAN -> categories.add(column);
                case TIME -> left.add(new Left(column, "another time"));
                case TEXT -> addText(column, texts, categories, left);
            }
        }
        return new Roles(label, id, split, time, texts, numbers, categories, vectors, left);
    }

    private static void addText(
            ColumnProfile column, List<ColumnProfile> texts, List<ColumnProfile> categories, List<Left> left) {
        if (column.distinct() == 1) {
            left.add(new Left(column, "all rows of the sample have the same value"));
        } else if (column.meanWords() >= WORDS_OF_A_TEXT) {
            texts.add(column);
        } else if (column.distinct() <= MANY_DIFFERENT * column.present()) {
            categories.add(column);
        } else if (column.counts().keySet().stream()
                .anyMatch(value -> value.strip().contains(" "))) {
            texts.add(column);
        } else {
            left.add(new Left(column, "nearly every row has a value of its own, as an id has"));
        }
    }

    private static Optional<ColumnProfile> take(
            List<ColumnProfile> open, java.util.function.Predicate<ColumnProfile> condition) {
        Optional<ColumnProfile> found = open.stream().filter(condition).findFirst();
        found.ifPresent(open::remove);
        return found;
    }

    private static boolean isSplit(ColumnProfile column) {
        return column.kind() == ColumnProfile.Kind.TEXT
                && column.missing() == 0
                && (SPLIT_NAMES.contains(lower(column)) || column.distinct() > 1)
                && column.counts().keySet().stream()
                        .allMatch(value -> SPLIT_VALUES.contains(value.strip().toLowerCase(Locale.ROOT)));
    }

    private static boolean isId(ColumnProfile column) {
        return isUnique(column) && isNamedLikeAnId(column);
    }

    /** The first column often identifies the rows, whatever its name is. */
    private static boolean isIdByPlace(ColumnProfile column, List<ColumnProfile> columns) {
        boolean isCode = column.kind() == ColumnProfile.Kind.TEXT
                || column.counts().keySet().stream().allMatch(value -> value.matches("[0-9]+"));
        return column.equals(columns.get(0)) && column.rows() >= MANY_ROWS && isCode && isUnique(column);
    }

    private static boolean isUnique(ColumnProfile column) {
        return column.missing() == 0 && column.distinct() == column.rows() && column.meanWords() == 1;
    }

    private static boolean isNamedLikeAnId(ColumnProfile column) {
        return Arrays.asList(lower(column).split("[^a-z0-9]+")).contains("id")
                || Set.of("uuid", "guid", "key", "example_id").contains(lower(column));
    }

    /** The column that is named like a label, or else the last one that could be one. */
    private static Optional<ColumnProfile> label(List<ColumnProfile> open) {
        List<ColumnProfile> possible = open.stream().filter(Roles::couldBeLabel).toList();
        Optional<ColumnProfile> named = open.stream()
                .filter(column -> LABEL_NAMES.contains(lower(column)) && column.distinct() > 0)
                .min(Comparator.comparingInt(column -> LABEL_NAMES.indexOf(lower(column))));
        return named.or(() -> possible.stream()
                        .filter(column -> LABEL_NAMES.stream()
                                .anyMatch(name ->
                                        name.length() > 1 && lower(column).contains(name)))
                        .findFirst())
                .or(() -> possible.stream().reduce((one, other) -> other));
    }

    private static boolean couldBeLabel(ColumnProfile column) {
        boolean isShort = column.meanWords() < 2 * WORDS_OF_A_TEXT;
        boolean isText = column.kind() == ColumnProfile.Kind.TEXT || column.kind() == ColumnProfile.Kind.BOOLEAN;
        boolean isCode = column.kind() == ColumnProfile.Kind.NUMBER
                && column.counts().keySet().stream().allMatch(value -> value.matches("[0-9]{1,6}"));
        return (isText || isCode)
                && isShort
                && column.distinct() >= 2
                && column.present() >= FEW_ROWS * column.distinct();
    }

    private static String lower(ColumnProfile column) {
        return column.name().strip().toLowerCase(Locale.ROOT);
    }
}
