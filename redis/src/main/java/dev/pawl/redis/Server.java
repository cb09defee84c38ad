package dev.pawl.redis;

import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * Talks to the server, and knows what may be said again when an answer does not come.
 *
 * <p>A read is repeated on a new connection. A write carries the number of its batch in its {@link Lanes lane}, so that
 * the server applies it once: it is repeated until there is an answer or patience ends, and then it is in doubt.
 * Interrupting a caller does not disturb what is under way.
 *
 * <p><b>Thread-safety.</b> Safe for any number of threads.
 */
final class Server implements AutoCloseable {

    private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(250).toNanos();
    private static final int SCAN_COUNT = 1000;

    private final UnifiedJedis client;
    private final boolean owned;
    private final Lanes lanes;
    private final Duration patience;

    /**
     * Uses a client.
     *
     * @param owned whether it is closed in the end
     * @param patience how long an answer is tried for that was lost
     */
    Server(UnifiedJedis client, boolean owned, String namespace, Duration patience) {
        this.client = client;
        this.owned = owned;
        this.lanes = new Lanes(namespace);
        this.patience = patience;
    }

    /** A call that gives an answer of the server, and another attempt at it after a pause. */
    private final class Attempts {

        private final long end = System.nanoTime() + patience.toNanos();
        private long pause = 1_000_000;
        private boolean sent;

        /** Whether to try again after this. Whatever was not sent or not taken by the server was not applied. */
        boolean again(Failure failure) {
            sent |= failure.maybeApplied();
            if (failure.lostConnection()) {
                forgetIdleConnections();
            }
            boolean hopeful = failure.passes() || (sent && failure.lostConnection());
            if (!hopeful || System.nanoTime() - end >= 0) {
                return false;
            }
            LockSupport.parkNanos(Server.this, pause);
            // An interrupted caller would not pause any more: he is told afterwards.
            pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
            return true;
        }
    }

    /**
     * Runs a script that only reads.
     *
     * @throws StoreException when that fails
     */
    Object read(Script script, List<byte[]> keys, List<byte[]> arguments) {
        return read(() -> run(script, keys, arguments));
    }

    /** Asks something that changes nothing. */
    <T> T read(Supplier<T> question) {
        return undisturbed(() -> {
            Attempts attempts = new Attempts();
            while (true) {
                try {
                    return question.get();
                } catch (JedisException e) {
                    Failure failure = Failure.of(e);
                    if (!attempts.again(failure)) {
                        throw failure.whenReading();
                    }
                }
            }
        });
    }

    /**
     * Runs a script that changes something, once.
     *
     * @param keys without the lane, which the script gets as its first key
     * @param arguments without the number of the batch and how long it is remembered, which the script gets first
     * @throws InDoubtException when nobody knows whether it did
     * @throws StoreException when it did not
     */
    Object write(Script script, List<byte[]> keys, List<byte[]> arguments) {
        return undisturbed(() -> {
            Lanes.Lane lane = lanes.take();
            try {
                List<byte[]> allKeys = new ArrayList<>(keys.size() + 1);
                allKeys.add(Text.bytes(lane.key()));
                allKeys.addAll(keys);
                List<byte[]> allArguments = new ArrayList<>(arguments.size() + 2);
                allArguments.add(Text.bytes(lanes.next()));
                allArguments.add(Text.bytes(Lanes.SECONDS));
                allArguments.addAll(arguments);
                return write(script, allKeys, allArguments, new Attempts());
            } finally {
                lanes.giveBack(lane);
            }
        });
    }

    private Object write(Script script, List<byte[]> keys, List<byte[]> arguments, Attempts attempts) {
        while (true) {
            try {
                return run(script, keys, arguments);
            } catch (JedisException e) {
                Failure failure = Failure.of(e);
                if (!attempts.again(failure)) {
                    throw attempts.sent ? failure.inDoubt() : failure.whenWriting();
                }
            }
        }
    }

    private Object run(Script script, List<byte[]> keys, List<byte[]> arguments) {
        try {
            return client.evalsha(script.digest(), keys, arguments);
        } catch (JedisNoScriptException notLoaded) {
            return client.eval(script.text(), keys, arguments);
        }
    }

    /** Goes through the names of all keys that match a pattern, some of them perhaps twice. */
    void names(String pattern, Consumer<List<String>> found) {
        ScanParams parameters = new ScanParams().match(Text.bytes(pattern)).count(SCAN_COUNT);
        byte[] cursor = ScanParams.SCAN_POINTER_START_BINARY;
        do {
            byte[] from = cursor;
            ScanResult<byte[]> page = read(() -> client.scan(from, parameters));
            if (!page.getResult().isEmpty()) {
                found.accept(page.getResult().stream().map(Text::of).toList());
            }
            cursor = page.getCursorAsBytes();
        } while (!isEnd(cursor));
    }

    /** What the server says about itself. */
    String info() {
        return read(() -> client.info());
    }

    /** Whether a key is there and is a {@code set}, {@code zset}, {@code hash} or {@code string}. */
    boolean isOfType(String key, String type) {
        return read(() -> client.type(Text.bytes(key))).equals(type);
    }

    /** A setting of the server, or nothing where this user may not ask. */
    Optional<String> setting(String name) {
        try {
            return undisturbed(() -> Optional.ofNullable(client.configGet(name).get(name)));
        } catch (JedisException e) {
            Failure failure = Failure.of(e);
            if (failure.lostConnection() || failure.passes()) {
                throw failure.whenReading();
            }
            return Optional.empty();
        }
    }

    /** How many fields a hash has. */
    long count(String hash) {
        return read(() -> client.hlen(Text.bytes(hash)));
    }

    /** The names in a sorted set. */
    List<String> sorted(String key) {
        return read(() ->
                client.zrange(Text.bytes(key), 0, -1).stream().map(Text::of).toList());
    }

    /** Goes through the members of a set, some of them perhaps twice. */
    void members(String set, Consumer<List<String>> found) {
        ScanParams parameters = new ScanParams().count(SCAN_COUNT);
        byte[] cursor = ScanParams.SCAN_POINTER_START_BINARY;
        do {
            byte[] from = cursor;
            ScanResult<byte[]> page = read(() -> client.sscan(Text.bytes(set), from, parameters));
            if (!page.getResult().isEmpty()) {
                found.accept(page.getResult().stream().map(Text::of).toList());
            }
            cursor = page.getCursorAsBytes();
        } while (!isEnd(cursor));
    }

    private static boolean isEnd(byte[] cursor) {
        return new String(cursor, StandardCharsets.US_ASCII).equals(ScanParams.SCAN_POINTER_START);
    }

    private void forgetIdleConnections() {
        // When one connection is broken the others that wait with it are too: each would cost one attempt.
        if (owned && client instanceof RedisClient own) {
            own.getPool().clear();
        }
    }

    private static <T> T undisturbed(Supplier<T> action) {
        boolean interrupted = Thread.interrupted();
        try {
            return action.get();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        if (owned) {
            client.close();
        }
    }
}
