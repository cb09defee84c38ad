package dev.pawl.redis;

import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;
import redis.clients.jedis.util.JedisClusterCRC16;

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
    private static final Pattern DATABASE = Pattern.compile("\\bdb=(\\d+)");
    private static final byte[] FIRST = Text.bytes("0");
    private static final byte[] AGAIN = Text.bytes("1");
    private static final byte[] UNTRIED = Text.bytes("2");

    private final String name;
    private final UnifiedJedis client;
    private final boolean owned;
    private final Lanes lanes;
    private final String namespace;
    private final Duration patience;

    /** Whether a script has run that asks what this user may do. */
    private volatile boolean tried;

    /**
     * Uses a client.
     *
     * @param name of the server, for people
     * @param owned whether it is closed in the end
     * @param patience how long an answer is tried for that was lost
     */
    Server(String name, UnifiedJedis client, boolean owned, String namespace, Duration patience) {
        this.name = name;
        this.client = client;
        this.owned = owned;
        this.lanes = new Lanes(namespace);
        this.namespace = namespace;
        this.patience = patience;
    }

    /** The attempts at one call. Interruptions are kept for the caller until it is over. */
    private final class Attempts implements AutoCloseable {

        private final long end = System.nanoTime() + patience.toNanos();
        private long pause = 1_000_000;
        private boolean sent;
        private boolean interrupted = Thread.interrupted();
        private final boolean writing;

        Attempts(boolean writing) {
            this.writing = writing;
        }

        /** Whether to try again after this. What was not sent, or was refused, was not applied. */
        boolean again(Failure failure) {
            sent |= failure.maybeApplied();
            interrupted |= failure.isInterruption();
            if (failure.lostConnection()) {
                forgetIdleConnections();
            }
            // Who only reads is told at once that there is no server; who wrote wants to know what became of it.
            boolean hopeful = failure.passes() || (writing && sent && failure.lostConnection());
            if (!hopeful || System.nanoTime() - end >= 0) {
                return false;
            }
            LockSupport.parkNanos(Server.this, pause);
            interrupted |= Thread.interrupted();
            pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
            return true;
        }

        @Override
        public void close() {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
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
    private <T> T read(Supplier<T> question) {
        return read(question, failure -> {
            throw failure.whenReading(name);
        });
    }

    private <T> T read(Supplier<T> question, Function<Failure, T> otherwise) {
        try (Attempts attempts = new Attempts(false)) {
            while (true) {
                try {
                    return question.get();
                } catch (JedisException e) {
                    Failure failure = Failure.of(e);
                    if (!attempts.again(failure)) {
                        return otherwise.apply(failure);
                    }
                }
            }
        }
    }

    /**
     * Runs a script that changes something, once.
     *
     * @param keys without the lane, which the script gets as its first key
     * @param arguments without those that the script gets first: the number of the batch, how long it is remembered, and
     *     whether it was sent before
     * @throws InDoubtException when nobody knows whether it did
     * @throws StoreException when it did not
     */
    Object write(Script script, List<byte[]> keys, List<byte[]> arguments) {
        Lanes.Lane lane = lanes.take();
        try (Attempts attempts = new Attempts(true)) {
            List<byte[]> allKeys = new ArrayList<>(keys.size() + 1);
            allKeys.add(Text.bytes(lane.key()));
            allKeys.addAll(keys);
            List<byte[]> allArguments = new ArrayList<>(arguments.size() + 3);
            allArguments.add(Text.bytes(lanes.next()));
            allArguments.add(Text.bytes(Lanes.SECONDS));
            allArguments.add(tried ? FIRST : UNTRIED);
            allArguments.addAll(arguments);
            while (true) {
                try {
                    Object answer = run(script, allKeys, allArguments);
                    tried = true;
                    return answer;
                } catch (JedisException e) {
                    Failure failure = Failure.of(e);
                    if (!attempts.again(failure)) {
                        throw attempts.sent ? failure.inDoubt(name) : failure.whenWriting(name);
                    }
                    if (attempts.sent) {
                        allArguments.set(2, AGAIN);
                    }
                }
            }
        } finally {
            lanes.giveBack(lane);
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
        byte[] cursor = ScanParams.SCAN_POINTER_START_BINARY;
        do {
            CommandArguments arguments = new CommandArguments(Protocol.Command.SCAN)
                    .add(cursor)
                    .add("MATCH")
                    .add(pattern)
                    .add("COUNT")
                    .add(SCAN_COUNT);
            List<?> page = (List<?>) read(() -> onNode(arguments));
            List<?> names = (List<?>) page.get(1);
            if (!names.isEmpty()) {
                found.accept(names.stream().map(Text::of).toList());
            }
            cursor = (byte[]) page.get(0);
        } while (!isEnd(cursor));
    }

    /** Has it done by the node on which the namespace is, where there are several. */
    private Object onNode(CommandArguments arguments) {
        if (!(client instanceof RedisClusterClient cluster)) {
            return client.executeCommand(arguments);
        }
        // Jedis would take the node from a pattern as it stands, with what is escaped in it.
        try (Connection connection = cluster.getConnectionFromSlot(JedisClusterCRC16.getSlot(namespace))) {
            return connection.executeCommand(arguments);
        }
    }

    /** What the server says about itself, or nothing where this user may not ask. */
    Optional<String> info() {
        return ask(Protocol.Command.INFO).map(Text::of);
    }

    /** The number of the database that is used, or nothing where this user may not ask. */
    Optional<String> database() {
        return ask(Protocol.Command.CLIENT, "INFO")
                .map(answer -> DATABASE.matcher(Text.of(answer)))
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1));
    }

    /** A setting of the server, or nothing where this user may not ask. */
    Optional<String> setting(String name) {
        return ask(Protocol.Command.CONFIG, "GET", name).flatMap(answer -> {
            List<?> pair = (List<?>) answer;
            if (pair.size() == 2) {
                return Optional.of(Text.of(pair.get(1)));
            }
            // From a client of somebody else's that speaks the newer protocol.
            return pair.size() == 1 && pair.get(0) instanceof Map.Entry<?, ?> entry
                    ? Optional.of(Text.of(entry.getValue()))
                    : Optional.empty();
        });
    }

    private Optional<Object> ask(Protocol.Command command, String... words) {
        CommandArguments arguments = new CommandArguments(command);
        for (String word : words) {
            arguments.add(word);
        }
        return read(() -> Optional.of(onNode(arguments)), failure -> {
            if (failure.isForbidden()) {
                return Optional.empty();
            }
            throw failure.whenReading(name);
        });
    }

    /** Whether a key is there and is a {@code set}, {@code zset}, {@code hash} or {@code string}. */
    boolean isOfType(String key, String type) {
        return read(() -> client.type(Text.bytes(key))).equals(type);
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

    @Override
    public void close() {
        if (owned) {
            client.close();
        }
    }
}
