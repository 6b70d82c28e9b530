package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.configuration.ColumnMapping;
import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.examples.DataContract;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.sources.Access;
import io.pigeonhole.jobs.sources.ColumnProfile;
import io.pigeonhole.jobs.sources.Sample;
import io.pigeonhole.jobs.sources.Sources;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.cleaning.Cleaned;
import io.pigeonhole.transforms.cleaning.Cleaning;
import io.pigeonhole.transforms.cleaning.CleaningCounts;
import io.pigeonhole.transforms.cleaning.LookAlikes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** How the first rows of a source are understood, for people: its columns, its classes, and what would be rejected. */
final class SampleView {

    private static final int CLASSES_SHOWN = 20;

    private SampleView() {}

    static void print(Session session, SourceConfig source, int rows, Consumer<String> out) {
        Dataset<Row> raw = DataContract.vectorsAsArrays(Sources.of(Access.of(session), source)
                        .read((config, columns) -> {})
                        .raw())
                .limit(rows)
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            columns(raw, source, out);
            Cleaned cleaned = Cleaning.clean(raw, DataContract.rules(session.config(), raw, Optional.empty()))
                    .persist(StorageLevel.MEMORY_AND_DISK());
            try {
                CleaningCounts counts = cleaned.count();
                classes(counts, out);
                rejects(counts, out);
            } finally {
                cleaned.judged().unpersist();
            }
        } finally {
            raw.unpersist();
        }
    }

    private static void columns(Dataset<Row> raw, SourceConfig source, Consumer<String> out) {
        Set<String> hidden = Set.of(Columns.SOURCE, Columns.RAW, Columns.PARSE_ERROR);
        Column[] shown = java.util.Arrays.stream(raw.columns())
                .filter(name -> !hidden.contains(name))
                .map(Columns::named)
                .toArray(Column[]::new);
        Dataset<Row> mapped = raw.select(shown);
        List<ColumnProfile> profiles = Sample.profiles(mapped).stream()
                .filter(profile -> profile.present() > 0 || isMapped(profile.name(), source))
                .toList();
        out.accept("source '" + source.name() + "':");
        List<List<String>> table = new ArrayList<>(Profiles.table(
                profiles,
                profile -> mapped.schema().apply(profile.name()).dataType().sql()));
        table.set(0, List.of("column", "type", "looks like", "missing", "different", "for example", "note"));
        TextTable.print(table, out);
    }

    /** Whether the configuration maps a column that every example has. */
    private static boolean isMapped(String name, SourceConfig source) {
        Optional<ColumnMapping> mapping = source.mapping();
        return switch (name) {
            case Columns.EXAMPLE_ID -> mapping.flatMap(ColumnMapping::id).isPresent();
            case Columns.EVENT_TIME -> mapping.flatMap(ColumnMapping::eventTime).isPresent();
            case Columns.LABEL_TIME -> mapping.flatMap(ColumnMapping::labelTime).isPresent();
            case Columns.PATH -> false;
            default -> true;
        };
    }

    private static void classes(CleaningCounts counts, Consumer<String> out) {
        out.accept(String.format(
                Locale.ROOT, "  %,d classes (rows):", counts.classes().size()));
        counts.classes().stream()
                .sorted(Comparator.comparingLong(CleaningCounts.ClassCount::rows)
                        .reversed()
                        .thenComparing(CleaningCounts.ClassCount::label))
                .limit(CLASSES_SHOWN)
                .forEach(each -> out.accept(String.format(Locale.ROOT, "    %s (%,d)", each.label(), each.rows())));
        if (counts.classes().size() > CLASSES_SHOWN) {
            out.accept("    and " + (counts.classes().size() - CLASSES_SHOWN) + " more");
        }
        LookAlikes.of(counts.classes())
                .forEach(group -> out.accept("  these labels look alike: " + group.text() + "; " + group.aliases()));
    }

    private static void rejects(CleaningCounts counts, Consumer<String> out) {
        out.accept(String.format(
                Locale.ROOT,
                "  of %,d rows, %,d would be rejected%s",
                counts.rows(),
                counts.rejected(),
                counts.rejected() == 0 ? "." : ":"));
        counts.reasons()
                .forEach(reason -> out.accept(String.format(
                        Locale.ROOT,
                        "    %s (%,d), for example: %s",
                        reason.reason(),
                        reason.rows(),
                        reason.example())));
    }
}
