package io.pigeonhole.deep;

/** How a parameter moves. */
enum ParameterKind {
    /** By its gradient, and decays. */
    WEIGHT,
    /** By its gradient, and does not decay. */
    BIAS,
    /** A running mean or variance of batch normalisation: what comes as its gradient is the step itself. */
    STATISTIC
}
