package io.pigeonhole.training;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The coefficients of a linear model as a file that a program in another language reads. */
public final class ModelFiles {

    private ModelFiles() {}

    /**
     * Writes the matrix as 32-bit floats, little endian: a row for each feature and one for the intercepts, a column for each
     * of the model's; and beside it, in a file of the same name and {@code .columns}, a line for each column: the node that
     * decides (empty for the root), a tab, and the child.
     */
    public static void write(LinearModel model, Path file) throws IOException {
        List<String> columns = columns(model);
        Files.write(Path.of(file + ".columns"), columns);
        ByteBuffer row = ByteBuffer.allocate(Float.BYTES * columns.size()).order(ByteOrder.LITTLE_ENDIAN);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            for (int feature = 0; feature <= model.numFeatures(); feature++) {
                row.clear();
                for (int c = 0; c < columns.size(); c++) {
                    row.putFloat(model.coefficient(feature, c));
                }
                out.write(row.array());
            }
        }
    }

    private static List<String> columns(LinearModel model) {
        if (model.scheme() != Scheme.HIERARCHICAL) {
            return model.labels().stream().map(label -> "\t" + label).toList();
        }
        List<String> columns = new ArrayList<>();
        model.taxonomy().children().forEach((node, children) -> {
            if (children.size() > 1) {
                children.forEach(child -> columns.add(node + "\t" + child));
            }
        });
        return columns;
    }
}
