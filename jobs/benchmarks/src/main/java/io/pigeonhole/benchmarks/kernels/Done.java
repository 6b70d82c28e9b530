package io.pigeonhole.benchmarks.kernels;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What an invocation did; JMH shows it a second. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Done {

    /** Multiply-adds on columns that are in use; the padding is not counted. */
    public long multiplyAdds;

    /**
     * Bytes that had to come from memory or go there if the caches held nothing before and, of what the invocation touches
     * again, all that a second-level cache holds.
     */
    public long bytes;

    void add(long doneMultiplyAdds, long movedBytes) {
        multiplyAdds += doneMultiplyAdds;
        bytes += movedBytes;
    }
}
