package io.pigeonhole.jobs.sources;

import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.cleaning.Cleaned;

/** A source of which a run reads only data that no earlier run has read. */
public interface IncrementalSource {

    /** Name of the source in the tables. */
    String name();

    /** The settings that determine its rows: its configuration without a pinned version. */
    Record settings();

    /**
     * The new data, found without reading rows.
     *
     * @throws PipelineException (configuration) if the source cannot list its new data, and (data contract) if data
     *     that the run has read no longer exist
     */
    Increment increment(ReadBefore before);

    /**
     * The new rows, each with the column {@link Cleaned#REPLACES}.
     *
     * @param check as in {@link Source#read(Source.Check)}
     */
    SourceRows read(Source.Check check, ReadBefore before);
}
