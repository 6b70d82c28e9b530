package io.pigeonhole.deep.network;

/** How a parameter moves. */
public enum ParameterKind {
    /** By its gradient, and decays. */
    WEIGHT,
    /** By its gradient, and does not decay. */
    BIAS,
    /** A running mean or variance of batch normalisation: its gradient is the step itself. */
    STATISTIC
}
