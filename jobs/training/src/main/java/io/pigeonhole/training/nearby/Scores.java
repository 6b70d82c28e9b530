package io.pigeonhole.training.nearby;

import java.util.Arrays;

/** The scores of the classes for one row after the other; only classes that a row meets cost time. */
final class Scores {

    /** Not 0 for any class that has been met, even where its products cancel out. */
    private final float[] byClass;

    private final int[] met;
    private int size;

    Scores(int classes) {
        byClass = new float[classes];
        met = new int[classes];
    }

    void add(float factor, int[] classes, float[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            int label = classes[i];
            float before = byClass[label];
            if (before == 0f) {
                met[size++] = label;
            }
            float after = before + factor * values[i];
            byClass[label] = after == 0f ? Float.MIN_VALUE : after;
        }
    }

    float of(int label) {
        return byClass[label];
    }

    /** Whether the row has met the class. */
    boolean has(int label) {
        return byClass[label] != 0f;
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
        float least = Float.MIN_VALUE;
        for (int i = 0; i < size; i++) {
            int label = met[i];
            float score = byClass[label];
            if (score < least || label == without || count == most && !isBefore(label, labels[most - 1])) {
                continue;
            }
            int place = count < most ? count++ : most - 1;
            while (place > 0 && isBefore(label, labels[place - 1])) {
                labels[place] = labels[place - 1];
                place--;
            }
            labels[place] = label;
            least = count == most ? byClass[labels[most - 1]] : least;
        }
        return count == most ? labels : Arrays.copyOf(labels, count);
    }

    private boolean isBefore(int label, int other) {
        return byClass[label] > byClass[other] || byClass[label] == byClass[other] && label < other;
    }

    void clear() {
        for (int i = 0; i < size; i++) {
            byClass[met[i]] = 0;
        }
        size = 0;
    }
}
