package io.pigeonhole.evaluation.predictions;

import java.util.function.Consumer;

/** Collects the decisions of a scan, and hands them on as blocks. */
public interface BlockWriter {

    /** Adds what is needed of a decision, which changes after this. */
    void add(LabelledDecision decision);

    /** The number of entries held. */
    int entries();

    /** Hands all entries on, in blocks; none remains. */
    void flush(Consumer<Block> to);
}
