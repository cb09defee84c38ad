package dev.pawl.tck.transport;

import dev.pawl.event.RawEvent;
import dev.pawl.json.BufferJson;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.transport.CloseReason;
import dev.pawl.transport.KeyChanges;
import dev.pawl.transport.Link;
import dev.pawl.transport.LinkEndedException;
import dev.pawl.transport.LinkHost;
import dev.pawl.transport.OutgoingMessage;
import dev.pawl.transport.TransportException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A link of a {@link ScriptedTransport}. What it tells the client it tells in the order of the calls, on a thread of its
 * own; the returned futures are done when the client has taken it. Sends have another thread, and their answers come in
 * behind what was told before.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads.
 */
public final class ScriptedLink implements Link {

    /** What {@link #requestPairingCode} answers. */
    public static final String PAIRING_CODE = "ABCD1234";

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    private final LinkHost host;
    private final ExecutorService telling = Executors.newSingleThreadExecutor(ScriptedLink::thread);
    private final ExecutorService sending = Executors.newSingleThreadExecutor(ScriptedLink::thread);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<OutgoingMessage> sent = new ArrayList<>();
    private final List<CompletableFuture<?>> unanswered = new ArrayList<>();
    private Optional<TransportException> sendFailure = Optional.empty();
    private Optional<TransportException> logoutFailure = Optional.empty();
    private boolean holding;
    private boolean forgetting;
    private boolean loggedOut;
    private boolean closed;
    private int step;

    ScriptedLink(LinkHost host) {
        this.host = host;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "scripted-link");
        thread.setDaemon(true);
        return thread;
    }

    /** The client's side of it, to be used like a transport does. */
    public LinkHost host() {
        return host;
    }

    // what a test has it tell

    /** Has something done after what was told before. */
    public CompletableFuture<Void> run(Runnable work) {
        try {
            return CompletableFuture.runAsync(work, telling);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new LinkEndedException("the scripted link was closed"));
        }
    }

    /** Begins with a script. */
    void start(Consumer<ScriptedLink> script) {
        telling.execute(() -> script.accept(this));
    }

    /** In what is run: opens when the device is paired, shows a QR code when it is not. */
    void begin() {
        JsonObject credentials = (JsonObject) JsonValue.parse(host.credentials());
        if (credentials.get("account").isPresent()) {
            host.opened();
        } else {
            host.qr("scripted-qr-1");
        }
    }

    /** The server lets the device in. */
    public CompletableFuture<Void> open() {
        return run(host::opened);
    }

    /** The server has a code to pair with. */
    public CompletableFuture<Void> qr(String text) {
        return run(() -> host.qr(text));
    }

    /** Somebody used the code: writes who we are, and closes with 515 as the server does. */
    public CompletableFuture<Void> pair(String number) {
        return run(() -> {
            host.write(KeyChanges.none().credentials(paired(number)));
            host.closed(CloseReason.of(515, "Stream Errored (restart required)"));
        });
    }

    /** Members of credentials as they are once paired. */
    public static JsonObject paired(String number) {
        JsonValue bytes = BufferJson.of(Bytes.wrap(new byte[] {1, 2, 3}));
        return JsonObject.builder()
                .put(
                        "me",
                        JsonObject.builder()
                                .put("id", new JsonString(number + ":7@s.whatsapp.net"))
                                .put("lid", new JsonString("99" + number + ":7@lid"))
                                .put("name", new JsonString("Scripted"))
                                .build())
                .put(
                        "account",
                        JsonObject.builder()
                                .put("details", bytes)
                                .put("accountSignatureKey", bytes)
                                .put("accountSignature", bytes)
                                .put("deviceSignature", bytes)
                                .build())
                .put("platform", new JsonString("android"))
                .build();
    }

    /** The link closes with a code. */
    public CompletableFuture<Void> close(int code, String message) {
        return run(() -> host.closed(CloseReason.of(code, message)));
    }

    /** The engine dies. */
    public CompletableFuture<Void> die(String message) {
        return run(() -> host.closed(CloseReason.failed(message)));
    }

    /** Something happened. */
    public CompletableFuture<Void> event(String name, JsonValue data) {
        return run(() -> host.event(new RawEvent(name, data)));
    }

    /** Somebody wrote to us. */
    public CompletableFuture<Void> receive(String from, String text) {
        return receive(from, text, "SCRIPTED" + nextStep());
    }

    /** The same, under an id. */
    public CompletableFuture<Void> receive(String from, String text, String messageId) {
        return upsert("notify", message(from, false, messageId, conversation(text)));
    }

    /** The server knows of a message of ours: status 2 it has it, 3 the other phone, 4 read, 0 refused. */
    public CompletableFuture<Void> acknowledge(OutgoingMessage message, int status) {
        return event(
                "messages.update",
                JsonArray.of(JsonObject.builder()
                        .put("key", key(message.jid(), true, message.messageId()))
                        .put("update", JsonObject.EMPTY.with("status", JsonNumber.of(status)))
                        .build()));
    }

    private CompletableFuture<Void> upsert(String type, JsonObject message) {
        return event(
                "messages.upsert",
                JsonObject.builder()
                        .put("messages", JsonArray.of(message))
                        .put("type", new JsonString(type))
                        .build());
    }

    // faults

    /** Has every send from now on fail. */
    public void failSends(TransportException how) {
        locked(() -> sendFailure = Optional.of(how));
    }

    /** Has sends and logouts from now on go out and never be answered. */
    public void holdAnswers() {
        locked(() -> holding = true);
    }

    /** The same, and not even the end of the link fails them, as a transport may get it wrong. */
    public void forgetAnswers() {
        locked(() -> holding = forgetting = true);
    }

    /** Has logging out fail. */
    public void failLogout(TransportException how) {
        locked(() -> logoutFailure = Optional.of(how));
    }

    // what a test looks at

    /**
     * The messages that were sent, in their order.
     *
     * @param number waits for so many
     * @throws AssertionError when there are not so many within 20 seconds
     */
    public List<OutgoingMessage> sent(int number) {
        await(() -> "only " + sent.size() + " messages were sent", () -> sent.size() >= number);
        lock.lock();
        try {
            return List.copyOf(sent);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the client closed it. */
    public void awaitClosed() {
        await(() -> "the link was not closed", () -> closed);
    }

    /** Whether the client asked the server to unlink the device. */
    public boolean isLoggedOut() {
        lock.lock();
        try {
            return loggedOut;
        } finally {
            lock.unlock();
        }
    }

    private void await(Supplier<String> failure, BooleanSupplier reached) {
        lock.lock();
        try {
            long end = System.nanoTime() + PATIENCE;
            while (!reached.getAsBoolean()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError(failure.get());
                }
                changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    // what the client asks for

    @Override
    public CompletableFuture<JsonObject> send(OutgoingMessage message) {
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        lock.lock();
        try {
            if (closed) {
                answer.completeExceptionally(TransportException.failed("the link was closed"));
                return answer;
            }
            unanswered.add(answer);
            sending.execute(() -> deliver(message, answer));
        } finally {
            lock.unlock();
        }
        return answer;
    }

    /** Stores, then sends, as a transport must. */
    private void deliver(OutgoingMessage message, CompletableFuture<JsonObject> answer) {
        JsonObject content = message.content().get("text").orElse(null) instanceof JsonString text
                ? conversation(text.value())
                : message.content();
        JsonObject whole = message(message.jid(), true, message.messageId(), content);
        try {
            Optional<TransportException> failure = locked(() -> sendFailure);
            if (failure.isPresent()) {
                throw failure.get();
            }
            host.storeOwnMessage(whole);
            host.write(KeyChanges.none().put("session", message.jid().replaceFirst("@.*", ".0"), ratchet(nextStep())));
            boolean answered = locked(() -> {
                sent.add(message);
                changed.signalAll();
                return !holding;
            });
            if (answered) {
                // as with a server, it comes in behind what was told before
                telling.execute(() -> answer.complete(whole));
            }
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    private static Bytes ratchet(int step) {
        return JsonObject.builder()
                .put("_sessions", JsonObject.EMPTY)
                .put("version", new JsonString("v1"))
                .put("step", JsonNumber.of(step))
                .build()
                .toBytes();
    }

    /** Says what was asked as the event of it. */
    @Override
    public CompletableFuture<Void> modifyChat(String jid, JsonObject change) {
        return event("chats.update", JsonArray.of(change.with("id", new JsonString(jid))));
    }

    @Override
    public CompletableFuture<String> requestPairingCode(String number) {
        return CompletableFuture.completedFuture(PAIRING_CODE);
    }

    @Override
    public CompletableFuture<Void> logout() {
        lock.lock();
        try {
            if (logoutFailure.isPresent()) {
                return CompletableFuture.failedFuture(logoutFailure.get());
            }
            loggedOut = true;
            if (holding) {
                CompletableFuture<Void> answer = new CompletableFuture<>();
                unanswered.add(answer);
                return answer;
            }
        } finally {
            lock.unlock();
        }
        return close(401, "Intentional Logout");
    }

    @Override
    public CompletableFuture<Void> disconnect() {
        return run(() -> {});
    }

    @Override
    public void close() {
        List<CompletableFuture<?>> failing;
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            failing = forgetting ? List.of() : List.copyOf(unanswered);
            unanswered.clear();
        } finally {
            lock.unlock();
        }
        telling.shutdown();
        sending.shutdown();
        failing.forEach(answer -> answer.completeExceptionally(TransportException.failed("the link was closed")));
    }

    private int nextStep() {
        return locked(() -> ++step);
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private static JsonObject message(String jid, boolean fromMe, String id, JsonObject content) {
        return JsonObject.builder()
                .put("key", key(jid, fromMe, id))
                .put("message", content)
                .put("messageTimestamp", JsonNumber.of(1_700_000_000L))
                .build();
    }

    private static JsonObject key(String jid, boolean fromMe, String id) {
        return JsonObject.builder()
                .put("remoteJid", new JsonString(jid))
                .put("fromMe", JsonBoolean.of(fromMe))
                .put("id", new JsonString(id))
                .build();
    }

    private static JsonObject conversation(String text) {
        return JsonObject.builder().put("conversation", new JsonString(text)).build();
    }
}
