package io.pigeonhole.training.solver.kernels;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this JVM on this machine offers to inner loops.
 *
 * @param hasVectors whether the JVM was started with the module jdk.incubator.vector
 * @param hasFusedMultiplyAdd whether {@code Math.fma} is one instruction; without one, it is emulated with
 *     {@code BigDecimal}, thousands of times slower
 */
record Machine(boolean hasVectors, boolean hasFusedMultiplyAdd) {

    static final Machine HERE =
            new Machine(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(), hotSpotFuses());

    /** HotSpot's flag: what it detected, or what {@code -XX:-UseFMA} sets. Other JVMs are assumed to use the instruction. */
    private static boolean hotSpotFuses() {
        HotSpotDiagnosticMXBean hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return hotSpot == null
                || Boolean.parseBoolean(hotSpot.getVMOption("UseFMA").getValue());
    }
}
