package io.pigeonhole.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pigeonhole.jobs.predictions.JudgementTables;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluation of predictions from outside the store. */
class EvaluatePredictionsTest extends DeltaTest {

    @TempDir
    private Path folder = Path.of("none");

    private Path store = Path.of("none");
    private String configuration = "";
    private String predictions = "";

    @BeforeEach
    void write() {
        store = folder.resolve("store");
        configuration = folder.resolve("vendor.conf").toString();
        predictions = folder.resolve("vendor.csv").toString();
        TinyPipeline.write(Path.of(configuration), """
                name = vendor
                store.root = "%s"
                predictions {
                  columns { id = nr, label = truth, probability_columns { "cat" = p_cat, "dog, big" = p_dog } }
                  model = vendor, split = june
                }
                evaluate { bootstrap_replicates = 40 }
                """.formatted(store));
        TinyPipeline.write(Path.of(predictions), """
                nr,truth,p_cat,p_dog
                1,cat,0.75,0.25
                2,"dog, big",0.5,0.5
                3,"dog, big",0.25,0.75
                4,cow,0.125,0.875
                """);
    }

    private Cli evaluate(String... more) {
        String[] command = {"evaluate", configuration, "--predictions", predictions, "--json"};
        String[] arguments = new String[command.length + more.length];
        System.arraycopy(command, 0, arguments, 0, command.length);
        System.arraycopy(more, 0, arguments, command.length, more.length);
        return Cli.run(arguments);
    }

    private double figure(String metric) {
        return TinyPipeline.table(spark, store, JudgementTables.EVALUATION_SUMMARY)
                .filter("model = 'vendor' AND version = 1 AND split = 'june' AND metric = '" + metric + "'")
                .select("value")
                .first()
                .getDouble(0);
    }

    @Test
    void theyAreEvaluatedLikeThoseOfModelsOfTheStore() {
        Cli first = evaluate();

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out()).contains("not computed: levels above the classes: the store has no taxonomy");
        // ties go to the first class: row 2 is predicted as cat
        assertThat(figure("accuracy")).isEqualTo(0.5);
        assertThat(figure("unseen_label_rate")).isEqualTo(0.25);
        double logLoss = -(Math.log(0.75) + Math.log(0.5) + Math.log(0.75) + Math.log(Math.ulp(1.0))) / 4;
        assertThat(figure("log_loss")).isCloseTo(logLoss, within(1e-8));

        assertThat(evaluate().json().get("status").asText()).isEqualTo("skipped");
        Cli shown = Cli.done("show", configuration, "--model", "vendor", "--split", "june");
        assertThat(shown.out()).contains("Model 'vendor' version 1 on split 'june'", "dog, big");
    }

    @Test
    void whatIsOfNoUseEndsWithThreeAndWrongUsageWithTwo() {
        assertThat(evaluate("--set", "predictions.columns.label=truht")).satisfies(cli -> {
            assertThat(cli.exitCode()).isEqualTo(3);
            assertThat(cli.err()).contains("has no column 'truht' (did you mean 'truth'?)");
        });
        assertThat(Cli.run("run", configuration)).satisfies(cli -> {
            assertThat(cli.exitCode()).isEqualTo(2);
            assertThat(cli.err()).contains("has no sources, features and models");
        });
        assertThat(evaluate("--model", "softmax").exitCode()).isEqualTo(2);
    }

    @Test
    void theyCannotTakeThePlaceOfAModelOfTheStore() {
        TinyPipeline pipeline = TinyPipeline.undisturbed();
        Cli cli = Cli.run(pipeline.command(
                store,
                "evaluate",
                "--predictions",
                predictions,
                "--set",
                "predictions { columns { id = nr, label = truth, probability_columns { cat = p_cat, dog = p_dog } },"
                        + " model = softmax }"));

        assertThat(cli.exitCode()).isEqualTo(3);
        assertThat(cli.err()).contains("The predictions are of the model 'softmax'", "predictions.model");
    }
}
