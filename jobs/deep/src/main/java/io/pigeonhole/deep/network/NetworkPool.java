package io.pigeonhole.deep.network;

import io.pigeonhole.deep.devices.Devices;
import io.pigeonhole.deep.devices.Natives;
import io.pigeonhole.deep.devices.OffHeap;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.nd4j.linalg.factory.Nd4j;

/** Networks that a process keeps between Spark tasks. */
public final class NetworkPool {

    private static final Map<Place, ArrayDeque<Network>> NETWORKS = new ConcurrentHashMap<>();

    private NetworkPool() {}

    /**
     * Where networks are.
     *
     * @param device number of the GPU that holds their arrays
     */
    private record Place(Object key, int device) {}

    /** Something to do with a network. */
    public interface Use<T> {
        T with(Network network);
    }

    /** Uses a network that no other thread uses at the same time, with as many native threads as the Spark task has. */
    public static <T> T use(Object key, Supplier<Network> create, Use<T> use) {
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
        // a network that failed is not returned: its state is unknown
        synchronized (idle) {
            idle.push(used);
        }
        return result;
    }

    /** Forgets a key's networks. */
    public static void forget(Object key) {
        NETWORKS.keySet().removeIf(place -> place.key().equals(key));
    }
}
