package io.pigeonhole.embedding;

/** A model that is ready. Several threads may use it at the same time. */
interface Encoder {

    /**
     * The vector of a value.
     *
     * @param value of a column of examples: a text, or bytes or numbers of an image
     */
    float[] encode(Object value);

    /** Whether a value is a text of more tokens than the model reads, so that only its beginning counts. */
    default boolean isCut(Object value) {
        return false;
    }

    /** Scales a vector to length one; one of zeros stays as it is. */
    static void normalize(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        double norm = Math.max(Math.sqrt(squares), 1e-12);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / norm);
        }
    }
}
