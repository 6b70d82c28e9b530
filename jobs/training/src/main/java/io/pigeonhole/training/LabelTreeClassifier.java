package io.pigeonhole.training;

import io.pigeonhole.transforms.Taxonomy;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;

/**
 * For thousands of classes: it first learns a balanced tree of similar classes, then one softmax at each inner node of the
 * tree. The cost of a row grows with the widths of the nodes on its path, not with the number of classes. A taxonomy given by
 * {@code pathCol} is kept in the model, but the tree does not depend on it. When training starts from an earlier model of the
 * same classes, it keeps that model's tree.
 *
 * <p>Where each class has only a few rows, its clusters are hardly more than chance, and no node above the leaves can tell
 * them apart. The tree then has no levels ({@code shape}): each class has one sparse vector, learnt from its rows and from
 * those rows of other classes that lie nearest to it, and the softmax is over all classes. The whole training is then in the
 * driver; a row costs as much as the classes that share a feature with it. The loss is a squared hinge with {@code C = 1e-5 /
 * regParam} for each row, whatever the number of rows; how the learnt scores and the mean directions of the classes are added,
 * and how sharp the softmax is, is chosen by rows held out. An earlier model, {@code tol}, {@code maxIter}, {@code solver} and
 * {@code fitIntercept} then have no effect.
 */
public final class LabelTreeClassifier extends LinearClassifier {

    private static final long serialVersionUID = 1L;

    private static final long FEW_CLASSES = 1_000;
    private static final long MANY_ROWS = 20;

    private final IntParam branching;
    private final LongParam seed;
    private final Param<String> shape;

    public LabelTreeClassifier() {
        this(Identifiable.randomUID("labelTree"));
    }

    public LabelTreeClassifier(String uid) {
        super(uid);
        branching = new IntParam(this, "branching", "most children of a node of the tree");
        seed = new LongParam(this, "seed", "random seed of the clustering");
        shape = new Param<>(
                this, "shape", "levels, flat (no tree), or auto: flat where many classes have few rows each");
        setDefault(branching, 100);
        setDefault(shape, "auto");
        setDefault(seed, 42L);
    }

    public IntParam branching() {
        return branching;
    }

    public LongParam seed() {
        return seed;
    }

    public Param<String> shape() {
        return shape;
    }

    @Override
    Scheme scheme() {
        return Scheme.LABEL_TREE;
    }

    @Override
    Taxonomy tree(TrainingRows rows, List<Setting> settings) {
        int most = (Integer) getOrDefault(branching);
        if (most < 2) {
            throw new IllegalArgumentException("branching must be at least 2, not " + most);
        }
        List<String> labels = rows.taxonomy().labels();
        TreeShape wanted = TreeShape.of((String) getOrDefault(shape));
        boolean canBeFlat = canBeFlat(settings);
        if (wanted == TreeShape.FLAT && !canBeFlat) {
            throw new IllegalArgumentException(
                    "a flat tree has no elasticNet, labelSmoothing or logitAdjustment, and regParam above 0");
        }
        Optional<Coefficients> earlier =
                earlier().filter(coefficients -> coefficients.tree().labels().equals(labels));
        boolean keepsShape = wanted == TreeShape.AUTO && earlier.isPresent();
        boolean isFlat = keepsShape ? canBeFlat && earlier.get().isFlatTree() : wanted.isFlat(rows, canBeFlat);
        if (isFlat) {
            return LabelTree.flat(labels);
        }
        if (earlier.isPresent() && !earlier.get().isFlatTree()) {
            return earlier.get().tree();
        }
        return LabelTree.of(rows.examples(), labels, rows.dimension(), most, (Long) getOrDefault(seed));
    }

    private boolean canBeFlat(List<Setting> settings) {
        return (Double) getOrDefault(labelSmoothing()) == 0
                && (Double) getOrDefault(logitAdjustment()) == 0
                && settings.stream().allMatch(setting -> setting.elasticNet() == 0 && setting.regParam() > 0);
    }

    /** Whether a tree is flat with {@code shape = auto}: more than 1,000 classes of fewer than 20 rows each on average. */
    public static boolean isFewRows(long rows, long classes) {
        return classes > FEW_CLASSES && rows < MANY_ROWS * classes;
    }

    /** Reads a saved classifier. */
    public static MLReader<LabelTreeClassifier> read() {
        return new DefaultParamsReader<>();
    }
}
