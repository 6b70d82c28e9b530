package io.pigeonhole.evaluation;

import java.io.Serializable;
import java.util.Iterator;

/** What is made of the scores of one class; they come in falling order of probability. */
interface ScoreFunction<T> extends Serializable {

    T of(ScoreScope scope, String label, Iterator<Score> scores);
}
