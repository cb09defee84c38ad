package dev.pawl.lease;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * This process as the user of one backend: its name there, the leases it holds, its beats, and what it knows of other
 * nodes. It exists while something uses it and is then forgotten.
 */
final class Node {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** Begins the names of all nodes of this process, so that it knows a row of its own even when the backend was opened anew. */
    private static final String PROCESS = random(8);

    private static final IdentityHashMap<Backend, Node> NODES = new IdentityHashMap<>();

    /** Which node holds the leases with these owner tokens. */
    private static final Map<String, Node> HELD = new ConcurrentHashMap<>();

    private final Backend backend;
    private final String token = PROCESS + random(8);
    private final Beater beater;
    private final Map<WatchKey, Observation> observations = new ConcurrentHashMap<>();
    private int users;

    private record WatchKey(String node, LeaseTiming timing) {}

    private Node(Backend backend) {
        this.backend = backend;
        this.beater = new Beater(backend, beatKey(token));
    }

    /** The node of a backend, with one more user, who {@link #leave leaves} it in the end. */
    static Node of(Backend backend) {
        synchronized (NODES) {
            Node node = NODES.computeIfAbsent(backend, Node::new);
            node.users++;
            return node;
        }
    }

    /** One more user. */
    Node join() {
        synchronized (NODES) {
            users++;
            NODES.put(backend, this);
            return this;
        }
    }

    /** One user less. */
    void leave() {
        synchronized (NODES) {
            users--;
            if (users == 0) {
                NODES.remove(backend);
            }
        }
    }

    /** A new random name, 16 bytes in hexadecimal. */
    static String newToken() {
        return random(16);
    }

    private static String random(int bytes) {
        byte[] content = new byte[bytes];
        RANDOM.nextBytes(content);
        return HexFormat.of().formatHex(content);
    }

    /** Where a node beats. */
    static Key beatKey(String node) {
        return Key.of(Family.LEASE, "node:" + node);
    }

    /** The name of this node. */
    String token() {
        return token;
    }

    /** Begins to beat unless it does. When this returns the beat row is there, or may be. */
    void beginBeating(LeaseTiming timing) {
        beater.begin(timing);
    }

    /** Undoes one {@link #beginBeating}. The last one removes the beat row. */
    void endBeating() {
        beater.end();
    }

    /**
     * Tries something in the background until it succeeds, once with every beat.
     *
     * @param rounds how often to do it at least
     */
    void later(LeaseTiming timing, int rounds, BooleanSupplier attempt) {
        join();
        beater.later(timing, rounds, attempt, this::leave);
    }

    /** Remembers that this owner token is held. */
    void hold(String owner) {
        HELD.put(owner, this);
    }

    /** Forgets an owner token. */
    static void drop(String owner) {
        HELD.remove(owner);
    }

    /** Whether this process made the node of that name. */
    static boolean isOfThisProcess(String node) {
        return node.startsWith(PROCESS);
    }

    /** Which node of this process holds that owner token. */
    static Optional<Node> holding(String owner) {
        return Optional.ofNullable(HELD.get(owner));
    }

    /** Looks once more whether a node beats. What was seen before counts, whoever asked. */
    Liveness.Verdict watch(String node, LeaseTiming timing) {
        return observations
                .computeIfAbsent(new WatchKey(node, timing), key -> new Observation(beatKey(node)))
                .look(backend, timing);
    }

    /** Removes the beat row of a node that was found dead, unless it beats after all. Failing to do so does no harm. */
    void bury(String node, LeaseTiming timing) {
        Optional<Observation> watched = Optional.ofNullable(observations.get(new WatchKey(node, timing)));
        try {
            if (watched.isPresent()) {
                watched.get().remove(backend);
            } else {
                remove(backend, backend.get(SessionName.PAWL, beatKey(node)));
            }
        } catch (StoreException e) {
            // a row too many; the next who finds this node dead tries again
        }
    }

    /** Removes a beat row as it was read. */
    static void remove(Backend backend, Optional<Row> read) {
        read.ifPresent(row -> backend.commit(
                SessionName.PAWL,
                new Batch(List.of(Check.exact(row.key(), row.value())), List.of(), List.of(row.key()))));
    }
}
