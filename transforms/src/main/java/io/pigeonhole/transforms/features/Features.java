package io.pigeonhole.transforms.features;

import static io.pigeonhole.transforms.Columns.quoted;

import io.pigeonhole.transforms.ColumnNames;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.FeatureHasher;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.StructType;

/** Feature specifications as Spark ML stages, and as a contract on the examples' schema. */
public final class Features {

    /** Prefix of the temporary columns that the stages add and the last stage drops. */
    private static final String INTERMEDIATE = "__features_";

    private Features() {}

    /**
     * The stages that turn the declared columns into one vector column. They add no other column to the rows. The
     * vector's elements are in the order of the specifications; elements that are zero in all of train are left out.
     */
    public static Pipeline pipeline(List<FeatureSpec> specs, String outputCol) {
        return pipeline(specs, outputCol, spec -> {
            throw new IllegalArgumentException("no stage for the embedding of column '" + spec.column() + "'");
        });
    }

    /**
     * The same.
     *
     * @param embeddings gives the stage of each embedding
     */
    public static Pipeline pipeline(
            List<FeatureSpec> specs, String outputCol, Function<FeatureSpec.Embedding, VectorStage> embeddings) {
        if (specs.isEmpty()) {
            throw PipelineException.configuration("No features are declared, so there is nothing to learn from. Declare"
                    + " at least one text, numeric, categorical or vector feature.");
        }
        Stages stages = new Stages();
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i) instanceof FeatureSpec.Embedding embedding) {
                stages.add(embeddings.apply(embedding));
            } else {
                add(stages, specs.get(i), i);
            }
        }
        stages.add(new SeenFeatureSelector("seenFeatureSelector")
                .setInputCols(stages.vectors)
                .setOutputCol(outputCol));
        if (!stages.intermediates.isEmpty()) {
            stages.add(new ColumnSelector("dropIntermediates")
                    .setExpressions("* EXCEPT (" + String.join(", ", stages.intermediates) + ")"));
        }
        return new Pipeline("features").setStages(stages.all.toArray(PipelineStage[]::new));
    }

    /** The schema with one more column of vectors, whose name must be new. */
    static StructType append(StructType schema, String column) {
        if (List.of(schema.fieldNames()).contains(column)) {
            throw new IllegalArgumentException("the output column '" + column + "' exists already");
        }
        return schema.add(column, SQLDataTypes.VectorType());
    }

    private static void add(Stages stages, FeatureSpec spec, int number) {
        if (spec instanceof FeatureSpec.Text text) {
            stages.add(new TextVectorizer("textVectorizer_" + number)
                    .setSpec(text)
                    .setOutputCol(stages.vector(INTERMEDIATE + number)));
        } else if (spec instanceof FeatureSpec.Numeric numeric) {
            stages.add(new NumericVectorizer("numericVectorizer_" + number)
                    .setSpec(numeric)
                    .setOutputCol(stages.vector(INTERMEDIATE + number)));
        } else if (spec instanceof FeatureSpec.Categorical categorical) {
            if (categorical.encoding() == FeatureSpec.Encoding.HASHED) {
                addHashed(stages, categorical, number);
            } else {
                addOneHot(stages, categorical.columns(), number);
            }
        } else if (spec instanceof FeatureSpec.Vector vector) {
            if (vector.scale()) {
                stages.add(new VectorScaler("vectorScaler_" + number)
                        .setInputCol(vector.column())
                        .setOutputCol(stages.vector(INTERMEDIATE + number)));
            } else {
                stages.vectors.add(vector.column());
            }
        }
    }

    private static void addHashed(Stages stages, FeatureSpec.Categorical categorical, int number) {
        String[] columns = categorical.columns().toArray(String[]::new);
        stages.add(new FeatureHasher("featureHasher_" + number)
                .setInputCols(columns)
                .setCategoricalCols(columns)
                .setNumFeatures(categorical.buckets())
                .setOutputCol(stages.vector(INTERMEDIATE + number)));
    }

    private static void addOneHot(Stages stages, List<String> columns, int number) {
        String[] texts = names(columns, number, "text");
        String[] indices = names(columns, number, "index");
        String[] vectors = names(columns, number, "one_hot");
        stages.intermediates.addAll(Arrays.asList(texts));
        stages.intermediates.addAll(Arrays.asList(indices));
        // StringIndexer refuses booleans, and OneHotEncoder a category without a name
        stages.add(new ColumnSelector("categoriesAsText_" + number)
                .setExpressions(Stream.concat(
                                Stream.of("*"),
                                IntStream.range(0, texts.length)
                                        .mapToObj(i -> "NULLIF(CAST(" + quoted(columns.get(i)) + " AS STRING), '') AS "
                                                + texts[i]))
                        .toArray(String[]::new)));
        stages.add(new StringIndexer("stringIndexer_" + number)
                .setInputCols(texts)
                .setOutputCols(indices)
                .setStringOrderType("alphabetAsc")
                .setHandleInvalid("keep"));
        stages.add(new OneHotEncoder("oneHotEncoder_" + number)
                .setInputCols(indices)
                .setOutputCols(Arrays.stream(vectors).map(stages::vector).toArray(String[]::new))
                .setDropLast(false));
    }

    private static String[] names(List<String> columns, int number, String suffix) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> INTERMEDIATE + number + "_" + i + "_" + suffix)
                .toArray(String[]::new);
    }

    /** The columns that the specifications read, each with its required type. */
    public static List<FeatureColumn> columns(List<FeatureSpec> specs) {
        return specs.stream()
                .flatMap(spec -> spec.columns().stream().map(column -> new FeatureColumn(column, typeOf(spec))))
                .distinct()
                .toList();
    }

    /**
     * The specifications with the columns that their patterns, such as {@code sensor_*}, are for.
     *
     * @param schema columns of the examples
     * @throws PipelineException (data contract) if a pattern is for no column
     */
    public static List<FeatureSpec> resolved(StructType schema, List<FeatureSpec> specs) {
        return specs.stream().map(spec -> resolved(schema, spec)).toList();
    }

    private static FeatureSpec resolved(StructType schema, FeatureSpec spec) {
        if (spec.columns().stream().noneMatch(ColumnNames::isPattern)) {
            return spec;
        }
        List<String> present = Arrays.stream(schema.fieldNames())
                .filter(name -> !Columns.OF_EVERY_EXAMPLE.contains(name))
                .sorted()
                .toList();
        List<String> columns = spec.columns().stream()
                .flatMap(name -> {
                    List<String> found = ColumnNames.ofPattern(name, present);
                    if (found.isEmpty()) {
                        throw PipelineException.dataContract("No column of the examples fits the pattern '" + name
                                + "' of a feature. The columns are: " + String.join(", ", present)
                                + ". Correct the pattern, or add the columns under 'fields'.");
                    }
                    return found.stream();
                })
                .distinct()
                .toList();
        return spec.of(columns);
    }

    /**
     * The columns of text that a row may lack, as long as it has a value in any other feature: those that say so, and by
     * default all of them if the features have several columns.
     */
    public static List<String> optionalTexts(List<FeatureSpec> specs) {
        boolean several =
                columns(specs).stream().map(FeatureColumn::name).distinct().count() > 1;
        Map<String, Boolean> optional = new LinkedHashMap<>();
        for (FeatureSpec spec : specs) {
            if (spec instanceof FeatureSpec.Text text) {
                boolean kept = text.empty() == FeatureSpec.EmptyText.AUTO
                        ? several
                        : text.empty() == FeatureSpec.EmptyText.KEEP;
                optional.merge(text.column(), kept, Boolean::logicalAnd);
            } else if (spec instanceof FeatureSpec.Embedding embedding
                    && embedding.pixels().isEmpty()) {
                optional.merge(embedding.column(), several, Boolean::logicalAnd);
            }
        }
        return optional.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static FeatureColumn.Type typeOf(FeatureSpec spec) {
        if (spec instanceof FeatureSpec.Text
                || (spec instanceof FeatureSpec.Embedding embedding
                        && embedding.pixels().isEmpty())) {
            return FeatureColumn.Type.TEXT;
        } else if (spec instanceof FeatureSpec.Numeric) {
            return FeatureColumn.Type.NUMBER;
        } else if (spec instanceof FeatureSpec.Categorical) {
            return FeatureColumn.Type.CATEGORY;
        }
        return FeatureColumn.Type.VECTOR;
    }

    /**
     * Checks that the examples have every column that the specifications read.
     *
     * @throws PipelineException (data contract) that names every column that is missing or of another type
     */
    public static void check(StructType schema, List<FeatureSpec> specs) {
        List<String> problems = columns(specs).stream()
                .flatMap(column -> problem(schema, column).stream())
                .toList();
        if (!problems.isEmpty()) {
            throw PipelineException.dataContract("The examples do not have the columns that the features are made of: "
                    + String.join("; ", problems) + ". The columns are: " + String.join(", ", schema.fieldNames())
                    + ". Change the features or the sources' column mapping.");
        }
    }

    private static Optional<String> problem(StructType schema, FeatureColumn column) {
        if (!Arrays.asList(schema.fieldNames()).contains(column.name())) {
            return Optional.of("'" + column.name() + "' is missing");
        }
        String actual = schema.apply(column.name()).dataType().sql();
        return column.type().accepts(schema.apply(column.name()).dataType())
                ? Optional.empty()
                : Optional.of("'" + column.name() + "' is " + actual + " but must be "
                        + column.type().description());
    }

    /** The stages so far, the vector columns they make, and the columns to drop in the end. */
    private static final class Stages {

        private final List<PipelineStage> all = new ArrayList<>();
        private final List<String> vectors = new ArrayList<>();
        private final List<String> intermediates = new ArrayList<>();

        void add(PipelineStage stage) {
            all.add(stage);
        }

        void add(VectorStage stage) {
            // two embeddings that differ in their weights alone need one column
            if (!intermediates.contains(stage.column())) {
                all.add(stage.stage());
                vector(stage.column());
            }
        }

        String vector(String column) {
            vectors.add(column);
            intermediates.add(column);
            return column;
        }
    }
}
