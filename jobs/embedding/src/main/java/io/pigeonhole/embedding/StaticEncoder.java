package io.pigeonhole.embedding;

/**
 * A text as the mean of its tokens' vectors, scaled to length one (Model2Vec, Tulkens and van Dongen 2024). Plain Java
 * with sums in a fixed order: the same bits on every machine. A text without any token of the table is the vector zero.
 */
final class StaticEncoder implements Encoder {

    private final WordPiece tokenizer;
    private final StaticTable table;
    private final int maxTokens;

    StaticEncoder(WordPiece tokenizer, StaticTable table, int maxTokens) {
        this.tokenizer = tokenizer;
        this.table = table;
        this.maxTokens = maxTokens;
    }

    @Override
    public float[] encode(Object value) {
        int[] tokens = tokenizer.ids((String) value, maxTokens);
        int size = table.size();
        double[] sum = new double[size];
        // marks of beginning and end, unknown tokens and other special ones have the vector zero
        for (int token : tokens) {
            if (token < table.tokens()) {
                for (int i = 0; i < size; i++) {
                    sum[i] += table.values()[token * size + i];
                }
            }
        }
        float[] vector = new float[size];
        for (int i = 0; i < size; i++) {
            vector[i] = (float) (sum[i] / tokens.length);
        }
        Encoder.normalize(vector);
        return vector;
    }
}
