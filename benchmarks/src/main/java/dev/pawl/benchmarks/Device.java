package dev.pawl.benchmarks;

import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.List;
import java.util.stream.IntStream;

/** Makes the changes of one message after another, the same ones on every run, and has them written. */
final class Device implements MessageLoop.Writer {

    private static final int SEED = 42;

    private final MessageWriter target;
    private final List<JsonValue> pool;
    private final List<String> sessions;
    private final Xorshift random;
    private String lastSession = "";

    /**
     * @param target writes them
     * @param pool the session records to write, {@link AuthFixture#POOL} of them
     * @param sessions the ids to write them to
     * @param number which of several writers
     */
    Device(MessageWriter target, List<JsonValue> pool, List<String> sessions, int number) {
        this.target = target;
        this.pool = pool;
        this.sessions = sessions;
        this.random = new Xorshift(SEED + number);
    }

    /** The ids of the sessions of one writer of several: no other has any of them. */
    static List<String> sessions(int all, int writer, int writers) {
        return IntStream.range(0, all)
                .filter(i -> i % writers == writer)
                .mapToObj(Records::sessionId)
                .toList();
    }

    /** The number of the pre-key that a message uses up. */
    static int usedPreKey(int message) {
        return 1 + (message - 9) / 10;
    }

    /** The number of the next pre-key after a message. */
    static int nextPreKey(int message) {
        return 813 + message;
    }

    /** Whether a message uses a pre-key up. */
    static boolean usesPreKey(int message) {
        return message % 10 == 9;
    }

    @Override
    public long write(int number) {
        lastSession = sessions.get(random.below(sessions.size()));
        JsonObject record = ((JsonObject) pool.get(random.below(AuthFixture.POOL))).with("seq", JsonNumber.of(number));
        long start = System.nanoTime();
        if (usesPreKey(number)) {
            target.write(lastSession, record, usedPreKey(number), nextPreKey(number));
        } else {
            target.write(lastSession, record);
        }
        return System.nanoTime() - start;
    }

    /** The session that was written last. */
    String lastSession() {
        return lastSession;
    }
}
