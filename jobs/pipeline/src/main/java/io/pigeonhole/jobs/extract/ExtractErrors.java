package io.pigeonhole.jobs.extract;

import io.pigeonhole.transforms.PipelineException;
import java.util.List;
import org.apache.spark.sql.types.StructField;

/** Errors that a user can cause and correct; each message states problem, cause and remedy. */
final class ExtractErrors {

    private ExtractErrors() {}

    static PipelineException typesDiffer(StructField field, StructField other, String name) {
        return PipelineException.dataContract("The sources disagree on field '" + field.name() + "': it is "
                + other.dataType().sql() + " so far but " + field.dataType().sql() + " in source '" + name
                + "'. Give it one type in columns.types.");
    }

    static PipelineException columnsChanged(String source, List<String> broken) {
        return PipelineException.dataContract("Source '" + source + "' has changed under its configuration: column "
                + String.join("; column ", broken)
                + ". Restore it, or make the columns what they were by a 'query' or an option 'schema';"
                + " where the change is meant, any change of this source's entry in the configuration"
                + " takes it over.");
    }
}
