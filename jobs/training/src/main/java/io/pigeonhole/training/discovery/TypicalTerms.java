package io.pigeonhole.training.discovery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The terms that the rows of a cluster have more often than other rows: by the difference of their log odds, in standard
 * errors, with half a row added to each count (Monroe, Colaresi, Quinn 2008, without their prior). A term that only one
 * row has shows that row, and is left out.
 */
public final class TypicalTerms {

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}\\p{M}_]+");

    private final Map<String, Integer> counts = new HashMap<>();
    private final int rows;

    /** @param rows the terms of each row */
    public TypicalTerms(Collection<Set<String>> rows) {
        this.rows = rows.size();
        rows.forEach(terms -> terms.forEach(term -> counts.merge(term, 1, Integer::sum)));
    }

    /** The words of a text in lower case, and the pairs of neighbouring words. */
    public static Set<String> words(String text) {
        Set<String> terms = new HashSet<>();
        Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
        for (String last = ""; matcher.find(); last = matcher.group()) {
            terms.add(matcher.group());
            if (!last.isEmpty()) {
                terms.add(last + " " + matcher.group());
            }
        }
        return terms;
    }

    /**
     * The most typical terms of some of the rows, best first.
     *
     * @param inside the terms of each of these rows
     */
    public List<String> of(Collection<Set<String>> inside, int most) {
        Map<String, Integer> own = new HashMap<>();
        inside.forEach(terms -> terms.forEach(term -> own.merge(term, 1, Integer::sum)));
        List<Map.Entry<String, Double>> scores = new ArrayList<>();
        own.forEach((term, count) -> {
            double score = score(count, inside.size(), counts.getOrDefault(term, 0) - count, rows - inside.size());
            if (count > 1 && score > 0) {
                scores.add(Map.entry(term, score));
            }
        });
        return scores.stream()
                .sorted(Comparator.comparing((Map.Entry<String, Double> each) -> -each.getValue())
                        .thenComparing(Map.Entry::getKey))
                .limit(most)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A name from terms: the first of them that are single words, or else the first one; empty if there are none. */
    public static Optional<String> name(List<String> terms, int words) {
        String name =
                terms.stream().filter(term -> !term.contains(" ")).limit(words).collect(Collectors.joining(" "));
        return name.isEmpty() ? terms.stream().findFirst() : Optional.of(name);
    }

    static double score(int count, int size, int otherCount, int otherSize) {
        double in = count + 0.5;
        double inLess = size - count + 0.5;
        double out = otherCount + 0.5;
        double outLess = otherSize - otherCount + 0.5;
        double difference = StrictMath.log(in / inLess) - StrictMath.log(out / outLess);
        return difference / Math.sqrt(1 / in + 1 / inLess + 1 / out + 1 / outLess);
    }
}
