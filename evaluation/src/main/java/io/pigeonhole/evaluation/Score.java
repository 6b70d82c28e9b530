package io.pigeonhole.evaluation;

/**
 * What a row says of one class.
 *
 * @param probability of the class; 0 where the row does not list it
 * @param positive whether the row belongs to the class
 * @param unit hash of the example, the unit that the bootstrap draws
 */
record Score(double probability, boolean positive, long unit) {}
