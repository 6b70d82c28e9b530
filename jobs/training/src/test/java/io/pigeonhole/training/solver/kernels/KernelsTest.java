package io.pigeonhole.training.solver.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KernelsTest {

    @Test
    void vectorsAreChosenWhereTheJvmHasThemAndTheMachineFusesMultiplyAdds() {
        Kernels.Choice choice = Kernels.choose(new Machine(true, true));
        assertThat(choice.kernel()).isInstanceOf(VectorKernel.class);
        assertThat(choice.description()).matches("vectors of (64|128|256|512) bits");
    }

    @Test
    void withoutTheModulePlainLoopsAreChosenAndTheOptionIsNamed() {
        Kernels.Choice choice = Kernels.choose(new Machine(false, true));
        assertThat(choice.kernel()).isInstanceOf(PlainKernel.class);
        assertThat(choice.description()).contains("--add-modules=jdk.incubator.vector", "coefficients are the same");
    }

    @Test
    void withoutFusedMultiplyAddPlainLoopsAreChosenEvenWhereTheJvmHasVectors() {
        for (boolean hasVectors : new boolean[] {true, false}) {
            Kernels.Choice choice = Kernels.choose(new Machine(hasVectors, false));
            assertThat(choice.kernel()).isInstanceOf(PlainKernel.class);
            assertThat(choice.description()).contains("UseFMA", "may differ in their last bits");
        }
    }

    @Test
    void theTestsRunOnTheKernelThatThisMachineShouldHave() {
        assertThat(Kernel.best()).hasSameClassAs(Kernels.choose(Machine.HERE).kernel());
        assertThat(Machine.HERE.hasVectors()).isTrue();
    }
}
