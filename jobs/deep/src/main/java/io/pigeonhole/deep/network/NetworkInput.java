package io.pigeonhole.deep.network;

import java.io.Serializable;

/** The part of a row that a network reads, in compact form. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public sealed interface NetworkInput extends Serializable {

    /** Places and values that are not zero; the places ascend. */
    record Sparse(int[] indices, float[] values) implements NetworkInput {}

    /** All values. */
    record Dense(float[] values) implements NetworkInput {}

    /** Values from 0 to 255. */
    record Pixels(byte[] values) implements NetworkInput {}

    /** Numbers of tokens, from 1 on, as many as the network reads at most. */
    record Tokens(int[] ids) implements NetworkInput {}
}
