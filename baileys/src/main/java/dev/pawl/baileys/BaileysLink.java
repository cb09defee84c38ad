package dev.pawl.baileys;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.transport.CloseReason;
import dev.pawl.transport.Link;
import dev.pawl.transport.LinkEndedException;
import dev.pawl.transport.LinkHost;
import dev.pawl.transport.OutgoingMessage;
import dev.pawl.transport.TransportException;
import dev.pawl.transport.Unanswered;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link in the bridge, and what it asks of the host.
 *
 * <p>{@link KeyWrites} does the writes. Events are handed over one after another, and each is confirmed to the bridge when the
 * host has taken it, by which the bridge knows when to stop reading from the server. {@code closed} comes after all of
 * them.
 */
final class BaileysLink implements Link, NodeProcess.Listener {

    static final String ENDED = "the link has ended";
    private static final Logger LOG = LoggerFactory.getLogger(BaileysLink.class);

    private final NodeProcess node;
    private final long number;
    private final LinkHost host;
    private final Executor threads;
    private final KeyWrites writes;
    private final Lane events;
    private final Lane signals;
    private final Confirmations confirmations;
    private final AtomicBoolean saidClosed = new AtomicBoolean();
    private final CompletableFuture<Boolean> allTold = new CompletableFuture<>();
    private final Unanswered unanswered = new Unanswered();
    private final CountDownLatch paused = new CountDownLatch(1);

    /** Whether the host has refused an event: it gets none that came later, which would confirm that one too. Of the lane. */
    private boolean refused;

    private volatile boolean ended;

    /** How long one question waits for the history; the bridge asks again. */
    private static final Duration LONGEST_STORING = Duration.ofSeconds(10);

    BaileysLink(NodeProcess node, long number, LinkHost host, Executor threads) {
        this.node = node;
        this.number = number;
        this.host = host;
        this.threads = threads;
        this.writes = new KeyWrites(node, host, threads, () -> ended);
        this.events = new Lane(threads);
        this.signals = new Lane(threads);
        this.confirmations = new Confirmations(events, host::progress, this::confirm);
    }

    /** Has the bridge connect. */
    void open(JsonObject options) {
        node.register(number, this);
        Frame frame = new Frame().put("creds", host.credentials()).put("options", options);
        var unused = node.ask(number, "open", frame).whenComplete((answer, failure) -> {
            if (failure != null) {
                died("the connection could not be begun: " + failure.getMessage());
            }
        });
    }

    // -- what the bridge says

    @Override
    public void asked(long id, String question, JsonObject frame) {
        switch (question) {
            case "read" -> answering(id, () -> read(id, frame));
            case "write" -> writes.add(id, frame);
            case "own" ->
                answering(id, () -> {
                    host.storeOwnMessage(object(frame, "message"));
                    return Frame.ok(id, JsonNull.NULL);
                });
            case "retry" ->
                answering(
                        id,
                        () -> Frame.ok(
                                id,
                                forRetry(object(frame, "key"))
                                        .<JsonValue>map(value -> value)
                                        .orElse(JsonNull.NULL)));
            case "stored" -> answering(id, () -> Frame.ok(id, JsonBoolean.of(isStored())));
            default -> refuse(id, "unknown question " + question);
        }
    }

    @FunctionalInterface
    private interface Answer {
        Frame get();
    }

    private void answering(long id, Answer answer) {
        threads.execute(() -> {
            if (ended) {
                refuse(id, ENDED);
                return;
            }
            try {
                node.send(answer.get());
            } catch (StoreException | LinkEndedException | CancellationException e) {
                refuse(id, String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                LOG.warn("session {}: what Baileys asked for failed", host.session(), e);
                refuse(id, e.getClass().getSimpleName());
            }
        });
    }

    private boolean isStored() {
        try {
            return host.awaitStored(LONGEST_STORING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** One that cannot be read never can: whoever asks for it gets nothing. A failure that passes is told as one. */
    private Optional<JsonObject> forRetry(JsonObject key) {
        try {
            return host.messageForRetry(key);
        } catch (CorruptDataException | UnsupportedException e) {
            LOG.warn("session {}: a message cannot be sent again", host.session(), e);
            return Optional.empty();
        }
    }

    private Frame read(long id, JsonObject frame) {
        List<String> ids = NodeProcess.list(frame, "ids").stream()
                .map(value -> ((JsonString) value).value())
                .toList();
        return new Frame().put("a", id).records("ok", host.read(NodeProcess.text(frame, "type"), ids));
    }

    @Override
    public void event(long eventNumber, String name, JsonValue data) {
        confirmations.came(eventNumber);
        events.run(() -> {
            refused = refused || ended || !take(new RawEvent(name, data));
            if (!refused) {
                confirmations.taken(eventNumber);
            }
        });
    }

    @Override
    public void unreadable(long eventNumber, String name, String why) {
        LOG.warn("session {}: {} was left out, it cannot be read: {}", host.session(), name, why);
        confirmations.came(eventNumber);
        events.run(() -> {
            if (!refused) {
                confirmations.leftOut(eventNumber);
            }
        });
    }

    @Override
    public void unreadable(long question, String why) {
        LOG.warn("session {}: what Baileys asked cannot be read: {}", host.session(), why);
        refuse(question, why);
    }

    private void confirm(long taken, long stored) {
        node.send(new Frame().put("l", number).put("stored", stored).put("taken", taken));
    }

    private boolean take(RawEvent event) {
        try {
            host.event(event);
            return true;
        } catch (LinkEndedException | CancellationException e) {
            LOG.debug("session {}: {} was not taken over", host.session(), event.name());
            return false;
        } catch (RuntimeException e) {
            LOG.warn("session {}: {} was not taken over", host.session(), event.name(), e);
            return false;
        }
    }

    @Override
    public void told(String what, JsonObject frame) {
        switch (what) {
            case "qr" -> signal(() -> host.qr(NodeProcess.text(frame, "text")));
            case "opened" -> events.run(() -> call(host::opened));
            case "closed" -> closed(reason(frame));
            case "paused" -> {
                paused.countDown();
                LOG.debug("session {}: we are behind, nothing is read from the server", host.session());
            }
            case "trouble" -> signal(() -> host.trouble(Scrub.line(NodeProcess.text(frame, "message"))));
            case "resumed" -> LOG.debug("session {}: the server is read again", host.session());
            default -> LOG.debug("session {}: the bridge said {}", host.session(), what);
        }
    }

    private static CloseReason reason(JsonObject frame) {
        String message = Scrub.line(NodeProcess.text(frame, "message"));
        OptionalLong code = NodeProcess.number(frame, "code");
        return code.isPresent() ? CloseReason.of((int) code.getAsLong(), message) : CloseReason.failed(message);
    }

    private void signal(Runnable call) {
        signals.run(() -> call(call));
    }

    private void call(Runnable call) {
        if (ended) {
            return;
        }
        try {
            call.run();
        } catch (LinkEndedException e) {
            LOG.debug("session {}: the link had ended", host.session());
        } catch (RuntimeException e) {
            LOG.warn("session {}: the client failed", host.session(), e);
        }
    }

    @Override
    public void died(String reason) {
        closed(CloseReason.failed(reason));
    }

    /** Behind every signal, and then behind every event and every write: it is the last. */
    private void closed(CloseReason reason) {
        if (saidClosed.compareAndSet(false, true)) {
            signals.run(() -> events.run(() -> writes.after(() -> signal(() -> {
                ended = true;
                events.run(confirmations::end);
                node.unregister(number);
                try {
                    // First, so that whoever asked finds that the client knows.
                    host.closed(reason);
                } finally {
                    unanswered.end();
                    allTold.complete(true);
                }
            }))));
        }
    }

    /** Waits until reading from the server has stopped because we were behind. */
    void awaitPause() throws InterruptedException {
        paused.await();
    }

    // -- what the client asks

    @Override
    public CompletableFuture<JsonObject> send(OutgoingMessage message) {
        Frame frame = new Frame()
                .put("jid", message.jid())
                .put("content", message.content())
                .put("options", message.options())
                .put("messageId", message.messageId())
                .put("confirmed", JsonBoolean.of(message.confirmed()));
        return ask("send", frame).thenApply(answer -> answer instanceof JsonObject whole ? whole : JsonObject.EMPTY);
    }

    @Override
    public CompletableFuture<Void> modifyChat(String jid, JsonObject change) {
        return ask("modify", new Frame().put("jid", jid).put("change", change)).thenAccept(answer -> {});
    }

    @Override
    public CompletableFuture<String> requestPairingCode(String phone) {
        return ask("code", new Frame().put("number", phone)).thenApply(answer -> ((JsonString) answer).value());
    }

    @Override
    public CompletableFuture<Void> logout() {
        return ask("logout", new Frame()).thenAccept(answer -> {});
    }

    private CompletableFuture<JsonValue> ask(String question, Frame frame) {
        return saidClosed.get()
                ? CompletableFuture.failedFuture(TransportException.failed(ENDED))
                : unanswered.ask(() -> node.ask(number, question, frame));
    }

    @Override
    public CompletableFuture<Void> disconnect() {
        if (!ended) {
            node.send(new Frame().put("l", number).put("tell", "disconnect"));
        }
        return allTold.thenAccept(told -> {});
    }

    @Override
    public void close() {
        if (!ended) {
            ended = true;
            saidClosed.set(true);
            events.run(confirmations::end);
            node.unregister(number);
            node.send(new Frame().put("l", number).put("tell", "end"));
            allTold.complete(true);
        }
        unanswered.end();
    }

    private void refuse(long id, String reason) {
        node.send(Frame.refusal(id, reason));
    }

    private static JsonObject object(JsonObject frame, String name) {
        return frame.get(name).orElse(JsonNull.NULL) instanceof JsonObject object ? object : JsonObject.EMPTY;
    }

    /** Names no secret. */
    @Override
    public String toString() {
        return "BaileysLink[" + host.session() + ", process " + node.pid() + "]";
    }
}
