package io.pigeonhole.jobs.forget;

import static org.apache.spark.sql.functions.col;

import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.runs.RunTables;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.transforms.PipelineException;
import java.util.HashMap;
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

    /** The trainer whose models contain examples. */
    private static final String HOLDER = "nearest";

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

    /** The versions, ordered by model and version. */
    List<Learner> all() {
        Map<String, Long> splitsOfRun = session.store().readOrEmpty(RunTables.RUNS).collectAsList().stream()
                .flatMap(run -> run.<Row>getList(run.fieldIndex("inputs")).stream()
                        .filter(input -> input.getString(0).equals(ExampleTables.SPLITS.name()) && !input.isNullAt(1))
                        .limit(1)
                        .map(input -> Map.entry(run.<String>getAs("run_id"), input.getLong(1))))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        Map<String, Learner> found = new HashMap<>();
        List<Row> models = session.store()
                .readOrEmpty(ModelTables.MODELS)
                .select("model", "version", "base_version", "run_id", "trainer")
                .orderBy("model", "version")
                .collectAsList();
        return models.stream()
                .flatMap(row -> {
                    String model = row.getString(0);
                    boolean isTrained = row.isNullAt(2);
                    Optional<Learner> base =
                            isTrained ? Optional.empty() : Optional.ofNullable(found.get(model + " " + row.getInt(2)));
                    Optional<Learner> learner = base.map(Learner::how)
                            .or(() -> how(splitsOfRun.get(row.getString(3)), isTrained))
                            .map(how -> new Learner(
                                    model, row.getInt(1), how, row.getString(4).equals(HOLDER)));
                    learner.ifPresent(each -> found.put(model + " " + each.version(), each));
                    return learner.stream();
                })
                .toList();
    }

    private Optional<String> how(@Nullable Long version, boolean isTrained) {
        if (version == null) {
            return Optional.of("unknown");
        }
        Set<String> splits = splitsAt.computeIfAbsent(version, this::splits);
        if (splits.contains("?")) {
            return Optional.of("unknown");
        }
        if (isTrained) {
            return splits.contains("train") ? Optional.of("trained") : Optional.empty();
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
