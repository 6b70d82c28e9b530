package io.pigeonhole.jobs.commands;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Columns of text, each as wide as its widest cell; the first row is the heading. */
final class TextTable {

    private TextTable() {}

    static void print(List<List<String>> rows, Consumer<String> out) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int c = 0; c < columns; c++) {
                widths[c] = Math.max(widths[c], row.get(c).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(" ");
            for (int c = 0; c < columns; c++) {
                line.append(String.format(Locale.ROOT, " %-" + Math.max(1, widths[c]) + "s ", row.get(c)));
            }
            out.accept(line.toString().stripTrailing());
        }
    }
}
