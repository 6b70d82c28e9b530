package io.pigeonhole.jobs.discover;

import io.pigeonhole.training.discovery.TypicalTerms;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.features.FeatureSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;

/**
 * What a row says, as terms: its words and pairs of words, its categories, and which of its numbers are in the lowest or
 * the highest quarter.
 */
final class RowTerms {

    private final List<String> texts = new ArrayList<>();
    private final List<String> categories = new ArrayList<>();
    private final List<String> numbers = new ArrayList<>();

    /** @param features without patterns */
    RowTerms(List<FeatureSpec> features) {
        TreeSet<String> words = new TreeSet<>();
        TreeSet<String> values = new TreeSet<>();
        TreeSet<String> amounts = new TreeSet<>();
        for (FeatureSpec feature : features) {
            if (feature instanceof FeatureSpec.Text text) {
                words.add(text.column());
            } else if (feature instanceof FeatureSpec.Embedding embedding
                    && embedding.pixels().isEmpty()) {
                words.add(embedding.column());
            } else if (feature instanceof FeatureSpec.Categorical categorical) {
                values.addAll(categorical.columns());
            } else if (feature instanceof FeatureSpec.Numeric numeric) {
                amounts.addAll(numeric.columns());
            }
        }
        texts.addAll(words);
        categories.addAll(values);
        numbers.addAll(amounts);
    }

    /** The columns that {@link #of} reads, in its order. */
    List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        texts.forEach(name -> columns.add(Columns.named(name).cast("string")));
        categories.forEach(name -> columns.add(Columns.named(name).cast("string")));
        numbers.forEach(name -> columns.add(Columns.named(name).cast("double")));
        return columns;
    }

    /**
     * The terms of each row.
     *
     * @param rows with the columns from the one of index {@code first} on
     */
    Map<String, Set<String>> of(Map<String, Row> rows, int first) {
        Map<String, Set<String>> terms = new HashMap<>();
        rows.forEach((id, row) -> {
            Set<String> own = new HashSet<>();
            for (int i = 0; i < texts.size(); i++) {
                if (!row.isNullAt(first + i)) {
                    own.addAll(TypicalTerms.words(row.getString(first + i)));
                }
            }
            for (int i = 0; i < categories.size(); i++) {
                int at = first + texts.size() + i;
                own.add(categories.get(i) + " = " + (row.isNullAt(at) ? "(none)" : row.getString(at)));
            }
            terms.put(id, own);
        });
        for (int i = 0; i < numbers.size(); i++) {
            addQuarters(rows, first + texts.size() + categories.size() + i, numbers.get(i), terms);
        }
        return terms;
    }

    /**
     * The texts of each row, one after the other; a row without a text is absent.
     *
     * @param rows with the columns from the one of index {@code first} on
     */
    Map<String, String> texts(Map<String, Row> rows, int first) {
        Map<String, String> all = new HashMap<>();
        rows.forEach((id, row) -> {
            String text = IntStream.range(first, first + texts.size())
                    .filter(at -> !row.isNullAt(at))
                    .mapToObj(row::getString)
                    .collect(Collectors.joining(" / "));
            if (!text.isEmpty()) {
                all.put(id, text);
            }
        });
        return all;
    }

    private static void addQuarters(Map<String, Row> rows, int at, String name, Map<String, Set<String>> terms) {
        double[] sorted = rows.values().stream()
                .filter(row -> !row.isNullAt(at))
                .mapToDouble(row -> row.getDouble(at))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return;
        }
        double low = sorted[(sorted.length - 1) / 4];
        double high = sorted[sorted.length - 1 - (sorted.length - 1) / 4];
        rows.forEach((id, row) -> {
            if (!row.isNullAt(at) && low < high) {
                double value = row.getDouble(at);
                List<String> quarter = value <= low
                        ? List.of(name + " is low")
                        : value >= high ? List.of(name + " is high") : List.of();
                Objects.requireNonNull(terms.get(id)).addAll(quarter);
            }
        });
    }

    /** Names of the columns of text. */
    List<String> texts() {
        return List.copyOf(texts);
    }
}
