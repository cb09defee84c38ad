package dev.pawl.baileys;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.transport.TransportException;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Node with the bridge in it, and the channel to it. Serves any number of links.
 *
 * <p>The child ends when its standard input does, which is when this process ends, however it ends. Its death is seen when
 * its standard output ends: every link is told and everything that was asked fails.
 *
 * <p><b>Threads.</b> One reads frames and never waits for a link; one writes those for which there is no room in the
 * pipe, so that whoever sends never waits for the child; one passes what the child complains of to the log.
 */
final class NodeProcess implements AutoCloseable {

    static final int VERSION = 2;

    private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);
    private static final Duration LONGEST_START = Duration.ofSeconds(30);
    private static final long SECONDS_TO_END = 5;

    /** How an event or a question begins, see {@code channel.mjs}. */
    private static final Pattern HEAD = Pattern.compile("\\{\"l\":(?<link>\\d{1,18}),"
            + "(?:\"n\":(?<number>\\d{1,18}),\"event\":\"(?<event>[^\"]*)\"|\"i\":(?<question>\\d{1,18}),\"ask\")");

    private final Process process;
    private final FrameWriter writer;
    private final AtomicLong lastId = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonValue>> asked = new ConcurrentHashMap<>();
    private final Map<Long, Listener> links = new ConcurrentHashMap<>();
    private final CompletableFuture<JsonObject> greeting = new CompletableFuture<>();
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private volatile boolean dead;

    /** What a link hears of the process. Called by the thread that reads, so nothing in it waits. */
    interface Listener {

        /** The bridge asks something. */
        void asked(long id, String question, JsonObject frame);

        /** Baileys said something. */
        void event(long number, String name, JsonValue data);

        /** Baileys said something that cannot be read; it is left out. */
        void unreadable(long number, String name, String why);

        /** The bridge asks something that cannot be read. */
        void unreadable(long question, String why);

        /** Something happened to the connection. */
        void told(String what, JsonObject frame);

        /** The process ended. */
        void died(String reason);
    }

    private NodeProcess(Process process) {
        this.process = process;
        this.writer = new FrameWriter(process.getOutputStream());
    }

    /**
     * Starts it and waits until it is there.
     *
     * @param mends which mends of the whole process are on
     * @throws TransportException when it cannot be started
     */
    static NodeProcess start(List<String> command, Map<String, String> environment, JsonObject mends)
            throws InterruptedException {
        NodeProcess node;
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            node = new NodeProcess(builder.start());
        } catch (IOException e) {
            throw TransportException.permanent("Node could not be started: " + e.getMessage());
        }
        try {
            node.begin(mends);
            return node;
        } catch (TransportException | InterruptedException e) {
            node.close();
            throw e;
        }
    }

    private void begin(JsonObject mends) throws InterruptedException {
        thread("reads", this::readFrames);
        thread("writes", writer::run);
        thread("log", this::readComplaints);
        try {
            JsonObject hello = greeting.get(LONGEST_START.toMillis(), TimeUnit.MILLISECONDS);
            long version = number(hello, "hello").orElse(0);
            if (version != VERSION) {
                throw TransportException.permanent(
                        "the bridge speaks version " + version + " of the channel, this library " + VERSION);
            }
            send(new Frame().put("hello", VERSION).put("mends", mends));
            ready.get(LONGEST_START.toMillis(), TimeUnit.MILLISECONDS);
            LOG.debug("Node {} runs Baileys {}", text(hello, "node"), text(hello, "baileys"));
        } catch (ExecutionException e) {
            throw TransportException.failed("Node ended at its start: " + e.getMessage());
        } catch (TimeoutException e) {
            throw TransportException.failed("Node said nothing for " + LONGEST_START.toSeconds() + " s");
        }
    }

    private void thread(String name, Runnable work) {
        Thread thread = new Thread(work, "pawl-baileys-" + name + "-" + process.pid());
        thread.setDaemon(true);
        thread.start();
    }

    /** The number of the process. */
    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return !dead && process.isAlive();
    }

    /** From now on {@code listener} hears what is said of this link. */
    void register(long link, Listener listener) {
        links.put(link, listener);
        if (dead) {
            listener.died("Node has ended");
        }
    }

    void unregister(long link) {
        links.remove(link);
    }

    /** Asks the bridge. Fails with a {@link TransportException}. */
    CompletableFuture<JsonValue> ask(long link, String question, Frame members) {
        long id = lastId.incrementAndGet();
        CompletableFuture<JsonValue> answer = new CompletableFuture<>();
        asked.put(id, answer);
        send(members.put("l", link).put("i", id).put("ask", question));
        if (dead) {
            failAll();
        }
        return answer;
    }

    void send(Frame frame) {
        writer.write(frame.encoded());
    }

    private void readFrames() {
        try (DataInputStream in = new DataInputStream(process.getInputStream())) {
            for (Optional<Bytes> frame = Frame.read(in); frame.isPresent(); frame = Frame.read(in)) {
                read(frame.get());
            }
        } catch (IOException e) {
            LOG.warn("The channel to Node broke", e);
            process.destroyForcibly();
        }
        buried();
    }

    /** What is in one frame, which is of one session, is no reason to end the others: where it ends is known all the same. */
    private void read(Bytes frame) {
        try {
            accept((JsonObject) JsonValue.parse(frame));
        } catch (RuntimeException e) {
            leaveOut(frame, String.valueOf(e.getMessage()));
        }
    }

    /** Somebody who is written to by others gets what they like to write: for instance quotes in quotes, deeper than we read. */
    private void leaveOut(Bytes frame, String why) {
        byte[] bytes = frame.toArray();
        Matcher head = HEAD.matcher(new String(bytes, 0, Math.min(bytes.length, 200), StandardCharsets.UTF_8));
        Listener listener = head.lookingAt() ? links.get(Long.parseLong(head.group("link"))) : null;
        if (listener == null) {
            LOG.warn("A frame of Node was left out: {}", why);
        } else if (head.group("event") != null) {
            listener.unreadable(Long.parseLong(head.group("number")), head.group("event"), why);
        } else {
            listener.unreadable(Long.parseLong(head.group("question")), why);
        }
    }

    private void accept(JsonObject frame) {
        OptionalLong answered = number(frame, "a");
        if (answered.isPresent()) {
            answered(answered.getAsLong(), frame);
            return;
        }
        OptionalLong got = number(frame, "got");
        if (got.isPresent()) {
            writer.read(got.getAsLong());
            return;
        }
        OptionalLong link = number(frame, "l");
        if (link.isEmpty()) {
            greeted(frame);
            return;
        }
        Listener listener = links.get(link.getAsLong());
        if (listener == null) {
            return;
        }
        if (frame.get("ask").isPresent()) {
            listener.asked(number(frame, "i").orElseThrow(), text(frame, "ask"), frame);
        } else if (frame.get("event").isPresent()) {
            listener.event(
                    number(frame, "n").orElseThrow(),
                    text(frame, "event"),
                    frame.get("data").orElse(JsonNull.NULL));
        } else {
            listener.told(text(frame, "tell"), frame);
        }
    }

    private void greeted(JsonObject frame) {
        if (frame.get("hello").isPresent()) {
            greeting.complete(frame);
        } else {
            ready.complete(true);
        }
    }

    private void answered(long id, JsonObject frame) {
        CompletableFuture<JsonValue> answer = asked.remove(id);
        if (answer == null) {
            return;
        }
        if (frame.get("error").isEmpty()) {
            answer.complete(frame.get("ok").orElse(JsonNull.NULL));
            return;
        }
        String path = text(frame, "path");
        String error = (path.isEmpty() ? "" : "file " + path + ": ") + Scrub.line(text(frame, "error"));
        boolean permanent = frame.get("permanent").orElse(JsonNull.NULL) instanceof JsonBoolean yes && yes.value();
        answer.completeExceptionally(
                permanent ? TransportException.permanent(error) : TransportException.failed(error));
    }

    private void buried() {
        dead = true;
        writer.end();
        String reason = "Node ended" + status();
        greeting.completeExceptionally(new IOException(reason));
        ready.completeExceptionally(new IOException(reason));
        failAll();
        links.values().forEach(listener -> listener.died(reason));
        links.clear();
    }

    private String status() {
        try {
            return process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS) ? " with status " + process.exitValue() : "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private void failAll() {
        asked.keySet().forEach(id -> {
            CompletableFuture<JsonValue> answer = asked.remove(id);
            if (answer != null) {
                answer.completeExceptionally(TransportException.failed("Node ended before it answered"));
            }
        });
    }

    private void readComplaints() {
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                complained(Scrub.line(line));
            }
        } catch (IOException e) {
            LOG.debug("Node's complaints cannot be read: {}", e.getMessage());
        }
    }

    private static void complained(String line) {
        // What Baileys calls an error is often none: it ends a pairing with one. What matters of it we are told
        // otherwise.
        if (line.startsWith("fatal ")) {
            LOG.warn("Baileys: {}", line);
        } else {
            LOG.debug("Baileys: {}", line);
        }
    }

    /** Ends it: by the end of its input, and forcibly when that does not help. */
    @Override
    public void close() {
        writer.end();
        boolean interrupted = false;
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            process.destroyForcibly();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static OptionalLong number(JsonObject frame, String name) {
        return frame.get(name).orElse(JsonNull.NULL) instanceof JsonNumber number
                ? OptionalLong.of(number.longValue())
                : OptionalLong.empty();
    }

    static String text(JsonObject frame, String name) {
        return frame.get(name).orElse(JsonNull.NULL) instanceof JsonString text ? text.value() : "";
    }

    static List<JsonValue> list(JsonObject frame, String name) {
        return frame.get(name).orElse(JsonNull.NULL) instanceof JsonArray list ? list.values() : List.of();
    }
}
