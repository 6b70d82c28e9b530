package io.pigeonhole.jobs.stratify;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.pigeonhole.jobs.examples.ClassRows;
import io.pigeonhole.jobs.examples.DealtExamples;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.JobNames;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.Output;
import io.pigeonhole.jobs.store.RowCondition;
import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.cleaning.Cleaning;
import io.pigeonhole.transforms.features.FeatureColumn;
import io.pigeonhole.transforms.features.Features;
import io.pigeonhole.transforms.split.ClassShares;
import io.pigeonhole.transforms.split.Split;
import io.pigeonhole.transforms.split.SplitReport;
import io.pigeonhole.transforms.split.SplitSpec;
import io.pigeonhole.transforms.split.StratifiedSplitter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.storage.StorageLevel;

/** Assigns splits to the examples that have none yet, verifies all splits, and counts them by class. */
public final class StratifyJob implements Job {

    /** Names of the phases in {@code run_phases}. */
    private static final String DEALING = "dealing new examples";

    private static final String VERIFYING = "verifying";

    /** Bytes of a row in a file, mostly the example's id. */
    private static final double BYTES_PER_ROW = 24;

    @Override
    public String name() {
        return JobNames.STRATIFY;
    }

    @Override
    public String subject() {
        return "";
    }

    @Override
    public Identity identity(Session session) {
        String extracted = session.runs().latestDone(JobNames.EXTRACT, "");
        return new Identity(
                session.config().settings("stratify"),
                List.of(extracted),
                List.of(Input.of(session.store(), ExampleTables.EXAMPLES, extracted)));
    }

    @Override
    public Plan plan(Session session, Forecast forecast) {
        Plan.Amount examples = forecast.table(ExampleTables.EXAMPLES);
        SplitSpec spec = session.config().stratify();
        if (spec.timeCut().isEmpty() && spec.given().isEmpty()) {
            for (Split split : Split.values()) {
                examples.rows()
                        .ifPresent(rows -> forecast.expect(
                                name(),
                                "",
                                "rows_" + split.code(),
                                Math.round(rows * share(spec.proportions(), split))));
            }
        }
        return new Plan(
                List.of(examples, forecast.table(ExampleTables.SPLITS)),
                List.of(
                        forecast.written(ExampleTables.SPLITS, examples.rows(), BYTES_PER_ROW),
                        forecast.table(ExampleTables.CLASS_SPLITS)),
                List.of());
    }

    private static double share(SplitSpec.Proportions proportions, Split split) {
        return switch (split) {
            case TRAIN -> proportions.train();
            case VALIDATION -> proportions.validation();
            case TEST -> proportions.test();
        };
    }

    @Override
    public Outcome run(Session session, Run run) {
        session.progress().phase(DEALING);
        SplitSpec spec = session.config().stratify();
        Store store = session.store();
        Dataset<Row> examples =
                withContentKey(session, store.read(ExampleTables.EXAMPLES, run.version(ExampleTables.EXAMPLES)));
        Dataset<Row> existing = store.readOrEmpty(ExampleTables.SPLITS);
        List<String> unknown = session.config().labels().unknown();
        Dataset<Row> fresh =
                StratifiedSplitter.assign(examples, existing, spec, unknown).persist(StorageLevel.MEMORY_AND_DISK());
        Dataset<Row> ofClasses = DealtExamples.ofClasses(session, examples);
        Set<String> collapsed = StratifiedSplitter.collapsedLabels(ofClasses, spec);
        Dataset<Row> relabelled =
                relabelled(examples, existing, spec, collapsed).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            long dealt = fresh.count();
            long changed = relabelled.count();
            if (!collapsed.isEmpty()) {
                ClassRows.add(session, run, spec.otherLabel());
            }
            store.ensure(ExampleTables.SPLITS);
            if (changed > 0) {
                store.merge(ExampleTables.SPLITS, fresh.unionByName(relabelled).withColumn("run_id", lit(run.id())));
            } else if (dealt > 0) {
                store.append(ExampleTables.SPLITS, fresh.withColumn("run_id", lit(run.id())));
            }
            session.progress().phase(VERIFYING);
            SplitReport report = SplitReport.of(ofClasses, store.read(ExampleTables.SPLITS), spec)
                    .check();
            Output classes = writeClasses(store, run, report);
            List<String> warnings = new SplitWarnings(report, spec).check();
            return outcome(session, report, unknown(store, unknown), List.of(classes), warnings, dealt, changed);
        } finally {
            fresh.unpersist();
            relabelled.unpersist();
        }
    }

    private static Dataset<Row> withContentKey(Session session, Dataset<Row> examples) {
        List<String> features =
                Features.columns(Features.resolved(
                                examples.schema(), session.config().allFeatures()))
                        .stream()
                        .map(FeatureColumn::name)
                        .distinct()
                        .toList();
        return examples.withColumn(Columns.CONTENT_KEY, Cleaning.contentKey(examples.schema(), features));
    }

    /** Replaces the whole table {@code class_splits}. */
    private static Output writeClasses(Store store, Run run, SplitReport report) {
        List<Row> rows = report.classes().stream()
                .map(shares -> RowFactory.create(
                        shares.label(),
                        shares.train(),
                        shares.validation(),
                        shares.test(),
                        shares.copies().contents(),
                        shares.rows() - shares.copies().contents(),
                        shares.copies().ofOtherClasses(),
                        shares.copies().validationInTrain(),
                        shares.copies().testInTrain(),
                        shares.copies().testInValidation()))
                .toList();
        List<RowCondition> earlier = store.rows(ExampleTables.CLASS_SPLITS, List.of("run_id")).stream()
                .map(row -> row.<String>getAs("run_id"))
                .distinct()
                .map(RowCondition::ofRun)
                .toList();
        return store.replaceRun(ExampleTables.CLASS_SPLITS, rows, run.id(), earlier);
    }

    /**
     * Rows dealt earlier whose class has changed since, because it was corrected or because it is no longer rare and so
     * no longer collapsed. They stay in their split.
     */
    private static Dataset<Row> relabelled(
            Dataset<Row> examples, Dataset<Row> existing, SplitSpec spec, Set<String> collapsed) {
        Dataset<Row> now = examples.filter(col("label").isNotNull())
                .select(
                        col("example_id"),
                        StratifiedSplitter.collapse(col("label"), collapsed, spec)
                                .as("new_label"));
        return existing.join(now, "example_id")
                .filter(not(col("label").eqNullSafe(col("new_label"))))
                .select(col("example_id"), col("new_label").as("label"), col("split"), col("fold"), col("weight"));
    }

    /** The rows of no class in each split that has some. */
    private static SortedMap<String, Long> unknown(Store store, List<String> labels) {
        SortedMap<String, Long> rows = new TreeMap<>();
        if (!labels.isEmpty()) {
            store.read(ExampleTables.SPLITS)
                    .filter(col("label").isin(labels.toArray()))
                    .groupBy("split")
                    .count()
                    .collectAsList()
                    .forEach(row -> rows.put(row.getString(0), row.getLong(1)));
        }
        return rows;
    }

    private static Outcome outcome(
            Session session,
            SplitReport report,
            SortedMap<String, Long> unknown,
            List<Output> more,
            List<String> warnings,
            long dealt,
            long changed) {
        Map<String, Double> figures = new TreeMap<>();
        figures.put("dealt", (double) dealt);
        figures.put("relabelled", (double) changed);
        figures.put("classes", (double) report.classes().size());
        figures.put("largest_deviation_rows", report.largestDeviation());
        for (Split split : Split.values()) {
            figures.put("rows_" + split.code(), (double) report.rows(split));
        }
        unknown.forEach((split, rows) -> figures.put("unknown_" + split, (double) rows));
        ClassShares.Copies copies = report.copies();
        figures.put("contents", (double) copies.contents());
        figures.put("validation_in_train", (double) copies.validationInTrain());
        figures.put("test_in_train", (double) copies.testInTrain());
        figures.put("test_in_validation", (double) copies.testInValidation());
        report.tornGroups().ifPresent(torn -> figures.put("torn_groups", (double) torn.groups()));
        List<Output> outputs = new ArrayList<>(more);
        long ofNoClass = unknown.values().stream().mapToLong(Long::longValue).sum();
        outputs.add(0, session.store().output(ExampleTables.SPLITS, report.examples() + ofNoClass));
        return new Outcome(
                outputs,
                figures,
                String.format(
                                Locale.ROOT,
                                "%,d examples dealt; train %,d, validation %,d, test %,d; no class more than %.2f rows off its"
                                        + " share",
                                dealt,
                                report.rows(Split.TRAIN),
                                report.rows(Split.VALIDATION),
                                report.rows(Split.TEST),
                                report.largestDeviation())
                        + text(unknown),
                warnings);
    }

    private static String text(SortedMap<String, Long> unknown) {
        return unknown.isEmpty()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; rows of no class (labels.unknown): train %,d, which are not used, validation %,d, test %,d",
                        unknown.getOrDefault("train", 0L),
                        unknown.getOrDefault("validation", 0L),
                        unknown.getOrDefault("test", 0L));
    }
}
