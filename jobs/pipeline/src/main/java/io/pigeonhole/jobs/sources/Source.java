package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.transforms.PipelineException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/**
 * A source of examples; each kind of source is one implementation. Each method throws a {@link PipelineException} if
 * the source does not exist or does not match its configuration.
 */
public interface Source {

    /** Checks the columns of a source before they are mapped. */
    @FunctionalInterface
    interface Check {
        void of(SourceConfig.Spark source, StructType columns);
    }

    /** Name of the source in the tables. */
    String name();

    /** Checks that the source can be opened and has the mapped columns. Returns the columns of its mapped rows. */
    StructType schema();

    /**
     * The inputs of {@link #read}, without reading them. If a query needs a schema that the format does not store and
     * the configuration does not give, the data are still scanned once.
     */
    List<Input> inputs();

    /** The size of the source, as far as it is known without reading. */
    SourceSize size();

    /**
     * The rows, mapped; they are read when the data set is used.
     *
     * @param check applied to the columns if Spark reads the source
     */
    SourceRows read(Check check);

    /** The rows, without a check. */
    default SourceRows read() {
        return read((source, columns) -> {});
    }

    /** The same source as an incremental one, if it is configured to be. */
    default Optional<IncrementalSource> incremental() {
        return Optional.empty();
    }

    /** Whether an input belongs to this source. */
    default boolean isOf(Input input) {
        return input.name().equals(name()) || input.name().startsWith(name() + " (");
    }
}
