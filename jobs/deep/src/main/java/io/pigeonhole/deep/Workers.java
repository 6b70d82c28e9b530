package io.pigeonhole.deep;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.nd4j.linalg.factory.Nd4j;

/** Networks and task states that a process keeps between Spark tasks. */
final class Workers {

    private static final Map<Place, ArrayDeque<Network>> NETWORKS = new ConcurrentHashMap<>();
    private static final Map<StateKey, TaskState> STATES = new ConcurrentHashMap<>();

    private Workers() {}

    /**
     * Which state.
     *
     * @param training identity and attempt
     * @param round that it is needed for
     */
    record StateKey(String training, int task, int round) {}

    /**
     * Where networks are.
     *
     * @param device number of the GPU that holds their arrays
     */
    private record Place(Object key, int device) {}

    /** Something to do with a network. */
    interface Use<T> {
        T with(Network network);
    }

    /** Uses a network that nobody else uses meanwhile, by as many native threads as the Spark task has. */
    static <T> T withNetwork(Object key, Supplier<Network> create, Use<T> use) {
        Natives.limitThreads();
        Place place = new Place(key, Devices.bind());
        ArrayDeque<Network> idle = NETWORKS.computeIfAbsent(place, unknown -> new ArrayDeque<>());
        Network network;
        synchronized (idle) {
            network = idle.poll();
        }
        Network used;
        T result;
        try {
            used = network == null ? OffHeap.explained(create) : network;
            result = OffHeap.explained(() -> use.with(used));
        } finally {
            // its arrays belong to the thread, and the next task may run on another one
            Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
        }
        // one that failed does not come here: it may be in no state to be used again
        synchronized (idle) {
            idle.push(used);
        }
        return result;
    }

    /** Forgets a key's networks. */
    static void forgetNetworks(Object key) {
        NETWORKS.keySet().removeIf(place -> place.key().equals(key));
    }

    static void keep(StateKey key, TaskState state) {
        STATES.put(key, state);
        STATES.remove(new StateKey(key.training(), key.task(), key.round() - 2));
    }

    static Optional<TaskState> state(StateKey key) {
        return Optional.ofNullable(STATES.get(key));
    }

    /** Forgets the states of trainings whose identity begins so. */
    static void forgetStates(String training) {
        STATES.keySet().removeIf(key -> key.training().startsWith(training));
    }
}
