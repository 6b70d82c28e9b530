package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.sources.ColumnProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Profiles of columns as a table for people. */
final class Profiles {

    private Profiles() {}

    /** @param use what a column is used for */
    static List<List<String>> table(List<ColumnProfile> columns, Function<ColumnProfile, String> use) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("column", "used as", "looks like", "missing", "different", "for example", "note"));
        for (ColumnProfile column : columns) {
            rows.add(List.of(
                    column.name(),
                    use.apply(column),
                    column.kind().name().toLowerCase(Locale.ROOT),
                    number(column.missing()),
                    number(column.distinct()),
                    column.examples(),
                    String.join("; ", column.oddities())));
        }
        return rows;
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
