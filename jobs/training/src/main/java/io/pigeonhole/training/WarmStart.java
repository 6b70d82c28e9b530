package io.pigeonhole.training;

import io.pigeonhole.training.solver.problems.Layout;
import io.pigeonhole.transforms.Taxonomy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A start at the coefficients of an earlier model. Features and classes that it did not have start at zero; the intercepts
 * of new classes start at the value that their shares of the rows give.
 */
final class WarmStart {

    private final Coefficients earlier;
    private final FeatureMatch match;
    /** The earlier column of each column of the new layout; -1 where there is none. */
    private final int[] columns;

    /**
     * @param tree the tree of the new model
     * @param earlier the earlier model, of the same scheme
     * @param match how features of the earlier model became those of the new one
     */
    WarmStart(Taxonomy tree, Coefficients earlier, FeatureMatch match) {
        this.earlier = earlier;
        this.match = match;
        Map<List<String>, Integer> known = new HashMap<>();
        columns(earlier.scheme(), earlier.tree()).forEach(name -> known.put(name, known.size()));
        this.columns = columns(earlier.scheme(), tree).stream()
                .mapToInt(name -> known.getOrDefault(name, -1))
                .toArray();
    }

    /** Node and child of each column, in the order of the columns. */
    private static List<List<String>> columns(Scheme scheme, Taxonomy tree) {
        return (scheme.isTree() ? tree : Taxonomy.flat(tree.labels()))
                .children().entrySet().stream()
                        .filter(node -> !scheme.isTree() || node.getValue().size() > 1)
                        .flatMap(node -> node.getValue().stream().map(child -> List.of(node.getKey(), child)))
                        .toList();
    }

    /**
     * Fills the columns of a problem.
     *
     * @param weightByClass weight of the rows of each class
     * @param features the new features of the matrix's rows; the intercepts' row is the last
     * @param first the problem's first column in the matrix
     */
    void fill(
            Layout layout, int problem, double[] weightByClass, int[] features, float[] matrix, int stride, int first) {
        int width = layout.end(problem) - layout.start(problem);
        double[] bases = bases(layout, problem, weightByClass);
        double level = 0;
        int known = 0;
        boolean[] isNew = new boolean[width];
        for (int c = 0; c < width; c++) {
            int from = columns[layout.start(problem) + c];
            isNew[c] = from < 0;
            if (from >= 0) {
                float intercept = fill(from, features, matrix, stride, first + c);
                level += layout.isBinary() ? 0 : intercept - bases[c];
                known++;
            }
        }
        for (int c = 0; c < width; c++) {
            if (isNew[c]) {
                matrix[(features.length - 1) * stride + first + c] = (float) (bases[c] + level / Math.max(1, known));
            }
        }
    }

    /** One column; returns its intercept. */
    private float fill(int from, int[] features, float[] matrix, int stride, int column) {
        double intercept = earlier.coefficient(earlier.dimension(), from);
        for (int row = 0; row < features.length - 1; row++) {
            int before = match.earlier()[features[row]];
            if (before >= 0) {
                double coefficient = earlier.coefficient(before, from);
                matrix[row * stride + column] = (float) (coefficient * match.factors()[features[row]]);
                intercept += coefficient * match.shifts()[features[row]];
            }
        }
        matrix[(features.length - 1) * stride + column] = (float) intercept;
        return (float) intercept;
    }

    /** Intercepts without any feature: log-odds of one against the rest, or log-shares. */
    private static double[] bases(Layout layout, int problem, double[] weightByClass) {
        double[] weights = new double[layout.columns()];
        double all = 0;
        for (int label = 0; label < weightByClass.length; label++) {
            all += weightByClass[label];
            for (int target : layout.targets(label)) {
                weights[target] += weightByClass[label];
            }
        }
        double[] bases = new double[layout.end(problem) - layout.start(problem)];
        for (int c = 0; c < bases.length; c++) {
            double weight = Math.max(weights[layout.start(problem) + c], 0.5);
            bases[c] = layout.isBinary() ? Math.log(weight / Math.max(all - weight, 0.5)) : Math.log(weight);
        }
        return bases;
    }
}
