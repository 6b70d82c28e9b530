package io.pigeonhole.jobs.trainers.cascade;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;

import io.pigeonhole.jobs.configuration.CascadeBudget;
import io.pigeonhole.jobs.configuration.CascadeCosts;
import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.training.cascade.CascadeModel;
import io.pigeonhole.training.cascade.CascadePoint;
import io.pigeonhole.training.cascade.CascadeRows;
import io.pigeonhole.training.cascade.CascadeRule;
import io.pigeonhole.training.cascade.Member;
import io.pigeonhole.training.cascade.Tally;
import io.pigeonhole.transforms.Columns;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;

/** The training of a cascade: both models answer validation, a half of it chooses the rule, the other certifies it. */
final class CascadeTraining {

    /** Names of the phases in {@code run_phases}. */
    private static final String LOADING = "loading both models";

    private static final String FIRST = "first model on validation";
    private static final String SECOND = "second model on validation";
    private static final String CHOOSING = "choosing the rule";

    private static final double MILLISECONDS = 1e-6;

    private final Training training;
    private final TrainerConfig.Cascade trainer;
    private final TrainedModel first;
    private final TrainedModel second;

    CascadeTraining(Training training, TrainerConfig.Cascade trainer, TrainedModel first, TrainedModel second) {
        this.training = training;
        this.trainer = trainer;
        this.first = first;
        this.second = second;
    }

    /**
     * The answers of both models on validation.
     *
     * @param measured milliseconds of a row of each model
     */
    private record Answers(CascadeRows.Counts counts, CascadeCosts measured) {}

    Outcome run() {
        training.progress().phase(LOADING);
        Member cheap = member(first);
        Member dear = member(second);
        if (!cheap.hasTheClassesOf(dear)) {
            throw CascadeErrors.otherClasses(first, second);
        }
        Answers answers = answers(cheap, dear);
        training.progress().phase(CHOOSING);
        List<Tally> choosing = answers.counts().choosing();
        List<Tally> certifying = answers.counts().certifying();
        if (choosing.isEmpty() || certifying.isEmpty()) {
            throw CascadeErrors.tooFewRows(rows(choosing), rows(certifying));
        }
        CascadeRule rule = CascadeRule.fit(choosing, share(answers.measured()));
        CascadePoint chosen = rule.on(certifying);
        CascadeModel model = new CascadeModel(training.model(), cheap, dear, rule);
        Frontier frontier = Frontier.of(rule, choosing, certifying, trainer);
        TrainedModel version = training.register(List.of(model), model, figures(chosen, rows(choosing)));
        return outcome(version, chosen, frontier, answers).warning(warnings());
    }

    private Member member(TrainedModel version) {
        if (version.seesValidation()) {
            throw CascadeErrors.trainedOnValidation(version);
        }
        return new Member(version.model() + "@" + version.version(), ModelRegistry.load(training.session(), version));
    }

    private Answers answers(Member cheap, Member dear) {
        training.progress().phase(FIRST);
        long start = System.nanoTime();
        try (CascadeRows rows = CascadeRows.of(training.validation(), "label", unit(), cheap, dear)) {
            long between = System.nanoTime();
            training.progress().phase(SECOND);
            CascadeRows.Counts counts = rows.counts();
            double each = MILLISECONDS / Math.max(1, rows.rows());
            return new Answers(
                    counts, new CascadeCosts((between - start) * each, (System.nanoTime() - between) * each));
        }
    }

    /** Rows of one group choose together or certify together. */
    private Column unit() {
        return training.config()
                .stratify()
                .groupColumn()
                .map(group -> coalesce(Columns.named(group).cast("string"), col("example_id")))
                .orElse(col("example_id"));
    }

    /** The share of rows that the budget allows. */
    private double share(CascadeCosts measured) {
        if (trainer.budget() instanceof CascadeBudget.Share share) {
            return share.atMost();
        }
        double most = ((CascadeBudget.Cost) trainer.budget()).atMost();
        CascadeCosts costs = trainer.costs().orElse(measured);
        if (most < costs.first()) {
            throw CascadeErrors.budgetTooSmall(most, costs.first());
        }
        return Math.min(1, (most - costs.first()) / costs.second());
    }

    private Map<String, Double> figures(CascadePoint chosen, long choosing) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rows_choosing", (double) choosing);
        figures.put("rows_certifying", (double) chosen.rows());
        figures.put("first_version", (double) first.version());
        figures.put("second_version", (double) second.version());
        figures.put("gain_threshold", chosen.threshold());
        figures.put("share_deferred", chosen.share());
        figures.put("accuracy", chosen.accuracy());
        figures.put("certified_accuracy", chosen.certified(trainer.confidenceLevel()));
        return figures;
    }

    private static long rows(List<Tally> tallies) {
        return tallies.stream().mapToLong(Tally::rows).sum();
    }

    /** Measured times are figures of the run, and not of the version, which equal runs must give alike. */
    private Outcome outcome(TrainedModel version, CascadePoint chosen, Frontier frontier, Answers answers) {
        Map<String, Double> figures =
                new LinkedHashMap<>(figures(chosen, rows(answers.counts().choosing())));
        figures.put("first_milliseconds", answers.measured().first());
        figures.put("second_milliseconds", answers.measured().second());
        return new Outcome(
                List.of(
                        training.session().store().output(ModelTables.MODELS, 1),
                        training.session()
                                .store()
                                .replaceRun(
                                        ModelTables.CASCADE_FRONTIER,
                                        frontier.rows(version),
                                        training.run().id(),
                                        List.of())),
                figures,
                String.format(
                        Locale.ROOT,
                        "version %d: %s@%d answers %.1f %% of rows, %s@%d the others; accuracy %.4f, above %.4f at %s %%"
                                + " confidence; %.3f and %.3f ms a row",
                        version.version(),
                        second.model(),
                        second.version(),
                        100 * chosen.share(),
                        first.model(),
                        first.version(),
                        chosen.accuracy(),
                        chosen.certified(trainer.confidenceLevel()),
                        100 * trainer.confidenceLevel(),
                        answers.measured().first(),
                        answers.measured().second()));
    }

    /** Models whose settings or epochs validation has picked: its rows have helped to choose what they certify. */
    private List<String> warnings() {
        return Stream.of(first, second)
                .map(TrainedModel::model)
                .filter(model ->
                        isPickedOnValidation(training.config().model(model).trainer()))
                .map(model ->
                        "model '" + model + "' is configured to be picked on validation, whose rows also certify this"
                                + " cascade, so the certified accuracy is slightly too high; to avoid that, pick it by folds, or"
                                + " give each of its settings one value")
                .toList();
    }

    private static boolean isPickedOnValidation(TrainerConfig trainer) {
        return trainer instanceof TrainerConfig.Deep
                || (trainer instanceof TrainerConfig.Linear linear
                        && linear.linear().isSearched()
                        && !linear.linear().selectsOnFolds());
    }
}
