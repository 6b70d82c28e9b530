package io.pigeonhole.transforms;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The tree of classes. Every class (label) has a <em>path</em>: its ancestors from the level below the root down to the
 * label itself. A flat set of classes is a tree of depth one.
 *
 * <p>Node names are unique in the whole tree. Paths may differ in length, and a label may itself be an inner node.
 * Labels are kept in their natural order, and that order is the class index of every model.
 */
public final class Taxonomy implements Serializable {

    private static final long serialVersionUID = 1L;

    private final NavigableMap<String, List<String>> paths;
    private final List<String> labels;
    private final int depth;

    private Taxonomy(NavigableMap<String, List<String>> paths) {
        this.paths = paths;
        this.labels = List.copyOf(paths.keySet());
        this.depth = paths.values().stream().mapToInt(List::size).max().orElse(0);
    }

    /** A tree of depth one. */
    public static Taxonomy flat(Collection<String> labels) {
        TreeMap<String, List<String>> paths = new TreeMap<>();
        labels.forEach(label -> paths.put(label, List.of(label)));
        return new Taxonomy(paths);
    }

    /**
     * The tree in which each label hangs under the chain of its parents.
     *
     * @param parentOf parent of each node; a node without an entry hangs directly under the root
     * @param labels the classes; nodes without any of them below are left out
     * @throws PipelineException (data contract) if parents form a cycle; the message names its members
     */
    public static Taxonomy ofParents(Map<String, String> parentOf, Collection<String> labels) {
        TreeMap<String, List<String>> paths = new TreeMap<>();
        for (String label : labels) {
            LinkedHashSet<String> chain = new LinkedHashSet<>();
            for (String node = label; node != null; node = parentOf.get(node)) {
                if (!chain.add(node)) {
                    throw PipelineException.dataContract("The taxonomy has a cycle: " + String.join(" -> ", chain)
                            + " -> " + node + ". Each class must lead to the root; remove one of these parent links.");
                }
            }
            List<String> path = new ArrayList<>(chain);
            Collections.reverse(path);
            paths.put(label, List.copyOf(path));
        }
        return new Taxonomy(paths);
    }

    /**
     * The tree that holds each label at the end of its path.
     *
     * @param pathOf path of each label, from below the root to the label itself (its last element)
     * @throws PipelineException (data contract) if a node has two parents or a cycle arises; the message names them
     */
    public static Taxonomy ofPaths(Map<String, List<String>> pathOf) {
        TreeMap<String, String> parentOf = new TreeMap<>();
        Set<String> topLevel = new TreeSet<>();
        pathOf.forEach((label, path) -> {
            if (path.isEmpty() || !path.get(path.size() - 1).equals(label)) {
                throw new IllegalArgumentException("path " + path + " does not end in its label '" + label + "'");
            }
            topLevel.add(path.get(0));
            for (int i = 1; i < path.size(); i++) {
                String previous = parentOf.putIfAbsent(path.get(i), path.get(i - 1));
                if (previous != null && !previous.equals(path.get(i - 1))) {
                    throw twoParents(path.get(i), previous, path.get(i - 1));
                }
            }
        });
        for (String node : topLevel) {
            String parent = parentOf.get(node);
            if (parent != null) {
                throw twoParents(node, "(the root)", parent);
            }
        }
        return ofParents(parentOf, pathOf.keySet());
    }

    static PipelineException twoParents(String node, String first, String second) {
        return PipelineException.dataContract("The taxonomy gives class '" + node + "' two parents, '" + first
                + "' and '" + second + "'. A tree allows one; rename one of the two classes or remove one link.");
    }

    /** The classes in natural order. */
    public List<String> labels() {
        return labels;
    }

    /** Nodes from below the root to the label itself; empty for a label that the taxonomy does not contain. */
    public Optional<List<String>> path(String label) {
        return Optional.ofNullable(paths.get(label));
    }

    /** The node of the label's path at a level (1 is the level below the root); empty where the path is shorter. */
    public Optional<String> ancestor(String label, int level) {
        return path(label).filter(path -> level >= 1 && level <= path.size()).map(path -> path.get(level - 1));
    }

    /** Length of the longest path; 1 when flat, 0 without any class. */
    public int depth() {
        return depth;
    }

    public boolean isFlat() {
        return depth <= 1;
    }

    /**
     * The children of every inner node that has a class below it, in natural order; the key of the root is the empty
     * string. A label that is an inner node as well is listed among its own children: it stands for "stops here".
     */
    public NavigableMap<String, List<String>> children() {
        TreeMap<String, TreeSet<String>> children = new TreeMap<>();
        Set<String> inner = paths.values().stream()
                .flatMap(path -> path.subList(0, path.size() - 1).stream())
                .collect(Collectors.toSet());
        paths.forEach((label, path) -> {
            String parent = "";
            for (String node : path) {
                children.computeIfAbsent(parent, key -> new TreeSet<>()).add(node);
                parent = node;
            }
            if (inner.contains(label)) {
                children.computeIfAbsent(label, key -> new TreeSet<>()).add(label);
            }
        });
        TreeMap<String, List<String>> result = new TreeMap<>();
        children.forEach((node, below) -> result.put(node, List.copyOf(below)));
        return result;
    }

    /** Path of every class, by label. */
    public NavigableMap<String, List<String>> paths() {
        return Collections.unmodifiableNavigableMap(paths);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Taxonomy that && paths.equals(that.paths);
    }

    @Override
    public int hashCode() {
        return paths.hashCode();
    }

    @Override
    public String toString() {
        return "Taxonomy(" + paths.size() + " classes, depth " + depth + ")";
    }
}
