package io.pigeonhole.deep;

import io.pigeonhole.deep.network.InputReader;
import io.pigeonhole.deep.network.Network;
import io.pigeonhole.deep.network.NetworkInput;
import io.pigeonhole.deep.network.NetworkPlan;
import io.pigeonhole.deep.network.NetworkPool;
import java.io.Serializable;
import java.util.List;

/**
 * What executors need to score.
 *
 * @param labels the classes, in the order of the network's outputs
 * @param fingerprint by which a process finds the networks that it keeps
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Scoring(NetworkPlan plan, List<String> labels, float[] parameters, String fingerprint) implements Serializable {

    /** Probabilities of the classes and scores of rows of no class, by row. */
    Network.Outputs outputs(List<NetworkInput> inputs) {
        return NetworkPool.use(fingerprint, this::network, network -> network.outputs(inputs));
    }

    private Network network() {
        Network network = new Network(plan);
        network.load(parameters);
        return network;
    }

    InputReader reader() {
        return new InputReader(plan.spec(), plan.sparse(), plan.dimension());
    }
}
