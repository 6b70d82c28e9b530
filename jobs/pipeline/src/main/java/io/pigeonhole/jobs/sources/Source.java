package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.transforms.PipelineException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/**
 * Where examples come from; each kind of source is one implementation. Each method throws a {@link PipelineException} where the
 * source is not there or not as configured.
 */
public interface Source {

    /** Looks at the columns of a source before they are mapped. */
    @FunctionalInterface
    interface Check {
        void of(SourceConfig.Spark source, StructType columns);
    }

    /** Name of the source, as the tables show it. */
    String name();

    /** Checks that the source can be opened and has the columns that are mapped; the columns of its mapped rows. */
    StructType schema();

    /**
     * What {@link #read} would read, without reading it. A format that holds no schema is still scanned once where a query
     * needs one that is not given.
     */
    List<Input> inputs();

    /** How much there is to read, as far as that is known without reading it. */
    SourceSize size();

    /**
     * The rows, mapped; they are read when the data set is used.
     *
     * @param check made where Spark reads the source; its columns are not ours to choose then
     */
    SourceRows read(Check check);

    /** The rows, without a check. */
    default SourceRows read() {
        return read((source, columns) -> {});
    }

    /** The same source, where a run reads only what no run before it has read. */
    default Optional<IncrementalSource> incremental() {
        return Optional.empty();
    }

    /** Whether an input is what was read of this source. */
    default boolean isOf(Input input) {
        return input.name().equals(name()) || input.name().startsWith(name() + " (");
    }
}
