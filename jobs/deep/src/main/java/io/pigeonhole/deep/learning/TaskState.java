package io.pigeonhole.deep.learning;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * The state of a task between rounds.
 *
 * @param optimizer its own
 * @param residual rounding errors of compression so far, to be sent later; empty without compression
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TaskState(Optimizer optimizer, float[] residual) {

    static TaskState initial(LearningOptions options, int size) {
        return new TaskState(
                new Optimizer(options, size), new float[options.compression() == Compression.NONE ? 0 : size]);
    }

    TaskState copy(LearningOptions options) {
        return new TaskState(
                new Optimizer(
                        options, optimizer.first().clone(), optimizer.second().clone(), optimizer.steps()),
                residual.clone());
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(optimizer.steps());
        Floats.write(out, optimizer.first());
        Floats.write(out, optimizer.second());
        Floats.write(out, residual);
    }

    static TaskState read(DataInputStream in, LearningOptions options) throws IOException {
        long steps = in.readLong();
        return new TaskState(new Optimizer(options, Floats.read(in), Floats.read(in), steps), Floats.read(in));
    }
}
