package io.pigeonhole.jobs.train;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.models.ModelRegistry;
import io.pigeonhole.jobs.runs.Forecast;
import io.pigeonhole.jobs.runs.Identity;
import io.pigeonhole.jobs.runs.Input;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.runs.Outcome;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.runs.Run;
import io.pigeonhole.jobs.runs.Session;
import io.pigeonhole.jobs.store.Store;
import io.pigeonhole.jobs.store.TableDefinition;
import io.pigeonhole.jobs.trainers.Recipe;
import io.pigeonhole.jobs.trainers.Training;
import io.pigeonhole.jobs.trainers.TrainingSize;
import io.pigeonhole.transforms.Columns;
import io.pigeonhole.transforms.PipelineException;
import io.pigeonhole.transforms.features.FeatureColumn;
import io.pigeonhole.transforms.features.Features;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Trains one model on the train split. */
public final class TrainJob implements Job {

    private final ModelConfig model;
    private final Recipe recipe;
    private final FittedFeatures fitted;

    /**
     * @param fitted shared with the trainings of the other models of the same configuration
     */
    public TrainJob(ModelConfig model, FittedFeatures fitted) {
        this.model = model;
        this.recipe = Recipes.of(model);
        this.fitted = fitted;
    }

    @Override
    public String name() {
        return "train";
    }

    @Override
    public String subject() {
        return model.name();
    }

    @Override
    public Identity identity(Session session) {
        PipelineConfig config = session.config();
        String stratified = session.runs().latestDone("stratify", "");
        List<String> upstream = new ArrayList<>(List.of(stratified));
        List<Input> inputs = new ArrayList<>();
        for (TableDefinition table : List.of(ExampleTables.EXAMPLES, ExampleTables.SPLITS)) {
            inputs.add(Input.of(session.store(), table, stratified));
        }
        recipe.start(session).ifPresent(version -> {
            upstream.add(version.runId());
            inputs.add(version.input());
        });
        return new Identity(model.name() + "\n" + model.trainer() + "\n" + recipe.settings(config), upstream, inputs);
    }

    @Override
    public Plan plan(Session session, Forecast forecast) {
        Optional<Long> rows = forecast.figure("stratify", "", "rows_train");
        List<Plan.Need> needs = forecast.table(ExampleTables.CLASSES)
                .rows()
                .map(classes ->
                        recipe.needs(new TrainingSize(session, forecast, model.name(), rows.orElse(0L), classes)))
                .orElse(List.of());
        return new Plan(
                List.of(forecast.part(ExampleTables.EXAMPLES, rows), forecast.part(ExampleTables.SPLITS, rows)),
                List.of(ModelRegistry.amount(forecast, model.name())),
                needs);
    }

    @Override
    public Outcome run(Session session, Run run) {
        Dataset<Row> rows = trainRows(session, run);
        return recipe.train(new Training(
                session,
                run,
                model.name(),
                rows,
                () -> fitted.on(run.identity(), () -> {
                    session.progress().update("train " + model.name() + ": fitting the features");
                    return Features.pipeline(session.config().features(), Training.FEATURES)
                            .fit(rows);
                })));
    }

    /** Labelled rows of the train split, under the label they were dealt under. */
    private static Dataset<Row> trainRows(Session session, Run run) {
        PipelineConfig config = session.config();
        Store store = session.store();
        Dataset<Row> examples = store.read(ExampleTables.EXAMPLES, run.version(ExampleTables.EXAMPLES));
        Features.check(examples.schema(), config.features());
        Column[] columns = Stream.concat(
                        Stream.of(col("example_id"), col("label").as("own_label"), col("path")),
                        Features.columns(config.features()).stream()
                                .map(FeatureColumn::name)
                                .distinct()
                                .map(Columns::named))
                .toArray(Column[]::new);
        Dataset<Row> train = store.read(ExampleTables.SPLITS, run.version(ExampleTables.SPLITS))
                .filter(col("split").equalTo("train").and(col("label").isNotNull()))
                .select(
                        col("example_id"),
                        col("label"),
                        col("weight"),
                        coalesce(col("fold"), lit(0)).as("fold"));
        Dataset<Row> rows = examples.select(columns)
                .join(train, "example_id")
                .withColumn(
                        "path",
                        when(
                                        col("own_label")
                                                .equalTo(col("label"))
                                                .and(col("path").isNotNull()),
                                        col("path"))
                                .otherwise(array(col("label"))));
        if (rows.isEmpty()) {
            throw PipelineException.dataContract("The train split has no labelled example, so there is nothing to learn"
                    + " from. Look at the tables splits and rejects.");
        }
        return rows;
    }
}
