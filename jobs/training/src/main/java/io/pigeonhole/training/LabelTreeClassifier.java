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
 * For thousands of classes: it first learns a balanced tree of similar classes, then one softmax at each inner node of the
 * tree. The cost of a row grows with the widths of the nodes on its path, not with the number of classes. A taxonomy given by
 * {@code pathCol} is kept in the model, but the tree does not depend on it. When training starts from an earlier model of the
 * same classes, it keeps that model's tree.
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
        seed = new LongParam(this, "seed", "random seed of the clustering");
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
