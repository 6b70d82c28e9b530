package io.pigeonhole.training;

import io.pigeonhole.transforms.Taxonomy;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;

/**
 * For thousands of classes: a balanced tree of classes that look alike is learnt first, and one softmax at each of its
 * inner nodes then. A row costs as much as the widths of the nodes on its path, not as the number of classes. A taxonomy
 * that {@code pathCol} spells out stays what the model's classes are in, and has no say in the tree. Started from an earlier
 * model of the same classes, it keeps that model's tree.
 */
public final class LabelTreeClassifier extends LinearClassifier {

    private static final long serialVersionUID = 1L;

    private final IntParam branching;
    private final LongParam seed;

    public LabelTreeClassifier() {
        this(Identifiable.randomUID("labelTree"));
    }

    public LabelTreeClassifier(String uid) {
        super(uid);
        branching = new IntParam(this, "branching", "most children of a node of the tree");
        seed = new LongParam(this, "seed", "what the clustering starts from");
        setDefault(branching, 100);
        setDefault(seed, 42L);
    }

    public IntParam branching() {
        return branching;
    }

    public LongParam seed() {
        return seed;
    }

    @Override
    Scheme scheme() {
        return Scheme.LABEL_TREE;
    }

    @Override
    Taxonomy tree(TrainingRows rows) {
        int most = (Integer) getOrDefault(branching);
        if (most < 2) {
            throw new IllegalArgumentException("branching must be at least 2, not " + most);
        }
        List<String> labels = rows.taxonomy().labels();
        Optional<Taxonomy> earlier =
                earlier().map(Coefficients::tree).filter(tree -> tree.labels().equals(labels));
        if (earlier.isPresent()) {
            return earlier.get();
        }
        return LabelTree.of(rows.examples(), labels, rows.dimension(), most, (Long) getOrDefault(seed));
    }

    /** Reads a saved classifier. */
    public static MLReader<LabelTreeClassifier> read() {
        return new DefaultParamsReader<>();
    }
}
