package io.pigeonhole.deep.learning;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** States of tasks that a process keeps between rounds. */
final class TaskStates {

    private static final Map<Key, TaskState> STATES = new ConcurrentHashMap<>();

    private TaskStates() {}

    /**
     * Which state.
     *
     * @param training identity and attempt
     * @param round that it is needed for
     */
    record Key(String training, int task, int round) {}

    static void keep(Key key, TaskState state) {
        STATES.put(key, state);
        STATES.remove(new Key(key.training(), key.task(), key.round() - 2));
    }

    static Optional<TaskState> find(Key key) {
        return Optional.ofNullable(STATES.get(key));
    }

    /** Forgets the states of trainings whose identity begins so. */
    static void forget(String training) {
        STATES.keySet().removeIf(key -> key.training().startsWith(training));
    }
}
