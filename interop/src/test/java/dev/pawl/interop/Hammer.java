package dev.pawl.interop;

import static dev.pawl.interop.BaileysPeer.bool;
import static dev.pawl.interop.BaileysPeer.member;
import static dev.pawl.interop.BaileysPeer.number;
import static dev.pawl.interop.BaileysPeer.object;
import static dev.pawl.interop.BaileysPeer.stringList;

import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.List;

/**
 * A writer in Node that rewrites a directory in rounds, every record with the number of its round: a session in the
 * {@code chainKey.counter} of its only chain, a pre-key in 6 big-endian bytes at offset {@value #PRE_KEY_COUNTER_OFFSET}
 * of its private half, the credentials in {@code accountSyncCounter}.
 */
final class Hammer implements AutoCloseable {

    static final int PRE_KEY_COUNTER_OFFSET = 8;

    private final BaileysPeer peer;
    private final String name;
    private boolean stopped;

    Hammer(BaileysPeer peer, String name) {
        this.peer = peer;
        this.name = name;
    }

    /** How far it has come. */
    Status status() {
        return status(peer.call("hammerStatus", request()));
    }

    /** Lets it finish its round and ends it. */
    Status stop() {
        stopped = true;
        return status(peer.call("hammerStop", request()));
    }

    /** Stops it, unless it was stopped or Node is gone. */
    @Override
    public void close() {
        if (!stopped && peer.isAlive()) {
            stop();
        }
    }

    private JsonObject request() {
        return JsonObject.builder().put("hammer", name).build();
    }

    private static Status status(JsonValue value) {
        JsonObject status = object(value);
        return new Status(
                bool(member(status, "running")),
                number(status, "round"),
                number(status, "firstPreKeyId"),
                number(status, "nextPreKeyId"),
                stringList(member(status, "sessions")),
                stringList(member(status, "failures")));
    }

    /**
     * How far a hammer has come.
     *
     * @param round the last round that was written whole
     * @param firstPreKeyId the lowest pre-key it keeps writing
     * @param nextPreKeyId one above the highest
     * @param sessions the ids of the session records it keeps writing
     * @param failures what Baileys threw, at most ten
     */
    record Status(
            boolean running,
            long round,
            long firstPreKeyId,
            long nextPreKeyId,
            List<String> sessions,
            List<String> failures) {}
}
