package io.pigeonhole.evaluation.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * Bins with equal numbers of rows, from one pass over falling probabilities whose number is not known in advance. Rows
 * of one probability stay together. Up to {@link #MOST} different probabilities are binned exactly; with more,
 * neighbours are merged, so an edge is off by at most 4 / {@link #MOST} of all rows.
 */
public final class EqualMass {

    private static final int MOST = 1 << 11;

    private final int bins;
    private List<ReliabilityBin> fine = new ArrayList<>();
    private long quantum = 1;

    public EqualMass(int bins) {
        this.bins = bins;
    }

    /** Adds rows of one probability. */
    public void add(double probability, long ofClass, long others) {
        long rows = ofClass + others;
        ReliabilityBin tie = new ReliabilityBin(probability, probability, rows, ofClass, probability * rows);
        int last = fine.size() - 1;
        if (last >= 0 && fine.get(last).rows() + rows <= quantum) {
            fine.set(last, fine.get(last).plus(tie));
            return;
        }
        fine.add(tie);
        while (fine.size() > MOST) {
            quantum *= 2;
            fine = coarser();
        }
    }

    /** Merges neighbours that do not exceed the quantum together; any two neighbours that remain do. */
    private List<ReliabilityBin> coarser() {
        List<ReliabilityBin> merged = new ArrayList<>();
        for (ReliabilityBin bin : fine) {
            int last = merged.size() - 1;
            if (last >= 0 && merged.get(last).rows() + bin.rows() <= quantum) {
                merged.set(last, merged.get(last).plus(bin));
            } else {
                merged.add(bin);
            }
        }
        return merged;
    }

    /** The bins, from the least probable on; a tie belongs to the bin of its middle row. */
    public List<ReliabilityBin> binned() {
        long all = fine.stream().mapToLong(ReliabilityBin::rows).sum();
        List<ReliabilityBin> binned = new ArrayList<>();
        int current = -1;
        long below = 0;
        for (int i = fine.size() - 1; i >= 0; i--) {
            ReliabilityBin next = fine.get(i);
            int bin = (int) (bins * (below + next.rows() / 2.0) / all);
            if (bin == current) {
                int last = binned.size() - 1;
                binned.set(last, binned.get(last).plus(next));
            } else {
                binned.add(next);
            }
            current = bin;
            below += next.rows();
        }
        return binned;
    }
}
