package io.pigeonhole.training;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.CacheMode;
import com.tngtech.archunit.lang.ArchRule;

/** Each room of this module sees only the rooms below it. */
@AnalyzeClasses(
        packages = "io.pigeonhole.training",
        importOptions = ImportOption.DoNotIncludeTests.class,
        cacheMode = CacheMode.PER_CLASS)
class RoomsTest {

    private static final String SOLVER = "io.pigeonhole.training.solver";

    @ArchTest
    static final ArchRule theSolverDoesNotKnowItsTrainers = classes()
            .that()
            .resideInAPackage(SOLVER + "..")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackages(
                    "io.pigeonhole.training",
                    "io.pigeonhole.training.calibration",
                    "io.pigeonhole.training.cascade",
                    "io.pigeonhole.training.nearby",
                    "io.pigeonhole.training.nearest",
                    "io.pigeonhole.training.prior",
                    "io.pigeonhole.training.resampling",
                    "io.pigeonhole.training.rules",
                    "io.pigeonhole.training.sparkml");

    @ArchTest
    static final ArchRule roomsOfTheSolverSeeOnlyRoomsBelow = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("solver")
            .definedBy(SOLVER)
            .layer("dual")
            .definedBy(SOLVER + ".dual")
            .layer("lbfgs")
            .definedBy(SOLVER + ".lbfgs")
            .layer("passes")
            .definedBy(SOLVER + ".passes")
            .layer("kernels")
            .definedBy(SOLVER + ".kernels")
            .layer("problems")
            .definedBy(SOLVER + ".problems")
            .layer("matrices")
            .definedBy(SOLVER + ".matrices")
            .layer("rows")
            .definedBy(SOLVER + ".rows")
            .whereLayer("solver")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("dual")
            .mayOnlyBeAccessedByLayers("solver")
            .whereLayer("lbfgs")
            .mayOnlyBeAccessedByLayers("solver", "dual")
            .whereLayer("passes")
            .mayOnlyBeAccessedByLayers("solver", "dual", "lbfgs")
            .whereLayer("kernels")
            .mayOnlyBeAccessedByLayers("solver", "dual", "lbfgs", "passes")
            .whereLayer("problems")
            .mayOnlyBeAccessedByLayers("solver", "dual", "lbfgs", "passes", "kernels")
            .whereLayer("matrices")
            .mayOnlyBeAccessedByLayers("solver", "dual", "lbfgs", "passes", "kernels", "problems")
            .whereLayer("rows")
            .mayOnlyBeAccessedByLayers("solver", "dual", "lbfgs", "passes", "kernels", "problems", "matrices");
}
