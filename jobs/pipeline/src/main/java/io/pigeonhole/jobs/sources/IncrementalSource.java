package io.pigeonhole.jobs.sources;

import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.cleaning.Cleaned;

/** A source of which a run reads only what no run before it has read. */
public interface IncrementalSource {

    /** Name of the source, as the tables show it. */
    String name();

    /** What decides which rows come out: its configuration without a pinned version, which says how far to read. */
    Record settings();

    /**
     * What is new, found without reading rows.
     *
     * @throws PipelineException (configuration) if the source does not say, and (data contract) if what the run has read of
     *     it is gone
     */
    Increment increment(ReadBefore before);

    /**
     * The rows of what is new, each with the column {@link Cleaned#REPLACES}.
     *
     * @param check as in {@link Source#read(Source.Check)}
     */
    SourceRows read(Source.Check check, ReadBefore before);
}
