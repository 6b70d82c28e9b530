package io.pigeonhole.benchmarks.deep;

import io.pigeonhole.benchmarks.Measurement.Report;
import io.pigeonhole.benchmarks.Work;
import io.pigeonhole.benchmarks.Workplace;
import io.pigeonhole.deep.DeepClassifier;
import io.pigeonhole.deep.learning.Round;
import io.pigeonhole.deep.network.NetworkSpec;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How many examples a second two Spark tasks learn from, of one thread each.
 *
 * @param images to learn from
 * @param batchSize of each task
 */
record TaskPace(NetworkSpec.Cnn network, int images, int batchSize) implements Work {

    private static final int EPOCHS = 6;

    /** The first part of the rounds, in which code is compiled, does not count. */
    private static final int WARM_UP_PART = 3;

    @Override
    public Report run(Workplace place, String setting) {
        Dataset<Row> rows = Trainings.inMemory(FashionMnist.TRAIN.bytes(place).limit(images));
        DeepClassifier classifier = Trainings.classifier(
                network, batchSize, EPOCHS, FashionTraining.LEARNING_RATE, Trainings.LOCAL_STEPS, 0);
        List<Pace.Mark> marks = new ArrayList<>();
        List<Round> rounds = new ArrayList<>();
        classifier.listen((round, all) -> {
            marks.add(Pace.Mark.now());
            rounds.add(round);
        });
        classifier.fit(rows);
        int first = (rounds.size() - 1) / WARM_UP_PART;
        int last = rounds.size() - 1;
        double learnt = images * (rounds.get(last).epoch() - rounds.get(first).epoch());
        Pace pace = Pace.between(marks.get(first), marks.get(last), learnt);
        return new Report("this project", images / pace.perSecond(), Workplace.peakMemoryMiB(), pace.figures(), "");
    }
}
