package io.pigeonhole.training;

import io.pigeonhole.training.solver.Layout;
import io.pigeonhole.transforms.Taxonomy;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;

/**
 * A trained linear model as data: the classes and a coefficient matrix.
 *
 * @param scheme how margins become probabilities
 * @param taxonomy the classes; their natural order is the class index
 * @param layout the columns, as the scheme derives them from the taxonomy
 * @param matrix feature-major, {@code dimension + 1} rows of {@code layout.columns()}; the last row holds the intercepts
 */
@SuppressWarnings("ArrayRecordComponent") // one large buffer, compared by its fingerprint
record Coefficients(Scheme scheme, Taxonomy taxonomy, Layout layout, float[] matrix) implements Serializable {

    Coefficients(Scheme scheme, Taxonomy taxonomy, float[] matrix) {
        this(scheme, taxonomy, scheme.layout(taxonomy), matrix);
    }

    int columns() {
        return layout.columns();
    }

    /** Number of features. */
    int dimension() {
        return columns() == 0 ? 0 : matrix.length / columns() - 1;
    }

    /** Margins of one example, by column. */
    private double[] margins(Vector features) {
        int columns = columns();
        if (columns > 0 && features.size() != dimension()) {
            throw new IllegalArgumentException("the model was trained on " + dimension() + " features, not on "
                    + features.size() + "; use the feature stages that were saved with it");
        }
        double[] margins = new double[columns];
        int intercepts = dimension() * columns;
        for (int c = 0; c < columns; c++) {
            margins[c] = matrix[intercepts + c];
        }
        if (features instanceof SparseVector sparse) {
            for (int i = 0; i < sparse.indices().length; i++) {
                addRow(margins, sparse.indices()[i], sparse.values()[i]);
            }
        } else {
            double[] values = features.toArray();
            for (int i = 0; i < values.length; i++) {
                addRow(margins, i, values[i]);
            }
        }
        return margins;
    }

    private void addRow(double[] margins, int feature, double value) {
        int offset = feature * margins.length;
        for (int c = 0; c < margins.length; c++) {
            margins[c] += value * matrix[offset + c];
        }
    }

    /** Probability of each class, in the order of the taxonomy's labels; they sum to one. */
    double[] probabilities(Vector features) {
        double[] columns = margins(features);
        if (layout.isBinary()) {
            return scaledToOne(columns);
        }
        for (int p = 0; p < layout.problems(); p++) {
            softmax(columns, layout.start(p), layout.end(p));
        }
        double[] probabilities = new double[layout.classes()];
        for (int label = 0; label < probabilities.length; label++) {
            probabilities[label] = 1;
            for (int target : layout.targets(label)) {
                probabilities[label] *= columns[target];
            }
        }
        return probabilities;
    }

    private static double[] scaledToOne(double[] margins) {
        double sum = 0;
        for (int c = 0; c < margins.length; c++) {
            margins[c] = 1 / (1 + Math.exp(-margins[c]));
            sum += margins[c];
        }
        for (int c = 0; c < margins.length; c++) {
            margins[c] = sum > 0 ? margins[c] / sum : 1.0 / margins.length;
        }
        return margins;
    }

    private static void softmax(double[] margins, int from, int to) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = from; c < to; c++) {
            largest = Math.max(largest, margins[c]);
        }
        double sum = 0;
        for (int c = from; c < to; c++) {
            margins[c] = Math.exp(margins[c] - largest);
            sum += margins[c];
        }
        for (int c = from; c < to; c++) {
            margins[c] /= sum;
        }
    }

    /** SHA-256 over scheme, classes and the bits of the matrix. */
    String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((scheme + "\n" + taxonomy.paths()).getBytes(StandardCharsets.UTF_8));
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : matrix) {
                if (buffer.remaining() < Float.BYTES) {
                    digest.update(buffer.flip());
                    buffer.clear();
                }
                buffer.putFloat(value);
            }
            digest.update(buffer.flip());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
