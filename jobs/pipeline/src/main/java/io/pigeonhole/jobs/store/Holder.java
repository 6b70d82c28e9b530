package io.pigeonhole.jobs.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A process that holds the lease on a store, or waits for it.
 *
 * @param owner unique id of the lease
 * @param command command that it runs
 * @param pipeline name of the pipeline in the configuration
 * @param user user who started it
 * @param host name of the machine
 * @param process its process id on that host
 * @param started when the process was started
 * @param machine identifies the boot and process namespace in which the process id is valid; empty if unknown
 * @param since when it acquired the lease
 */
record Holder(
        String owner,
        String command,
        String pipeline,
        String user,
        String host,
        long process,
        Instant started,
        String machine,
        Instant since) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Owners in this process that hold a lease or wait for one. */
    private static final Set<String> HERE = ConcurrentHashMap.newKeySet();

    /** Tolerance for start times: they are relative to the boot time, which the clock may correct by seconds. */
    private static final Duration SAME_START = Duration.ofSeconds(10);

    static Holder ofThisProcess(String command, String pipeline) {
        ProcessHandle self = ProcessHandle.current();
        String owner = UUID.randomUUID().toString();
        HERE.add(owner);
        return new Holder(
                owner,
                command,
                pipeline,
                System.getProperty("user.name", "unknown"),
                hostName(),
                self.pid(),
                startOf(self),
                thisMachine(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    private static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }

    /** Boot and process namespace: each container of a host numbers its processes from 1. */
    private static String thisMachine() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip() + " "
                    + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    /** Marks it as ended, even if it could not release the lease. */
    void end() {
        HERE.remove(owner);
    }

    /** Whether its process is known to have ended or given up; false if this process cannot know. */
    boolean isSurelyGone() {
        ProcessHandle self = ProcessHandle.current();
        if (machine.equals(thisMachine())
                && process == self.pid()
                && startOf(self).equals(started)) {
            return !HERE.contains(owner);
        }
        return !machine.isEmpty()
                && machine.equals(thisMachine())
                && ProcessHandle.of(process)
                        .filter(ProcessHandle::isAlive)
                        .filter(alive ->
                                Duration.between(startOf(alive), started).abs().compareTo(SAME_START) < 0)
                        .isEmpty();
    }

    /** A description for people. */
    String description() {
        return "'" + command + "' of pipeline '" + pipeline + "', started by " + user + " on " + host + " as process "
                + process + ", since " + since;
    }

    String toJson() {
        return MAPPER.createObjectNode()
                .put("owner", owner)
                .put("command", command)
                .put("pipeline", pipeline)
                .put("user", user)
                .put("host", host)
                .put("process", process)
                .put("started", started.toString())
                .put("machine", machine)
                .put("since", since.toString())
                .toString();
    }

    /** The holder; empty if the text is incomplete, as during its writing. */
    static Optional<Holder> fromJson(String text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            return json.hasNonNull("since")
                    ? Optional.of(new Holder(
                            json.get("owner").asText(),
                            json.get("command").asText(),
                            json.get("pipeline").asText(),
                            json.get("user").asText(),
                            json.get("host").asText(),
                            json.get("process").asLong(),
                            Instant.parse(json.get("started").asText()),
                            json.get("machine").asText(),
                            Instant.parse(json.get("since").asText())))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
