package io.pigeonhole.deep.network;

/**
 * The gradient of a mini-batch's mean loss.
 *
 * @param dense by each of the graph's parameters
 * @param table by the table's rows that the mini-batch reads; without a table none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Gradients(float[] dense, TouchedRows table) {

    /** Scales all down where together they are longer than this; 0 for no limit. */
    public void clip(double longest, ParameterKind[] kinds) {
        if (longest <= 0) {
            return;
        }
        double squares = 0;
        for (int i = 0; i < dense.length; i++) {
            squares += kinds[i] == ParameterKind.STATISTIC ? 0 : (double) dense[i] * dense[i];
        }
        int touched = table.size() * table.width();
        float[] values = table.values();
        for (int i = 0; i < touched; i++) {
            squares += (double) values[i] * values[i];
        }
        double length = Math.sqrt(squares);
        if (length > longest) {
            float factor = (float) (longest / length);
            for (int i = 0; i < dense.length; i++) {
                dense[i] *= kinds[i] == ParameterKind.STATISTIC ? 1 : factor;
            }
            for (int i = 0; i < touched; i++) {
                values[i] *= factor;
            }
        }
    }
}
