package io.pigeonhole.jobs.trainers.linear;

import io.pigeonhole.jobs.configuration.TrainerConfig;
import io.pigeonhole.jobs.examples.ClassRows;
import io.pigeonhole.jobs.examples.ExampleTables;
import io.pigeonhole.jobs.runs.Plan;
import io.pigeonhole.jobs.trainers.TrainingSize;
import io.pigeonhole.training.LabelTreeClassifier;
import io.pigeonhole.training.Scheme;
import io.pigeonhole.training.TrainingMemory;
import io.pigeonhole.training.solver.MemoryNeed;
import io.pigeonhole.transforms.Taxonomy;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The memory that a linear training needs. The number of features is that of the model's last training. Before the
 * first training, or if the configuration now allows fewer, it is the largest number that the configuration allows, and
 * the need is an upper estimate.
 */
final class LinearMemory {

    private LinearMemory() {}

    static List<Plan.Need> needs(TrainerConfig.Linear trainer, TrainingSize size) {
        Optional<Long> last = size.lastFeatures();
        Optional<Long> features =
                Stream.of(last, size.mostFeatures()).flatMap(Optional::stream).reduce(Math::min);
        if (features.isEmpty() || features.get() > Integer.MAX_VALUE - 2) {
            return List.of();
        }
        if (trainer instanceof TrainerConfig.LabelTree tree) {
            return isFlat(tree, size)
                    ? List.of()
                    : List.of(
                            ofLearningTree(size, features.get().intValue()),
                            ofSolver(trainer, size, features.get().intValue(), last.equals(features)));
        }
        return List.of(ofSolver(trainer, size, features.get().intValue(), last.equals(features)));
    }

    /** The mean directions of the classes: an upper estimate, as few classes have every feature. */
    private static Plan.Need ofLearningTree(TrainingSize size, int features) {
        long bytes = TrainingMemory.mostBytesOfLearningTree(size.classes(), features);
        long usable = Runtime.getRuntime().maxMemory() * 6 / 10;
        return new Plan.Need(
                "memory of this process for the tree",
                bytes,
                usable,
                "give the driver more (spark.driver.memory), have fewer features (" + features
                        + "), or set shape = flat",
                bytes <= usable,
                false);
    }

    private static Plan.Need ofSolver(TrainerConfig.Linear trainer, TrainingSize size, int features, boolean isSure) {
        Scheme scheme = LinearEstimators.scheme(trainer);
        int folds = trainer.linear().selectsOnFolds()
                ? size.session().config().stratify().folds()
                : 0;
        MemoryNeed needed = TrainingMemory.needed(
                size.session().spark().sparkContext(),
                scheme,
                tree(trainer, size),
                size.rows(),
                features,
                Trials.settings(trainer.linear()).size() * (folds + 1),
                trainer.linear().elasticNet().values().stream().anyMatch(share -> share > 0));
        return new Plan.Need(
                "memory of " + needed.place(),
                needed.bytes(),
                needed.usable(),
                "give " + needed.setting() + " more, or have fewer features (" + features
                        + "; buckets or max_size of the vocabulary), or another trainer: one_vs_rest,"
                        + " hierarchical and label_tree are cut into groups of classes, softmax is not",
                needed.fits(),
                isSure);
    }

    /** Whether a learnt tree will have no levels: its training needs little more than the rows. */
    private static boolean isFlat(TrainerConfig.LabelTree tree, TrainingSize size) {
        return switch (tree.shape()) {
            case AUTO -> LabelTreeClassifier.isFewRows(size.rows(), size.classes());
            case LEVELS -> false;
            case FLAT -> true;
        };
    }

    /** The class tree of the trainer; flat if the table is missing. */
    private static Taxonomy tree(TrainerConfig.Linear trainer, TrainingSize size) {
        if (trainer instanceof TrainerConfig.Hierarchical
                && size.session().store().exists(ExampleTables.CLASSES)) {
            return ClassRows.taxonomy(size.session().store().rows(ExampleTables.CLASSES));
        }
        List<String> labels =
                LongStream.range(0, size.classes()).mapToObj(Long::toString).toList();
        return trainer instanceof TrainerConfig.LabelTree tree
                ? TrainingMemory.shapeOfLearntTree(labels, tree.branching())
                : Taxonomy.flat(labels);
    }
}
