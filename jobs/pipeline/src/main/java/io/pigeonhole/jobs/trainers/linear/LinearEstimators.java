package io.pigeonhole.jobs.trainers.linear;

import io.pigeonhole.jobs.configuration.LinearConfig;
import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.training.HierarchicalClassifier;
import io.pigeonhole.training.LabelTreeClassifier;
import io.pigeonhole.training.LinearClassifier;
import io.pigeonhole.training.OneVsRestClassifier;
import io.pigeonhole.training.Scheme;
import io.pigeonhole.training.Setting;
import io.pigeonhole.training.SoftmaxClassifier;
import java.util.Locale;

/** Makes the estimator of a trainer. */
final class LinearEstimators {

    private LinearEstimators() {}

    static Scheme scheme(TrainerConfig.Linear trainer) {
        return Scheme.valueOf(trainer.code().toUpperCase(Locale.ROOT));
    }

    /** The estimator with all settings of the trainer; for a setting with several candidates, the first. */
    static LinearClassifier of(String model, TrainerConfig.Linear trainer, long seed) {
        LinearClassifier classifier = switch (scheme(trainer)) {
            case SOFTMAX -> new SoftmaxClassifier(model);
            case ONE_VS_REST -> new OneVsRestClassifier(model);
            case HIERARCHICAL -> new HierarchicalClassifier(model);
            case LABEL_TREE -> new LabelTreeClassifier(model);
        };
        if (trainer instanceof TrainerConfig.LabelTree config && classifier instanceof LabelTreeClassifier tree) {
            tree.set(tree.branching(), config.branching());
            tree.set(tree.seed(), seed);
            tree.set(tree.shape(), config.shape().code());
        }
        set(classifier, trainer.linear());
        return classifier;
    }

    private static void set(LinearClassifier classifier, LinearConfig linear) {
        Setting setting = Trials.settings(linear).get(0);
        classifier.set(classifier.loss(), linear.loss().code());
        classifier.set(classifier.labelSmoothing(), linear.labelSmoothing());
        classifier.set(classifier.logitAdjustment(), linear.logitAdjustment());
        classifier.set(classifier.regParam(), setting.regParam());
        classifier.set(classifier.elasticNet(), setting.elasticNet());
        classifier.set(classifier.maxIter(), linear.maxIter());
        classifier.set(classifier.tol(), linear.tol());
        classifier.set(classifier.solver(), linear.solver().code());
        classifier.set(classifier.fitIntercept(), linear.fitIntercept());
        classifier.set(classifier.classWeight(), setting.classWeight());
        classifier.set(
                classifier.givenClassWeights(),
                linear.classWeights().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toArray(String[]::new));
    }
}
