package io.pigeonhole.jobs.sources;

import io.pigeonhole.jobs.configuration.SourceConfig;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.transforms.cleaning.Cleaned;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** Data that Spark reads, as a whole or only the new part. */
record SparkSource(Access access, SourceConfig.Spark config) implements Source, IncrementalSource {

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public Record settings() {
        return config.withoutPin();
    }

    @Override
    public StructType schema() {
        Relation relation = open();
        requireIncremental(relation);
        return map(relation).schema();
    }

    @Override
    public List<Input> inputs() {
        if (config.incremental()) {
            requireIncremental(openForInputs());
        }
        return Inventory.of(access, Sources.owner(config), config.read()).inputs(name());
    }

    @Override
    public SourceSize size() {
        return SourceSize.of(access, config.read());
    }

    @Override
    public SourceRows read(Check check) {
        Relation relation = opened(check);
        Inventory inventory = Inventory.of(relation.files());
        return new SourceRows(map(relation), inventory.inputs(name()), inventory.figures());
    }

    @Override
    public Optional<IncrementalSource> incremental() {
        return config.incremental() ? Optional.of(this) : Optional.empty();
    }

    @Override
    public Increment increment(ReadBefore before) {
        return Increments.of(access.spark(), openForInputs(), config, before);
    }

    @Override
    public SourceRows read(Check check, ReadBefore before) {
        Relation relation = opened(check);
        Increment increment = Increments.of(access.spark(), relation, config, before);
        Dataset<Row> raw = increment.parts().stream()
                .map(part ->
                        map(relation.with(part.rows())).withColumn(Cleaned.REPLACES, functions.lit(part.replaces())))
                .reduce(Dataset::unionByName)
                .orElseThrow();
        List<Input> inputs = Inventory.of(relation.files()).inputs(name());
        return new SourceRows(raw, inputs, increment.figures(), Optional.of(increment));
    }

    private Relation open() {
        return Relation.open(
                access.spark(),
                Sources.owner(config),
                config.read(),
                config.columns().id());
    }

    private Relation opened(Check check) {
        Relation relation = open();
        check.of(config, relation.plain().schema());
        return relation;
    }

    private Relation openForInputs() {
        return Relation.openForInputs(access.spark(), Sources.owner(config), config.read());
    }

    /** Checks that an incremental source can list its new data. */
    private void requireIncremental(Relation relation) {
        if (config.incremental()) {
            Increments.files(relation);
        }
    }

    private Dataset<Row> map(Relation relation) {
        return ReadFailures.explain(
                relation.owner(), config.read(), () -> Mapping.map(name(), relation, config.columns()));
    }
}
