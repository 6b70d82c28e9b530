package io.pigeonhole.transforms.split;

import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The rows of one class that have a split and, in train, a fold. */
final class ClassState {

    final long[] splits = new long[Split.values().length];
    final long[] folds;
    /** The fold to begin with; it differs between classes, so that small classes do not all fill the same fold. */
    private final int firstFold;

    ClassState(String label, int folds) {
        this.folds = new long[folds];
        this.firstFold = folds == 0 ? 0 : Math.floorMod(label.hashCode(), folds);
    }

    /** Counts rows by the split and fold they were dealt to; a fold that no longer exists is ignored. */
    void count(Split split, @Nullable Integer fold, long rows) {
        splits[split.place] += rows;
        if (fold != null && fold < folds.length) {
            folds[fold] += rows;
        }
    }

    /** Counts a row with the columns split, fold and rows at the given indices. */
    void count(Row row, int split, int fold, int rows) {
        count(Split.of(row.getString(split)), row.isNullAt(fold) ? null : row.getInt(fold), row.getLong(rows));
    }

    Split nextSplit(double[] shares) {
        return Split.at(Dealer.next(shares, splits));
    }

    Split nextSplit(double[] shares, long rows) {
        return Split.at(Dealer.next(shares, splits, rows));
    }

    @Nullable
    Integer nextFold(Split split) {
        return split == Split.TRAIN && folds.length > 0 ? (Integer) Dealer.fewest(folds, firstFold) : null;
    }

    /** Rows in the splits that have a share. */
    long total(double[] shares) {
        long total = 0;
        for (int split = 0; split < splits.length; split++) {
            total += shares[split] > 0 ? splits[split] : 0;
        }
        return total;
    }
}
