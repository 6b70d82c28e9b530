package io.pigeonhole.training.discovery;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rows in the order of their ids, with the hashes of the ids and only those columns that any row has. */
final class Rows {

    private final List<UnitRow> rows;
    private final long[] hashes;
    private final int[][] indices;
    private final int columns;

    private Rows(List<UnitRow> rows, long[] hashes, int[][] indices, int columns) {
        this.rows = rows;
        this.hashes = hashes;
        this.indices = indices;
        this.columns = columns;
    }

    /** Sorts rows; those without any element other than 0 are left out. */
    static Rows of(List<UnitRow> all) {
        List<UnitRow> rows = all.stream()
                .filter(row -> !row.isEmpty())
                .sorted(Comparator.comparing(UnitRow::id))
                .toList();
        Map<Integer, Integer> columns = new HashMap<>();
        int[][] indices = rows.stream()
                .map(row -> Arrays.stream(row.indices())
                        .map(index -> columns.computeIfAbsent(index, each -> columns.size()))
                        .toArray())
                .toArray(int[][]::new);
        long[] hashes = rows.stream().mapToLong(row -> Draws.hash(row.id())).toArray();
        return new Rows(rows, hashes, indices, columns.size());
    }

    int size() {
        return rows.size();
    }

    String id(int row) {
        return rows.get(row).id();
    }

    long hash(int row) {
        return hashes[row];
    }

    int columns() {
        return columns;
    }

    /** Adds a multiple of a row to one of several vectors that lie interleaved: element {@code i} of all, then the next. */
    void addTo(double[] vectors, int vector, int count, int row, double weight) {
        double[] values = rows.get(row).values();
        for (int i = 0; i < values.length; i++) {
            vectors[indices[row][i] * count + vector] += weight * values[i];
        }
    }

    /** The products of a row and several vectors that lie interleaved. */
    void products(double[] vectors, int row, double[] products) {
        int count = products.length;
        double[] values = rows.get(row).values();
        Arrays.fill(products, 0);
        for (int i = 0; i < values.length; i++) {
            int from = indices[row][i] * count;
            double value = values[i];
            for (int c = 0; c < count; c++) {
                products[c] += value * vectors[from + c];
            }
        }
    }
}
