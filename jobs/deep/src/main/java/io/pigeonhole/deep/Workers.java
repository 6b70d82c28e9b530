package io.pigeonhole.deep;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.nd4j.linalg.factory.Nd4j;

/** Networks and task states that a process keeps between Spark tasks. */
final class Workers {

    private static final Map<Object, ArrayDeque<Network>> NETWORKS = new ConcurrentHashMap<>();
    private static final Map<StateKey, TaskState> STATES = new ConcurrentHashMap<>();

    private Workers() {}

    /**
     * Which state.
     *
     * @param training identity and attempt
     * @param round that it is needed for
     */
    record StateKey(String training, int task, int round) {}

    /** Something to do with a network. */
    interface Use<T> {
        T with(Network network);
    }

    /** Uses a network that nobody else uses meanwhile, by as many native threads as the Spark task has. */
    static <T> T withNetwork(Object key, Supplier<Network> create, Use<T> use) {
        Natives.limitThreads();
        ArrayDeque<Network> idle = NETWORKS.computeIfAbsent(key, unknown -> new ArrayDeque<>());
        Network network;
        synchronized (idle) {
            network = idle.poll();
        }
        Network used = network == null ? create.get() : network;
        try {
            return use.with(used);
        } finally {
            // its arrays belong to the thread, and the next task may run on another one
            Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
            synchronized (idle) {
                idle.push(used);
            }
        }
    }

    /** Forgets a key's networks. */
    static void forgetNetworks(Object key) {
        NETWORKS.remove(key);
    }

    static void keep(StateKey key, TaskState state) {
        STATES.put(key, state);
        STATES.remove(new StateKey(key.training(), key.task(), key.round() - 2));
    }

    static Optional<TaskState> state(StateKey key) {
        return Optional.ofNullable(STATES.get(key));
    }

    static void forgetStates(String training) {
        STATES.keySet().removeIf(key -> key.training().equals(training));
    }
}
