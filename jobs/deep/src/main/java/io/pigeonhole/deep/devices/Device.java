package io.pigeonhole.deep.devices;

import java.util.Locale;

/** What a network is trained on. */
public enum Device {
    /** A GPU where the build, the machine and Spark have one for the task, else the processor. */
    AUTO,
    /** The processor. */
    CPU,
    /** A GPU; without one the training fails. */
    GPU;

    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
