package dev.pawl.redis;

import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.params.ScanParams;

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
    private final Connections connections;
    private final Lanes lanes;
    private final Duration patience;
    private final AtomicLong losses = new AtomicLong();

    /** Whether a batch has run here: the server takes writes, and this user may do all that it takes. */
    private volatile boolean tried;

    /** Whether it answered once: who opens a store is told at once that nobody is there. */
    private volatile boolean opened;

    /**
     * Uses a client.
     *
     * @param name of the server, for people
     * @param patience how long an answer is tried for that was lost
     */
    Server(String name, Connections connections, String namespace, Duration patience) {
        this.name = name;
        this.connections = connections;
        this.lanes = new Lanes(namespace);
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
        boolean again(Failure failure, boolean batch) {
            sent |= batch && (failure.maybeApplied() || !connections.triesOnce());
            interrupted |= failure.isInterruption();
            if (failure.lostConnection()) {
                losses.incrementAndGet();
            }
            // A server that took writes before, or has others that may take its place, may have become a replica.
            boolean demoted = failure.isReadOnly() && (tried || connections.failsOver());
            if (failure.lostConnection() || demoted) {
                connections.forgetIdle();
            }
            // Who only reads is told at once that there is no server; who wrote wants to know what became of it.
            boolean replaced = failure.isUnreachable() && opened && connections.failsOver();
            boolean hopeful = failure.passes() || demoted || replaced || (writing && sent && failure.lostConnection());
            return hopeful && pause();
        }

        /** Waits a little, unless that took too long already. */
        boolean pause() {
            if (System.nanoTime() - end >= 0) {
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
                    if (!attempts.again(failure, false)) {
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
        List<byte[]> allKeys = new ArrayList<>(keys.size() + 1);
        allKeys.add(Text.bytes(lane.key()));
        allKeys.addAll(keys);
        List<byte[]> allArguments = new ArrayList<>(arguments.size() + 3);
        allArguments.addAll(List.of(Text.bytes(lanes.next()), Text.bytes(Lanes.SECONDS), FIRST));
        allArguments.addAll(arguments);
        try (Attempts attempts = new Attempts(true)) {
            while (true) {
                boolean underWay = false;
                try {
                    if (!lane.known()) {
                        run(Script.LANE, allKeys.subList(0, 1), Text.list(Long.toString(lanes.next()), Lanes.SECONDS));
                        lane = lane.nowKnown();
                        allArguments.set(0, Text.bytes(lanes.next()));
                    }
                    allArguments.set(2, attempts.sent ? AGAIN : tried ? FIRST : UNTRIED);
                    underWay = true;
                    Object answer = run(script, allKeys, allArguments);
                    if (!isForgotten(answer)) {
                        tried = true;
                        return answer;
                    }
                    if (attempts.sent) {
                        throw new InDoubtException(
                                name
                                        + " has forgotten the lane of a batch whose answer was lost: nobody knows whether it"
                                        + " was applied",
                                new JedisDataException("forgotten"));
                    }
                    lane = lanes.another();
                    allKeys.set(0, Text.bytes(lane.key()));
                    if (!attempts.pause()) {
                        throw UnavailableException.writeFailed(
                                name + " throws lanes away at once: set maxmemory-policy noeviction",
                                new JedisDataException("forgotten"));
                    }
                } catch (JedisException e) {
                    Failure failure = Failure.of(e);
                    if (!attempts.again(failure, underWay)) {
                        throw attempts.sent ? failure.inDoubt(name) : failure.whenWriting(name);
                    }
                }
            }
        } finally {
            lanes.giveBack(lane);
        }
    }

    private static boolean isForgotten(Object answer) {
        return answer instanceof List<?> list
                && list.get(0) instanceof byte[] word
                && Text.of(word).equals("forgotten");
    }

    private Object run(Script script, List<byte[]> keys, List<byte[]> arguments) {
        try {
            return connections.send(script.byDigest(keys, arguments));
        } catch (JedisNoScriptException notLoaded) {
            return connections.send(script.inFull(keys, arguments));
        }
    }

    private Object ask(Protocol.Command name, Object... words) {
        CommandArguments command = new CommandArguments(name);
        for (Object word : words) {
            command.add(word);
        }
        return read(() -> connections.send(command));
    }

    /**
     * Asks for something that is not there, which everybody may who may use a store at all.
     *
     * @throws UnavailableException when that fails, saying what is wrong with the address
     */
    void greet(String key) {
        read(() -> connections.send(new CommandArguments(Protocol.Command.EXISTS).key(key)), failure -> {
            throw failure.whenOpening(name);
        });
        opened = true;
    }

    /** Goes through the names of all keys that match a pattern, some of them perhaps twice. */
    void names(String pattern, Consumer<List<String>> found) {
        search(pattern, some -> {
            found.accept(some);
            return true;
        });
    }

    /**
     * Goes through the names of all keys that match a pattern, some of them perhaps twice.
     *
     * @param further looks at some of them and says whether to go on
     */
    void search(String pattern, Predicate<List<String>> further) {
        String node = "";
        byte[] cursor = ScanParams.SCAN_POINTER_START_BINARY;
        while (true) {
            CommandArguments arguments = new CommandArguments(Protocol.Command.SCAN)
                    .add(cursor)
                    .add("MATCH")
                    .add(pattern)
                    .add("COUNT")
                    .add(SCAN_COUNT);
            Connections.Told page = read(() -> connections.sendWithoutKey(arguments));
            if (!node.isEmpty() && !node.equals(page.node())) {
                // The namespace has moved, and the cursor of one node means nothing to another.
                node = page.node();
                cursor = ScanParams.SCAN_POINTER_START_BINARY;
                continue;
            }
            node = page.node();
            List<?> names = (List<?>) ((List<?>) page.answer()).get(1);
            cursor = (byte[]) ((List<?>) page.answer()).get(0);
            if (!names.isEmpty() && !further.test(names.stream().map(Text::of).toList()) || isEnd(cursor)) {
                return;
            }
        }
    }

    /** How often a connection was lost: a server that was started anew in between may leave names out of a walk. */
    long losses() {
        return losses.get();
    }

    /** What the server says about itself, or nothing where this user may not ask. */
    Optional<String> info() {
        return about(Protocol.Command.INFO).map(Text::of);
    }

    /** The number of the database that is used, or nothing where this user may not ask. */
    Optional<String> database() {
        return about(Protocol.Command.CLIENT, "INFO")
                .map(answer -> DATABASE.matcher(Text.of(answer)))
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1));
    }

    /** A setting of the server, or nothing where this user may not ask. */
    Optional<String> setting(String name) {
        return about(Protocol.Command.CONFIG, "GET", name).flatMap(answer -> {
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

    private Optional<Object> about(Protocol.Command command, String... words) {
        CommandArguments arguments = new CommandArguments(command);
        for (String word : words) {
            arguments.add(word);
        }
        return read(() -> Optional.of(connections.sendWithoutKey(arguments).answer()), failure -> {
            if (failure.isForbidden()) {
                return Optional.empty();
            }
            throw failure.whenReading(name);
        });
    }

    /** Whether a key is there and is a {@code set}, {@code zset}, {@code hash} or {@code string}. */
    boolean isOfType(String key, String type) {
        return Text.of(ask(Protocol.Command.TYPE, Text.bytes(key))).equals(type);
    }

    /** How many fields a hash has. */
    long count(String hash) {
        return (Long) ask(Protocol.Command.HLEN, Text.bytes(hash));
    }

    /** Whether a sorted set has a member. */
    boolean hasMember(String sortedSet, String member) {
        return !((List<?>) ask(
                        Protocol.Command.ZRANGEBYLEX,
                        Text.bytes(sortedSet),
                        Text.bytes("[" + member),
                        Text.bytes("[" + member)))
                .isEmpty();
    }

    /** The next names in a sorted set in which all have one score. */
    List<String> sortedAfter(String key, Optional<String> last, int most) {
        List<?> names = (List<?>) ask(
                Protocol.Command.ZRANGEBYLEX,
                Text.bytes(key),
                Text.bytes(last.map(name -> "(" + name).orElse("-")),
                "+",
                "LIMIT",
                "0",
                Integer.toString(most));
        return names.stream().map(Text::of).toList();
    }

    /** The names in a sorted set. */
    List<String> sorted(String key) {
        List<?> names = (List<?>) ask(Protocol.Command.ZRANGE, Text.bytes(key), "0", "-1");
        return names.stream().map(Text::of).toList();
    }

    /** The names of the fields of a hash. */
    List<String> fields(String hash) {
        List<?> names = (List<?>) ask(Protocol.Command.HKEYS, Text.bytes(hash));
        return names.stream().map(Text::of).toList();
    }

    /** Goes through the members of a set, some of them perhaps twice. */
    void members(String set, Consumer<List<String>> found) {
        byte[] cursor = ScanParams.SCAN_POINTER_START_BINARY;
        do {
            List<?> page = (List<?>) ask(Protocol.Command.SSCAN, Text.bytes(set), cursor, "COUNT", "" + SCAN_COUNT);
            List<?> members = (List<?>) page.get(1);
            if (!members.isEmpty()) {
                found.accept(members.stream().map(Text::of).toList());
            }
            cursor = (byte[]) page.get(0);
        } while (!isEnd(cursor));
    }

    private static boolean isEnd(byte[] cursor) {
        return new String(cursor, StandardCharsets.US_ASCII).equals(ScanParams.SCAN_POINTER_START);
    }

    @Override
    public void close() {
        connections.close();
    }
}
