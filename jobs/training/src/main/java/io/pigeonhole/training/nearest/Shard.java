package io.pigeonhole.training.nearest;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Some training rows, as many as an executor holds at a time. Dense vectors lie in blocks for the solver's kernels, sparse
 * ones by feature.
 */
final class Shard implements Serializable {

    private static final long serialVersionUID = 1L;

    private final int generation;
    private final String[] ids;
    private final String[] labels;
    private final int[] labelOfRow;
    private final double[] weights;
    private final ReferenceRows rows;

    /** @param generation 0 for the rows of the training, higher for those of classes that were added later */
    Shard(int generation, List<Reference> references) {
        this.generation = generation;
        ids = references.stream().map(Reference::id).toArray(String[]::new);
        List<String> names = new ArrayList<>(
                references.stream().map(Reference::label).collect(Collectors.toCollection(TreeSet::new)));
        labels = names.toArray(String[]::new);
        labelOfRow = references.stream()
                .mapToInt(reference -> Collections.binarySearch(names, reference.label()))
                .toArray();
        weights = references.stream().mapToDouble(Reference::weight).toArray();
        rows = ReferenceRows.of(references.stream().map(Reference::vector).toList());
    }

    int generation() {
        return generation;
    }

    int size() {
        return ids.length;
    }

    String id(int row) {
        return ids[row];
    }

    String label(int row) {
        return labels[labelOfRow[row]];
    }

    double weight(int row) {
        return weights[row];
    }

    ReferenceRows rows() {
        return rows;
    }

    FeatureVector vector(int row) {
        return rows.vector(row);
    }

    /** All rows, without their paths. */
    List<Reference> references() {
        List<Reference> references = new ArrayList<>();
        for (int row = 0; row < ids.length; row++) {
            references.add(new Reference(ids[row], label(row), List.of(), weights[row], vector(row)));
        }
        return references;
    }

    Neighbour neighbour(int row, double similarity) {
        return new Neighbour(ids[row], label(row), weights[row], similarity);
    }
}
