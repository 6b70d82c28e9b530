package io.pigeonhole.training.nearby;

import java.util.Arrays;

/** The scores of the classes for one row after the other; only classes that a row meets cost time. */
final class Scores {

    private final float[] byClass;
    private final int[] met;
    private final boolean[] isMet;
    private int size;

    Scores(int classes) {
        byClass = new float[classes];
        met = new int[classes];
        isMet = new boolean[classes];
    }

    void add(float factor, int[] classes, float[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            int label = classes[i];
            byClass[label] += factor * values[i];
            if (!isMet[label]) {
                isMet[label] = true;
                met[size++] = label;
            }
        }
    }

    float of(int label) {
        return byClass[label];
    }

    /** Whether the row has met the class. */
    boolean has(int label) {
        return isMet[label];
    }

    /** How many classes the row has met. */
    int size() {
        return size;
    }

    int met(int i) {
        return met[i];
    }

    /** The classes of the highest scores above zero, the highest first, without one class; ties go to the lower class. */
    int[] highest(int most, int without) {
        int[] labels = new int[most];
        int count = 0;
        for (int i = 0; i < size; i++) {
            int label = met[i];
            float score = byClass[label];
            if (score <= 0 || label == without || count == most && !isBefore(label, labels[most - 1])) {
                continue;
            }
            int place = count < most ? count++ : most - 1;
            while (place > 0 && isBefore(label, labels[place - 1])) {
                labels[place] = labels[place - 1];
                place--;
            }
            labels[place] = label;
        }
        return count == most ? labels : Arrays.copyOf(labels, count);
    }

    private boolean isBefore(int label, int other) {
        return byClass[label] > byClass[other] || byClass[label] == byClass[other] && label < other;
    }

    void clear() {
        for (int i = 0; i < size; i++) {
            byClass[met[i]] = 0;
            isMet[met[i]] = false;
        }
        size = 0;
    }
}
