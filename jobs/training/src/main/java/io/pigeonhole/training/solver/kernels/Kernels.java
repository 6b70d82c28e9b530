package io.pigeonhole.training.solver.kernels;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses a kernel once in a process, and logs the choice. */
final class Kernels {

    private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);

    static final Kernel BEST = logged(choose(Machine.HERE));

    private Kernels() {}

    /**
     * A kernel and why it was chosen.
     *
     * @param description for the log
     */
    record Choice(Kernel kernel, String description) {}

    /** The choice for a machine; this JVM must have vectors if the machine does. */
    static Choice choose(Machine machine) {
        if (!machine.hasFusedMultiplyAdd()) {
            return new Choice(
                    new PlainKernel(),
                    "plain loops without fused multiply-add, which this machine does not have or -XX:-UseFMA turns off;"
                            + " training is slower, and coefficients may differ in their last bits from those of machines"
                            + " that have it");
        }
        if (!machine.hasVectors()) {
            return new Choice(
                    new PlainKernel(),
                    "plain loops, because the JVM was started without --add-modules=jdk.incubator.vector;"
                            + " training is slower, coefficients are the same");
        }
        return new Choice(new VectorKernel(), "vectors of " + VectorKernel.bits() + " bits");
    }

    private static Kernel logged(Choice choice) {
        LOG.info("The solver's kernel: {}", choice.description());
        return choice.kernel();
    }
}
