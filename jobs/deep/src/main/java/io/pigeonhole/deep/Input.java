package io.pigeonhole.deep;

import java.io.Serializable;

/** What a network sees of a row, as small as it can be kept. */
@SuppressWarnings("ArrayRecordComponent") // never compared
sealed interface Input extends Serializable {

    /** Places and values that are not zero; the places ascend. */
    record Sparse(int[] indices, float[] values) implements Input {}

    /** All values. */
    record Dense(float[] values) implements Input {}

    /** Values from 0 to 255. */
    record Pixels(byte[] values) implements Input {}

    /** Numbers of tokens, from 1 on, as many as the network reads at most. */
    record Tokens(int[] ids) implements Input {}
}
