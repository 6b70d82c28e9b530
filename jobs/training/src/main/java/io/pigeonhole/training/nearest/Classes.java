package io.pigeonhole.training.nearest;

import io.pigeonhole.transforms.Taxonomy;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The classes of a model, by label.
 *
 * @param byLabel what is known of each
 */
record Classes(TreeMap<String, Known> byLabel) implements Serializable {

    /**
     * A class.
     *
     * @param path from below the root of the taxonomy to the label
     * @param rows training rows
     * @param weight sum of their weights
     * @param generation 0 for classes of the training, higher for those that were added
     */
    record Known(List<String> path, long rows, double weight, int generation) implements Serializable {
        Known {
            path = List.copyOf(path);
        }

        Known without(Reference reference) {
            // weights are sums in another order, so the last row may leave a rest
            double rest = rows == 1 ? 0 : Math.max(0, weight - reference.weight());
            return new Known(path, rows - 1, rest, generation);
        }
    }

    Classes {
        byLabel = new TreeMap<>(byLabel);
    }

    /** Counts the rows of each class while they pass by. */
    static final class Counting {

        private final int generation;
        private final TreeMap<String, Known> known = new TreeMap<>();

        Counting(int generation) {
            this.generation = generation;
        }

        Iterator<Reference> counted(Iterator<Reference> references) {
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return references.hasNext();
                }

                @Override
                public Reference next() {
                    Reference reference = references.next();
                    count(reference);
                    return reference;
                }
            };
        }

        private void count(Reference reference) {
            known.merge(
                    reference.label(),
                    new Known(reference.path(), 1, reference.weight(), generation),
                    (one, other) -> new Known(
                            one.path(), one.rows() + other.rows(), one.weight() + other.weight(), generation));
        }

        Classes classes() {
            return new Classes(known);
        }
    }

    Classes with(Classes others) {
        TreeMap<String, Known> all = new TreeMap<>(byLabel);
        all.putAll(others.byLabel);
        return new Classes(all);
    }

    List<String> labels() {
        return new ArrayList<>(byLabel.keySet());
    }

    Taxonomy taxonomy() {
        TreeMap<String, List<String>> paths = new TreeMap<>();
        byLabel.forEach((label, known) -> paths.put(label, known.path()));
        return Taxonomy.ofPaths(paths);
    }

    long rows() {
        return byLabel.values().stream().mapToLong(Known::rows).sum();
    }

    int generations() {
        return 1 + byLabel.values().stream().mapToInt(Known::generation).max().orElse(-1);
    }

    /**
     * What is added to the score of each class so that its size counts less: with the power 1, its votes are counted as if
     * it had the weight of an average class of the training; with 0, nothing. They depend on the class and on the training
     * alone.
     *
     * @param powers by generation; those that are missing are 0
     */
    double[] offsets(double[] powers) {
        double mean = byLabel.values().stream()
                .filter(known -> known.generation() == 0 && known.weight() > 0)
                .mapToDouble(Known::weight)
                .average()
                .orElse(1);
        return byLabel.values().stream()
                .mapToDouble(known -> {
                    double power = known.generation() < powers.length ? powers[known.generation()] : 0;
                    return power == 0 || known.weight() == 0
                            ? 0
                            : power * (StrictMath.log(mean) - StrictMath.log(known.weight()));
                })
                .toArray();
    }

    /** The share of each class in the weight of all rows. */
    double[] shares() {
        double total = 0;
        for (Known known : byLabel.values()) {
            total += known.weight();
        }
        double[] shares = new double[byLabel.size()];
        int next = 0;
        for (Map.Entry<String, Known> known : byLabel.entrySet()) {
            shares[next++] = total > 0 ? known.getValue().weight() / total : 1.0 / shares.length;
        }
        return shares;
    }
}
