package io.pigeonhole.evaluation.predictions;

import io.pigeonhole.transforms.Taxonomy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The paths of classes and of inner nodes, which may be predicted too, as numbers of {@link ScanNames}. What the
 * taxonomy does not contain is a path of its own.
 */
final class NodePaths {

    private final Map<String, List<String>> known = new HashMap<>();
    private final Map<Integer, List<Integer>> numbered = new HashMap<>();
    private final ScanNames names;

    NodePaths(Taxonomy taxonomy, ScanNames names) {
        this.names = names;
        taxonomy.paths().values().forEach(path -> {
            for (int i = 0; i < path.size(); i++) {
                known.putIfAbsent(path.get(i), path.subList(0, i + 1));
            }
        });
    }

    /** The nodes from below the root to this one. */
    List<Integer> of(int node) {
        return numbered.computeIfAbsent(node, number -> {
            String name = names.className(number);
            return known.getOrDefault(name, List.of(name)).stream()
                    .map(each -> names.classNumber(UTF8String.fromString(each)))
                    .toList();
        });
    }

    /** The node at a level; the last one of a path that ends above it. */
    static int at(List<Integer> path, int level) {
        return path.get(Math.min(level, path.size()) - 1);
    }
}
