package io.pigeonhole.jobs.examples;

import io.pigeonhole.jobs.configuration.LabelsConfig;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.Taxonomy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/** The table {@code classes}: a new class gets the next id, an existing class keeps its id. */
public final class ClassRows {

    private ClassRows() {}

    /** A row of the table. */
    private record KnownClass(int id, @Nullable String parent, List<String> path, boolean critical, String since) {}

    /**
     * The tree of arriving classes and of earlier ones.
     *
     * @param arriving the different paths of the examples of each label
     * @throws PipelineException (data contract) if the paths do not form one tree
     */
    public static Taxonomy taxonomy(Session session, Map<String, Set<List<String>>> arriving) {
        Map<String, List<String>> paths = paths(session);
        // they were a class before they were named in labels.unknown
        paths.keySet().removeAll(session.config().labels().unknown());
        arriving.forEach((label, different) -> {
            Iterator<List<String>> each = different.stream()
                    .map(path -> path.isEmpty() ? List.of(label) : path)
                    .distinct()
                    .sorted(Comparator.comparing(List::toString))
                    .iterator();
            List<String> path = each.next();
            if (each.hasNext()) {
                throw ExamplesErrors.twoPaths(label, path, each.next());
            }
            paths.put(label, path);
        });
        return Taxonomy.ofPaths(paths);
    }

    /** The path of each class in the table, by label. */
    public static Map<String, List<String>> paths(Session session) {
        Map<String, List<String>> paths = new TreeMap<>();
        known(session).forEach((label, known) -> paths.put(label, known.path()));
        return paths;
    }

    /**
     * The tree that the table describes.
     *
     * @param classes rows of the table
     */
    public static Taxonomy taxonomy(List<Row> classes) {
        TreeMap<String, List<String>> paths = new TreeMap<>();
        classes.forEach(row -> paths.put(row.getAs("label"), row.getList(row.fieldIndex("path"))));
        return Taxonomy.ofPaths(paths);
    }

    /** Writes the new and the changed classes; returns the number of classes that are new in this run. */
    public static int write(Session session, Run run, Taxonomy taxonomy) {
        LabelsConfig labels = session.config().labels();
        refuseUnknownCritical(labels, taxonomy);
        Map<String, KnownClass> known = known(session);
        int next = known.values().stream().mapToInt(KnownClass::id).max().orElse(-1) + 1;
        List<Row> rows = new ArrayList<>();
        int added = 0;
        for (String label : taxonomy.labels()) {
            List<String> path = taxonomy.path(label).orElseThrow();
            String parent = path.size() > 1 ? path.get(path.size() - 2) : null;
            KnownClass before = known.get(label);
            KnownClass now = new KnownClass(
                    before == null ? next++ : before.id(),
                    parent,
                    path,
                    labels.critical().contains(label),
                    before == null ? run.id() : before.since());
            added += now.since().equals(run.id()) ? 1 : 0;
            if (!now.equals(before)) {
                rows.add(RowFactory.create(
                        now.id(), label, parent, path.toArray(String[]::new), now.critical(), now.since(), run.id()));
            }
        }
        if (rows.isEmpty()) {
            session.store().ensure(ExampleTables.CLASSES);
        } else {
            session.store().merge(ExampleTables.CLASSES, rows);
        }
        return added;
    }

    /** Adds a class that no source names, such as the one that rare classes collapse into, unless the table has it. */
    public static void add(Session session, Run run, String label) {
        Map<String, KnownClass> known = known(session);
        if (!known.containsKey(label)) {
            int next = known.values().stream().mapToInt(KnownClass::id).max().orElse(-1) + 1;
            Row row = RowFactory.create(next, label, null, new String[] {label}, false, run.id(), run.id());
            session.store().merge(ExampleTables.CLASSES, List.of(row));
        }
    }

    private static void refuseUnknownCritical(LabelsConfig labels, Taxonomy taxonomy) {
        Set<String> unknown = new TreeSet<>(labels.critical());
        unknown.removeAll(taxonomy.labels());
        if (!unknown.isEmpty()) {
            throw ExamplesErrors.unknownCritical(unknown);
        }
    }

    private static Map<String, KnownClass> known(Session session) {
        Map<String, KnownClass> known = new TreeMap<>();
        for (Row row : session.store().rows(ExampleTables.CLASSES)) {
            known.put(
                    row.getAs("label"),
                    new KnownClass(
                            row.<Integer>getAs("class_id"),
                            row.getAs("parent"),
                            List.copyOf(row.getList(row.fieldIndex("path"))),
                            row.<Boolean>getAs("critical"),
                            row.getAs("since_run")));
        }
        return known;
    }
}
