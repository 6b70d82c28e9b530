/**
 * What a network is made of, reads and computes: its specification, its inputs, its gradient and its probabilities. Neither
 * training nor models belong here.
 */
@NullMarked
package io.pigeonhole.deep.network;

import org.jspecify.annotations.NullMarked;
