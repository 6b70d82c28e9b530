package io.pigeonhole.jobs.discover;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.jobs.predictions.ProposalTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.RowCondition;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.cleaning.Labels;
import io.pigeonhole.transforms.features.Features;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file with a proposed label for each row of some clusters, for people to review: {@code example_id,
 * proposed_label, cluster, similarity} and the columns of text. Fields are in double quotes, and a double quote within
 * one is doubled. Nothing in the store changes.
 */
public final class ReviewFile {

    private final Session session;
    private final SortedMap<Integer, String> names;

    /**
     * @param names the name of each cluster that becomes a class
     * @throws io.pigeonhole.transforms.PipelineException (configuration) if a name is blank
     */
    public ReviewFile(Session session, Map<Integer, String> names) {
        this.session = session;
        this.names = new TreeMap<>();
        names.forEach((cluster, name) ->
                this.names.put(cluster, Labels.of(name).orElseThrow(() -> DiscoverErrors.blankLabel(cluster))));
    }

    /**
     * Writes the file; returns its number of rows.
     *
     * @param proposals the rows of {@code proposed_classes} of one model version and split
     * @throws io.pigeonhole.transforms.PipelineException (configuration) if the file exists, or a cluster does not
     */
    public int write(List<Row> proposals, Path file) {
        List<Integer> clusters = proposals.stream()
                .map(row -> row.<Integer>getAs("cluster"))
                .sorted()
                .toList();
        names.keySet().stream()
                .filter(cluster -> !clusters.contains(cluster))
                .findFirst()
                .ifPresent(cluster -> {
                    throw DiscoverErrors.noCluster(cluster, clusters);
                });
        if (Files.exists(file)) {
            throw DiscoverErrors.fileExists(file.toString());
        }
        Row any = proposals.get(0);
        List<Row> members = members(any);
        try {
            Files.write(
                    file, lines(members, any.getAs("split")), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw DiscoverErrors.notWritten(file.toString(), e);
        }
        return members.size();
    }

    private List<Row> members(Row any) {
        return session
                .store()
                .rows(
                        ProposalTables.PROPOSED_MEMBERS,
                        RowCondition.about(
                                any.getAs("model"), any.<Integer>getAs("version"), List.of(any.<String>getAs("split"))))
                .stream()
                .filter(row -> names.containsKey(row.<Integer>getAs("cluster")))
                .sorted(Comparator.comparing((Row row) -> row.<Integer>getAs("cluster"))
                        .thenComparing(row -> row.<Integer>getAs("position")))
                .toList();
    }

    private List<String> lines(List<Row> members, String split) {
        Dataset<Row> examples = ExamplesOfSplit.having(
                ExamplesOfSplit.of(session, split).now(session),
                members.stream()
                        .map(row -> row.<String>getAs(Columns.EXAMPLE_ID))
                        .toList());
        List<String> texts = new RowTerms(
                        Features.resolved(examples.schema(), session.config().allFeatures()))
                .texts();
        List<Column> columns = new ArrayList<>(List.of(col(Columns.EXAMPLE_ID)));
        texts.forEach(text -> columns.add(Columns.named(text)));
        Map<String, Row> byId = new HashMap<>();
        examples.select(columns.toArray(Column[]::new)).collectAsList().forEach(row -> byId.put(row.getString(0), row));
        List<String> lines = new ArrayList<>();
        List<@Nullable Object> header =
                new ArrayList<>(List.of(Columns.EXAMPLE_ID, "proposed_label", "cluster", "similarity"));
        header.addAll(texts);
        lines.add(line(header));
        members.forEach(member -> lines.add(line(fields(member, byId, texts.size()))));
        return lines;
    }

    private List<@Nullable Object> fields(Row member, Map<String, Row> examples, int texts) {
        String id = member.getAs(Columns.EXAMPLE_ID);
        int cluster = member.<Integer>getAs("cluster");
        List<@Nullable Object> fields =
                new ArrayList<>(List.of(id, String.valueOf(names.get(cluster)), cluster, member.getAs("similarity")));
        Row example = examples.get(id);
        for (int i = 1; i <= texts; i++) {
            fields.add(example == null ? null : example.get(i));
        }
        return fields;
    }

    private static String line(List<? extends @Nullable Object> fields) {
        return fields.stream()
                .map(field -> field == null ? "" : "\"" + field.toString().replace("\"", "\"\"") + "\"")
                .collect(Collectors.joining(","));
    }
}
