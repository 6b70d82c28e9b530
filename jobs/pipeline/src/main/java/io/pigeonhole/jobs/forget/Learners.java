package io.pigeonhole.jobs.forget;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.training.cascade.CascadeModel;
import io.pigeonhole.training.rules.RulesModel;
import io.pigeonhole.transforms.PipelineException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the model versions that were trained or calibrated on some examples, by the splits that each run read. */
final class Learners {

    private static final Logger LOG = LoggerFactory.getLogger(Learners.class);

    /** The trainers whose models may contain examples: cascades and rules contain their models. */
    private static final Set<String> HOLDERS = Set.of("nearest", CascadeModel.TRAINER, RulesModel.TRAINER);

    /** The trainers that learn from validation, besides what they learn through the models that they hold. */
    private static final Set<String> FROM_VALIDATION = Set.of(CascadeModel.TRAINER, RulesModel.TRAINER);

    private final Session session;
    private final Dataset<Row> ids;
    private final Map<Long, Set<String>> splitsAt = new HashMap<>();

    Learners(Session session, Dataset<Row> ids) {
        this.session = session;
        this.ids = ids;
    }

    /**
     * A model version and its use of the examples.
     *
     * @param how trained, calibrated, or unknown if the version of the splits that it read is removed
     * @param mayHold whether its files may contain examples
     */
    record Learner(String model, int version, String how, boolean mayHold) {}

    /** A model version by name and number. */
    private record Key(String model, long version) {}

    /**
     * What a run read.
     *
     * @param splits version of the table of splits; null if the run did not read it
     * @param models versions of models
     */
    private record Read(@Nullable Long splits, List<Key> models) {

        static Read of(Row run) {
            List<Row> inputs = run.getList(run.fieldIndex("inputs"));
            Long splits = inputs.stream()
                    .filter(input -> input.getString(0).equals(ExampleTables.SPLITS.name()) && !input.isNullAt(1))
                    .map(input -> input.getLong(1))
                    .findFirst()
                    .orElse(null);
            return new Read(
                    splits,
                    inputs.stream()
                            .filter(input -> input.getString(0).startsWith(TrainedModel.INPUT) && !input.isNullAt(1))
                            .map(input -> new Key(
                                    input.getString(0).substring(TrainedModel.INPUT.length()), input.getLong(1)))
                            .toList());
        }
    }

    /** The versions, ordered by model and version. */
    List<Learner> all() {
        Map<String, Read> reads = session.store().readOrEmpty(RunTables.RUNS).collectAsList().stream()
                .collect(Collectors.toMap(run -> run.<String>getAs("run_id"), Read::of));
        Map<Key, Row> versions = new LinkedHashMap<>();
        session.store()
                .readOrEmpty(ModelTables.MODELS)
                .select("model", "version", "base_version", "run_id", "trainer")
                .orderBy("model", "version")
                .collectAsList()
                .forEach(row -> versions.put(new Key(row.getString(0), row.getInt(1)), row));
        return versions.keySet().stream()
                .flatMap(key -> how(key, versions, reads)
                        .map(how -> new Learner(key.model(), (int) key.version(), how, mayHold(versions.get(key))))
                        .stream())
                .toList();
    }

    private static boolean mayHold(@Nullable Row version) {
        return version != null && HOLDERS.contains(version.getString(4));
    }

    /** A calibrated version learns as its base does; any other from what its run read, or else through the models that it read. */
    private Optional<String> how(Key key, Map<Key, Row> versions, Map<String, Read> reads) {
        Row row = versions.get(key);
        if (row == null) {
            return Optional.empty();
        }
        boolean isTrained = row.isNullAt(2);
        Read read = reads.getOrDefault(row.getString(3), new Read(null, List.of()));
        return (isTrained ? Optional.<String>empty() : how(new Key(key.model(), row.getInt(2)), versions, reads))
                .or(() -> how(read.splits(), isTrained, row.getString(4)))
                .or(() -> read.models().stream()
                        .filter(other -> isTrained && !other.equals(key))
                        .flatMap(other -> how(other, versions, reads).stream())
                        .findFirst());
    }

    /** Cascades and rules learn from train through their models, and from validation by themselves. */
    private Optional<String> how(@Nullable Long version, boolean isTrained, String trainer) {
        if (version == null) {
            return Optional.of("unknown");
        }
        Set<String> splits = splitsAt.computeIfAbsent(version, this::splits);
        if (splits.contains("?")) {
            return Optional.of("unknown");
        }
        if (isTrained && splits.contains("train")) {
            return Optional.of("trained");
        }
        if (isTrained && !FROM_VALIDATION.contains(trainer)) {
            return Optional.empty();
        }
        return splits.contains("validation") ? Optional.of("calibrated") : Optional.empty();
    }

    private Set<String> splits(long version) {
        try {
            return session
                    .store()
                    .read(ExampleTables.SPLITS, version)
                    .join(ids, "example_id")
                    .select(col("split"))
                    .distinct()
                    .collectAsList()
                    .stream()
                    .map(row -> row.getString(0))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (PipelineException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warn("version {} of the table splits cannot be read any more: {}", version, e.getMessage());
            return Set.of("?");
        }
    }
}
