package io.pigeonhole.jobs.discover;

import io.pigeonhole.jobs.predictions.ScoredSplit;
import io.pigeonhole.training.discovery.Cluster;
import io.pigeonhole.training.discovery.TypicalTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Clusters as rows of the tables.
 *
 * @param clusters in the order of their numbers
 */
record Proposals(ScoredSplit scored, List<Cluster> clusters) {

    /** Words of a suggested name. */
    private static final int WORDS_OF_A_NAME = 3;

    /** Rows of a cluster whose texts are kept, and the length of a text from which on it is cut. */
    private static final int EXAMPLES = 10;

    private static final int LONGEST_TEXT = 300;

    /**
     * The rows of {@code proposed_classes}.
     *
     * @param nearest the most probable class of each row
     * @param terms the terms of each row
     */
    List<Row> classes(Map<String, String> nearest, Map<String, Set<String>> terms, int most) {
        TypicalTerms typical = new TypicalTerms(clusters.stream()
                .flatMap(cluster -> cluster.members().stream())
                .map(member -> Objects.requireNonNull(terms.get(member.id())))
                .toList());
        List<Row> rows = new ArrayList<>();
        for (Cluster cluster : clusters) {
            List<String> own = typical.of(
                    cluster.members().stream()
                            .map(member -> Objects.requireNonNull(terms.get(member.id())))
                            .toList(),
                    most);
            rows.add(row(rows.size() + 1, cluster, own, common(cluster, nearest)));
        }
        return rows;
    }

    private Row row(int number, Cluster cluster, List<String> terms, Map.Entry<String, Integer> common) {
        int size = cluster.members().size();
        double similarity = 0;
        for (Cluster.Member member : cluster.members()) {
            similarity += member.similarity();
        }
        return RowFactory.create(
                scored.version().model(),
                scored.version().version(),
                scored.split(),
                number,
                TypicalTerms.name(terms, WORDS_OF_A_NAME).orElse("cluster " + number),
                cluster.verdict().name().toLowerCase(Locale.ROOT),
                (long) size,
                cluster.stability(),
                similarity / size,
                terms,
                common.getKey(),
                (double) common.getValue() / size);
    }

    /** The most probable class of most rows, of equals the first by name. */
    private static Map.Entry<String, Integer> common(Cluster cluster, Map<String, String> nearest) {
        TreeMap<String, Integer> counts = new TreeMap<>();
        cluster.members()
                .forEach(member -> counts.merge(Objects.requireNonNull(nearest.get(member.id())), 1, Integer::sum));
        Map.Entry<String, Integer> most = counts.firstEntry();
        for (Map.Entry<String, Integer> each : counts.entrySet()) {
            most = each.getValue() > most.getValue() ? each : most;
        }
        return most;
    }

    /**
     * The rows of {@code proposed_members}.
     *
     * @param texts the text of each row that has one
     */
    List<Row> members(Map<String, String> texts) {
        List<Row> rows = new ArrayList<>();
        for (int c = 0; c < clusters.size(); c++) {
            int position = 0;
            for (Cluster.Member member : clusters.get(c).members()) {
                rows.add(RowFactory.create(
                        member.id(),
                        scored.version().model(),
                        scored.version().version(),
                        scored.split(),
                        c + 1,
                        ++position,
                        member.similarity(),
                        position <= EXAMPLES ? beginning(texts.get(member.id())) : null));
            }
        }
        return rows;
    }

    private static @Nullable String beginning(@Nullable String text) {
        if (text == null || text.codePointCount(0, text.length()) <= LONGEST_TEXT) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, LONGEST_TEXT)) + " ...";
    }
}
