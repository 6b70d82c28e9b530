package io.pigeonhole.deep;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.CacheMode;
import com.tngtech.archunit.lang.ArchRule;

/** Each room of this module sees only the rooms below it. */
@AnalyzeClasses(
        packages = "io.pigeonhole.deep",
        importOptions = ImportOption.DoNotIncludeTests.class,
        cacheMode = CacheMode.PER_CLASS)
class RoomsTest {

    private static final String DEEP = "io.pigeonhole.deep";

    @ArchTest
    static final ArchRule roomsSeeOnlyRoomsBelow = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("stages")
            .definedBy(DEEP)
            .layer("learning")
            .definedBy(DEEP + ".learning")
            .layer("network")
            .definedBy(DEEP + ".network")
            .layer("devices")
            .definedBy(DEEP + ".devices")
            .layer("layers")
            .definedBy(DEEP + ".layers")
            .whereLayer("stages")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("learning")
            .mayOnlyBeAccessedByLayers("stages")
            .whereLayer("network")
            .mayOnlyBeAccessedByLayers("stages", "learning")
            .whereLayer("devices")
            .mayOnlyBeAccessedByLayers("stages", "learning", "network")
            .whereLayer("layers")
            .mayOnlyBeAccessedByLayers("network");
}
