package io.pigeonhole.transforms.resampling;

/**
 * A class before and after resampling.
 *
 * @param label the class
 * @param rowsBefore its training rows
 * @param rowsAfter its rows after resampling
 * @param weightBefore sum of the weights of its training rows
 * @param weightAfter the same after resampling
 */
public record ClassShare(String label, long rowsBefore, long rowsAfter, double weightBefore, double weightAfter) {}
