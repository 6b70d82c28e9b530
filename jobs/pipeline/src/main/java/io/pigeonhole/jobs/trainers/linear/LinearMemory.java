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

    static Optional<Plan.Need> need(TrainerConfig.Linear trainer, TrainingSize size) {
        Optional<Long> last = size.lastFeatures();
        Optional<Long> features =
                Stream.of(last, size.mostFeatures()).flatMap(Optional::stream).reduce(Math::min);
        if (features.isEmpty() || features.get() > Integer.MAX_VALUE - 2) {
            return Optional.empty();
        }
        if (trainer instanceof TrainerConfig.LabelTree tree && isFlat(tree, size)) {
            return Optional.empty();
        }
        Scheme scheme = LinearEstimators.scheme(trainer);
        int folds = trainer.linear().selectsOnFolds()
                ? size.session().config().stratify().folds()
                : 0;
        MemoryNeed needed = TrainingMemory.needed(
                size.session().spark().sparkContext(),
                scheme,
                tree(scheme, size),
                size.rows(),
                features.get().intValue(),
                Trials.settings(trainer.linear()).size() * (folds + 1),
                trainer.linear().elasticNet().values().stream().anyMatch(share -> share > 0));
        return Optional.of(new Plan.Need(
                "memory of " + needed.place(),
                needed.bytes(),
                needed.usable(),
                "give " + needed.setting() + " more, or have fewer features (" + features.get()
                        + "; buckets or max_size of the vocabulary), or another trainer: one_vs_rest and hierarchical"
                        + " are cut into groups of classes, softmax is not",
                needed.fits(),
                last.equals(features)));
    }

    /** Whether a learnt tree will have no levels: its training needs little more than the rows. */
    private static boolean isFlat(TrainerConfig.LabelTree tree, TrainingSize size) {
        return switch (tree.shape()) {
            case AUTO -> LabelTreeClassifier.isFewRows(size.rows(), size.classes());
            case LEVELS -> false;
            case FLAT -> true;
        };
    }

    /** The class tree of the trainer; flat if the table is missing or the tree is learnt. */
    private static Taxonomy tree(Scheme scheme, TrainingSize size) {
        if (scheme == Scheme.HIERARCHICAL && size.session().store().exists(ExampleTables.CLASSES)) {
            return ClassRows.taxonomy(size.session().store().rows(ExampleTables.CLASSES));
        }
        return Taxonomy.flat(
                LongStream.range(0, size.classes()).mapToObj(Long::toString).toList());
    }
}
