package io.pigeonhole.jobs.trainers.rules;

import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.models.ModelTables;
import io.pigeonhole.jobs.models.TrainedModel;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.store.delta.RowExpression;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.training.cascade.Member;
import io.pigeonhole.training.rules.Rule;
import io.pigeonhole.training.rules.RulesModel;
import io.pigeonhole.transforms.Columns;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The training of rules: they are checked, judged on validation and put above their model. */
final class RulesTraining {

    /** Names of the phases in {@code run_phases}. */
    private static final String READING = "reading the rules and the model";

    private static final String JUDGING = "judging the rules on validation";

    /** The columns that tell the truth about a row, or how it was dealt. */
    private static final Set<String> FORBIDDEN =
            Set.of(Columns.LABEL, Columns.PATH, Columns.SPLIT, Columns.WEIGHT, Columns.FOLD);

    private final Training training;
    private final TrainerConfig.Rules trainer;
    private final TrainedModel base;

    RulesTraining(Training training, TrainerConfig.Rules trainer, TrainedModel base) {
        this.training = training;
        this.trainer = trainer;
        this.base = base;
    }

    Outcome run() {
        training.progress().phase(READING);
        if (base.seesValidation()) {
            throw RulesErrors.trainedOnValidation(base);
        }
        List<Rule> rules = RuleTables.read(training.session(), trainer);
        Member member = new Member(base.model() + "@" + base.version(), ModelRegistry.load(training.session(), base));
        Dataset<Row> validation = training.validation();
        check(rules, member.classifier().labels(), validation);
        training.progress().phase(JUDGING);
        List<RuleFigures> judged = RuleFigures.of(validation, rules, trainer.confidenceLevel());
        if (judged.get(0).rows() == 0) {
            throw RulesErrors.noRows();
        }
        RulesModel model = new RulesModel(
                training.model(),
                member,
                judged.stream().map(RuleFigures::fitted).toList());
        return outcome(model, judged);
    }

    private void check(List<Rule> rules, List<String> classes, Dataset<Row> rows) {
        for (Rule rule : rules) {
            if (!classes.contains(rule.label())) {
                throw RulesErrors.noClass(rule, base, classes);
            }
            RowExpression.problem(rows, rule.sql(), FORBIDDEN).ifPresent(problem -> {
                throw RulesErrors.notACondition(rule, problem);
            });
        }
    }

    private Outcome outcome(RulesModel model, List<RuleFigures> judged) {
        int classes = model.labels().size();
        long decide = judged.stream().filter(rule -> rule.decides(classes)).count();
        long binding = judged.stream().filter(rule -> rule.rule().binding()).count();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rows", (double) judged.get(0).rows());
        figures.put("base_version", (double) base.version());
        figures.put("rules", (double) judged.size());
        figures.put("binding_rules", (double) binding);
        figures.put("deciding_rules", (double) decide);
        TrainedModel version = training.register(List.of(model), model, figures);
        List<Row> rows = IntStream.range(0, judged.size())
                .mapToObj(i -> judged.get(i).row(version, i + 1, classes))
                .toList();
        return new Outcome(
                List.of(
                        training.session().store().output(ModelTables.MODELS, 1),
                        training.session()
                                .store()
                                .replaceRun(
                                        ModelTables.RULES, rows, training.run().id(), List.of())),
                figures,
                String.format(
                        Locale.ROOT,
                        "version %d: %d of %d rules can decide, %d of them binding, above %s@%d",
                        version.version(),
                        decide,
                        judged.size(),
                        binding,
                        base.model(),
                        base.version()));
    }
}
