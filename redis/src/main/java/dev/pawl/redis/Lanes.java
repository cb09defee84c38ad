package dev.pawl.redis;

import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a batch is known by, so that it is applied once however often it is sent.
 *
 * <p>A lane is a key of the server that remembers the number of the last batch that came through it. A batch has a lane
 * to itself while it is under way, and numbers only rise: a number that is not above the remembered one was applied, or
 * belongs to a batch that nobody waits for any more. A lane is made before the first batch comes through it, and a server
 * that has forgotten a lane applies nothing that comes through it: it may have been applied before. There are as many lanes as batches were ever under way at once.
 *
 * <p><b>Thread-safety.</b> Safe for any number of threads.
 */
final class Lanes {

    /** How long the server remembers a lane that nobody uses: longer than anything sent can stay on its way. */
    static final String SECONDS = "86400";

    private final String prefix;
    private final Deque<Lane> idle = new ConcurrentLinkedDeque<>();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicLong numbers = new AtomicLong();

    /** Of a backend in this namespace. */
    Lanes(String namespace) {
        this.prefix = namespace + ":pawl:lane:" + UUID.randomUUID() + ":";
    }

    /**
     * A lane that is held.
     *
     * @param key the key that remembers
     * @param known whether the server has made it
     */
    record Lane(String key, boolean known) {

        Lane nowKnown() {
            return new Lane(key, true);
        }
    }

    Lane take() {
        Lane lane = idle.pollFirst();
        return lane != null ? lane : another();
    }

    /** One that nobody has used yet. */
    Lane another() {
        return new Lane(prefix + made.incrementAndGet(), false);
    }

    void giveBack(Lane lane) {
        idle.addFirst(lane);
    }

    /** The number of the next batch, to be taken while its lane is held. */
    long next() {
        return numbers.incrementAndGet();
    }
}
