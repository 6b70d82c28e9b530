package io.pigeonhole.jobs.commands;

import io.pigeonhole.jobs.calibrate.CalibrateJob;
import io.pigeonhole.jobs.configuration.ModelConfig;
import io.pigeonhole.jobs.configuration.PipelineConfig;
import io.pigeonhole.jobs.evaluate.EvaluateJob;
import io.pigeonhole.jobs.extract.ExtractJob;
import io.pigeonhole.jobs.runs.Job;
import io.pigeonhole.jobs.score.ScoreJob;
import io.pigeonhole.jobs.stratify.StratifyJob;
import io.pigeonhole.jobs.train.FittedFeatures;
import io.pigeonhole.jobs.train.TrainJob;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The jobs of a configuration, in order. */
final class Jobs {

    private Jobs() {}

    static List<Job> extract() {
        return List.of(new ExtractJob());
    }

    static List<Job> stratify() {
        return List.of(new StratifyJob());
    }

    static List<Job> train(PipelineConfig config, Optional<String> model) {
        FittedFeatures fitted = new FittedFeatures();
        return ofModels(config, model, of -> new TrainJob(of, fitted));
    }

    /** The calibration jobs of the models that the configuration calibrates. */
    static List<Job> calibrate(PipelineConfig config, Optional<String> model) {
        return ofModels(config, model, CalibrateJob::new).stream()
                .filter(job -> config.isCalibrated(job.subject()))
                .toList();
    }

    static List<Job> score(PipelineConfig config, Optional<String> model) {
        return ofModels(config, model, ScoreJob::new);
    }

    static List<Job> evaluate(PipelineConfig config, Optional<String> model) {
        return ofModels(config, model, EvaluateJob::new);
    }

    /** All jobs. */
    static List<Job> all(PipelineConfig config) {
        Optional<String> every = Optional.empty();
        return Stream.of(
                        extract(),
                        stratify(),
                        train(config, every),
                        calibrate(config, every),
                        score(config, every),
                        evaluate(config, every))
                .flatMap(List::stream)
                .toList();
    }

    private static List<Job> ofModels(PipelineConfig config, Optional<String> model, Function<ModelConfig, Job> job) {
        List<ModelConfig> models =
                model.map(name -> List.of(config.model(name))).orElse(config.models());
        return models.stream().map(job).toList();
    }
}
