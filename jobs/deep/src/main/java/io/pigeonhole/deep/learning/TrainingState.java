package io.pigeonhole.deep.learning;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The state of a training that its tasks share, as it is written to checkpoints. */
public final class TrainingState {

    /** Rounds done. */
    int round;

    final float[] parameters;
    float[] momentum;
    private float[] best;
    private double bestScore;
    private int bestRound;
    private int worseSince;
    final List<Round> rounds = new ArrayList<>();

    private TrainingState(float[] parameters, float[] momentum, float[] best) {
        this.parameters = parameters;
        this.momentum = momentum;
        this.best = best;
    }

    static TrainingState initial(float[] parameters) {
        return new TrainingState(parameters, new float[0], new float[0]);
    }

    void add(Round done) {
        rounds.add(done);
        round = done.round();
    }

    /** Records how well the parameters do on validation; returns whether they are the best so far. */
    boolean judge(ValidationResult judgement, String metric) {
        double score = metric.equals("log_loss") ? -judgement.meanLoss() : judgement.accuracy();
        boolean isBest = bestRound == 0 || score > bestScore;
        if (isBest) {
            best = parameters.clone();
            bestScore = score;
            bestRound = round + 1;
        }
        worseSince = isBest ? 0 : worseSince + 1;
        return isBest;
    }

    /** Whether patience has run out. */
    boolean isOver(int patience) {
        return patience > 0 && worseSince >= patience;
    }

    /** The parameters that did best, or the last ones where none were judged. */
    public float[] result() {
        return bestRound == 0 ? parameters : best;
    }

    public int bestRound() {
        return bestRound == 0 ? round : bestRound;
    }

    /** Number of parameters. */
    public int size() {
        return parameters.length;
    }

    /** Number of rounds done. */
    public int round() {
        return round;
    }

    /** The rounds done. */
    public List<Round> rounds() {
        return List.copyOf(rounds);
    }

    double seconds() {
        return rounds.isEmpty() ? 0 : rounds.get(rounds.size() - 1).seconds();
    }

    void write(DataOutputStream out) throws IOException {
        Floats.write(out, parameters);
        Floats.write(out, momentum);
        Floats.write(out, best);
        out.writeInt(round);
        out.writeDouble(bestScore);
        out.writeInt(bestRound);
        out.writeInt(worseSince);
        for (Round done : rounds) {
            out.writeDouble(done.epoch());
            out.writeDouble(done.learningRate());
            out.writeDouble(done.loss());
            out.writeLong(done.validationRows());
            out.writeDouble(done.validationLoss());
            out.writeDouble(done.validationAccuracy());
            out.writeBoolean(done.best());
            out.writeDouble(done.examplesPerSecond());
            out.writeLong(done.bytes());
            out.writeDouble(done.seconds());
        }
    }

    static TrainingState read(DataInputStream in) throws IOException {
        TrainingState progress = new TrainingState(Floats.read(in), Floats.read(in), Floats.read(in));
        int rounds = in.readInt();
        progress.bestScore = in.readDouble();
        progress.bestRound = in.readInt();
        progress.worseSince = in.readInt();
        for (int i = 1; i <= rounds; i++) {
            progress.add(new Round(
                    i,
                    in.readDouble(),
                    in.readDouble(),
                    in.readDouble(),
                    in.readLong(),
                    in.readDouble(),
                    in.readDouble(),
                    in.readBoolean(),
                    in.readDouble(),
                    in.readLong(),
                    in.readDouble()));
        }
        return progress;
    }
}
