package io.pigeonhole.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigeonhole.transforms.Taxonomies.Link;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaxonomiesTest {

    private static final List<Link> ANIMALS = List.of(
            new Link("mammal", "animal"),
            new Link("cat", "mammal"),
            new Link(" dog ", "mammal"),
            new Link("worm", "animal"),
            new Link("stone", null),
            new Link("dust", " "));

    @Test
    void depthsMayDiffer() {
        Taxonomy taxonomy = Taxonomies.fromPairs(ANIMALS, List.of("cat", "dog", "worm", "stone", "dust"));
        assertThat(taxonomy.paths().values())
                .containsExactly(
                        List.of("animal", "mammal", "cat"),
                        List.of("animal", "mammal", "dog"),
                        List.of("dust"),
                        List.of("stone"),
                        List.of("animal", "worm"));
    }

    @Test
    void classesThatTheTableLeavesOutAreNamed() {
        assertThatThrownBy(() -> Taxonomies.fromPairs(ANIMALS, List.of("cat", "newt", "eft")))
                .isInstanceOf(PipelineException.class)
                .hasMessage("The taxonomy does not know 2 of the classes: 'eft', 'newt'. Add a row for each, with an"
                        + " empty parent to put it below the root, or give aliases for the labels.");
    }

    @Test
    void twoParentsAreNamed() {
        assertThatThrownBy(() -> Taxonomies.fromPairs(
                        List.of(new Link("bat", "bird"), new Link("bat", "mammal")), List.of("bat")))
                .isInstanceOf(PipelineException.class)
                .hasMessage("The taxonomy gives class 'bat' two parents, 'bird' and 'mammal'. A tree allows one; rename"
                        + " one of the two classes or remove one link.");
        assertThatThrownBy(() ->
                        Taxonomies.fromPairs(List.of(new Link("bat", "bird"), new Link("bat", null)), List.of("bat")))
                .hasMessageContaining("two parents, '(the root)' and 'bird'");
    }

    @Test
    void aCycleIsNamedEvenWhereNoClassLeadsIntoIt() {
        List<Link> links = List.of(new Link("a", "b"), new Link("b", "c"), new Link("c", "a"), new Link("cat", null));
        assertThatThrownBy(() -> Taxonomies.fromPairs(links, List.of("cat")))
                .isInstanceOf(PipelineException.class)
                .hasMessage(
                        "The taxonomy has a cycle: a -> b -> c -> a. Each class must lead to the root; remove one of"
                                + " these parent links.");
    }
}
