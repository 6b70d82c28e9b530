package io.pigeonhole.jobs.examples;

import static io.pigeonhole.transforms.Columns.named;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.pigeonhole.jobs.configuration.ExtractConfig;
import io.pigeonhole.jobs.configuration.LabelsConfig;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.cleaning.CleaningRules;
import io.pigeonhole.transforms.cleaning.CleaningRules.VectorSize;
import io.pigeonhole.transforms.cleaning.ConflictPolicy;
import io.pigeonhole.transforms.features.FeatureColumn;
import io.pigeonhole.transforms.features.FeatureSpec;
import io.pigeonhole.transforms.features.Features;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;

/** What rows must be like to become examples, by the configuration. */
public final class DataContract {

    private DataContract() {}

    /**
     * The rules for the rows of sources.
     *
     * @param known examples whose vectors determine the sizes of vectors
     * @throws PipelineException (data contract) if the rows lack columns of the features
     */
    public static CleaningRules rules(PipelineConfig config, Dataset<Row> raw, Optional<Dataset<Row>> known) {
        List<FeatureSpec> features = Features.resolved(raw.schema(), config.allFeatures());
        Features.check(raw.schema(), features);
        ExtractConfig extract = config.extract();
        LabelsConfig labels = config.labels();
        List<FeatureColumn> columns = Features.columns(features);
        List<String> vectors = namesOf(columns, FeatureColumn.Type.VECTOR);
        List<String> optional = Features.optionalTexts(config.allFeatures());
        List<VectorSize> given = known.map(examples -> vectorSizes(examples, vectors, extract.vectors()))
                .orElse(extract.vectors());
        return new CleaningRules(
                columns.stream().map(FeatureColumn::name).distinct().toList(),
                namesOf(columns, FeatureColumn.Type.TEXT).stream()
                        .filter(name -> !optional.contains(name))
                        .toList(),
                optional,
                vectorSizes(raw, vectors, given),
                labels.aliases(),
                labels.known(),
                extract.conflicts(),
                extract.rejectLimit(),
                extract.rejectLimitPerClass(),
                extract.labelsRequired(),
                labels.unknown(),
                config.stratify().given());
    }

    /** The rules for rows that are only scored: their labels need not be there, nor be known. */
    public static CleaningRules forScoring(PipelineConfig config, Dataset<Row> raw) {
        CleaningRules rules = rules(config, raw, Optional.empty());
        return new CleaningRules(
                rules.featureColumns(),
                rules.textColumns(),
                rules.optionalTexts(),
                rules.vectors(),
                rules.labelAliases(),
                List.of(),
                ConflictPolicy.KEEP,
                rules.rejectLimit(),
                rules.rejectLimitPerClass(),
                false,
                rules.unknownLabels(),
                Optional.empty());
    }

    private static List<String> namesOf(List<FeatureColumn> columns, FeatureColumn.Type type) {
        return columns.stream()
                .filter(column -> column.type() == type)
                .map(FeatureColumn::name)
                .distinct()
                .toList();
    }

    /** Tables hold vectors as arrays, so that any reader can read them. */
    public static Dataset<Row> vectorsAsArrays(Dataset<Row> rows) {
        Dataset<Row> result = rows;
        for (StructField field : rows.schema().fields()) {
            if (field.dataType().equals(SQLDataTypes.VectorType())) {
                result = result.withColumn(field.name(), functions.vector_to_array(named(field.name()), "float64"));
            }
        }
        return result;
    }

    /** The required sizes of vectors: the given size, or else the most frequent one; ties go to the smallest. */
    private static List<VectorSize> vectorSizes(Dataset<Row> raw, List<String> columns, List<VectorSize> given) {
        List<VectorSize> sizes = new ArrayList<>(given);
        for (String column : columns) {
            if (given.stream().noneMatch(size -> size.column().equals(column))) {
                Optional<Row> mode = raw
                        .select(FeatureColumn.sizes(raw.schema(), column).as("size"))
                        .filter(col("size").gt(0))
                        .groupBy("size")
                        .agg(count(lit(1)).as("rows"))
                        .orderBy(col("rows").desc(), col("size"))
                        .takeAsList(1)
                        .stream()
                        .findFirst();
                mode.ifPresent(row -> sizes.add(new VectorSize(column, row.getInt(0))));
            }
        }
        return sizes;
    }
}
