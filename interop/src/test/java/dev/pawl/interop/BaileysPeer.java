package dev.pawl.interop;

import dev.pawl.auth.KeyPair;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Real Baileys in a Node process of its own, asked over a pipe.
 *
 * <p>Every call waits for its answer, at most {@link #TIMEOUT}; a call that is not answered in time kills the process.
 * Thread-safe: calls of several threads run at the same time in Node, as callbacks of one event loop do. The process ends
 * with {@link #close()}, with {@link #kill()}, or when this JVM dies.
 */
final class BaileysPeer implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Process process;
    private final OutputStream requests;
    private final Object writing = new Object();
    private final AtomicLong lastId = new AtomicLong();
    private final AtomicLong lastHandle = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonValue>> waiting = new ConcurrentHashMap<>();
    private volatile boolean ended;

    private BaileysPeer(Process process) {
        this.process = process;
        this.requests = process.getOutputStream();
    }

    /** Starts Node with Baileys installed; skips the calling test where there is no Node (fails it when CI=true). */
    static BaileysPeer start() {
        Path directory = BaileysInstallation.require();
        try {
            Process process = new ProcessBuilder("node", "peer.mjs")
                    .directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BaileysPeer peer = new BaileysPeer(process);
            Thread reader = new Thread(peer::readAnswers, "baileys-peer-" + process.pid());
            reader.setDaemon(true);
            reader.start();
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start node", e);
        }
    }

    /** The version of Baileys that answers. */
    String version() {
        return string(object(call("hello", JsonObject.EMPTY)), "baileys");
    }

    // -- directories

    /** Opens a directory as a socket does: files, transactions, Signal repository. A missing one is created, empty. */
    BaileysAccount open(Path directory) {
        return register("open", directory, false);
    }

    /** Like {@link #open(Path)}, with Baileys' own cache between files and transactions. */
    BaileysAccount openCached(Path directory) {
        return register("open", directory, true);
    }

    /** Makes a new identity in a directory without credentials and saves it. */
    BaileysAccount create(Path directory) {
        return register("initCreds", directory, false);
    }

    private BaileysAccount register(String operation, Path directory, boolean cached) {
        String handle = "account-" + lastHandle.incrementAndGet();
        call(
                operation,
                JsonObject.builder()
                        .put("handle", handle)
                        .put("directory", directory.toAbsolutePath().toString())
                        .put("cached", cached)
                        .build());
        return new BaileysAccount(this, handle, directory);
    }

    /**
     * Starts a writer on a directory that rewrites credentials, sessions and pre-keys with rising counters, beside
     * whatever else this peer is asked; {@code roundsPerSecond} 0 means as fast as it can.
     *
     * @param churn whether every round also deletes the oldest of its pre-keys and adds one
     */
    Hammer hammer(Path directory, int roundsPerSecond, boolean churn) {
        JsonValue name = call(
                "hammer",
                JsonObject.builder()
                        .put("directory", directory.toAbsolutePath().toString())
                        .put("rate", roundsPerSecond)
                        .put("churn", churn)
                        .build());
        return new Hammer(this, string(name));
    }

    // -- libsignal's curve

    /** Whether libsignal accepts a signature of {@code message}; the public key has 32 or 33 bytes. */
    boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        return bool(call(
                "verify",
                JsonObject.builder()
                        .put("publicKey", base64(publicKey))
                        .put("message", base64(message))
                        .put("signature", base64(signature))
                        .build()));
    }

    /** Whether libsignal accepts the signature of a signed pre-key; public keys have 32 or 33 bytes. */
    boolean verifySignedPreKey(byte[] identityKey, byte[] preKey, byte[] signature) {
        return bool(call(
                "verifySignedPreKey",
                JsonObject.builder()
                        .put("identityKey", base64(identityKey))
                        .put("preKey", base64(preKey))
                        .put("signature", base64(signature))
                        .build()));
    }

    /** libsignal's 64-byte signature of a message. */
    byte[] sign(byte[] privateKey, byte[] message) {
        JsonObject request = JsonObject.builder()
                .put("privateKey", base64(privateKey))
                .put("message", base64(message))
                .build();
        return bytes(string(call("sign", request)));
    }

    /** libsignal's shared secret of a private key and a public key of 32 or 33 bytes. */
    byte[] agree(byte[] privateKey, byte[] publicKey) {
        JsonObject request = JsonObject.builder()
                .put("privateKey", base64(privateKey))
                .put("publicKey", base64(publicKey))
                .build();
        return bytes(string(call("agree", request)));
    }

    /** A key pair made by Baileys. */
    KeyPair generateKeyPair() {
        JsonObject pair = object(call("generateKeyPair", JsonObject.EMPTY));
        return KeyPair.of(Bytes.wrap(bytes(string(pair, "privateKey"))), Bytes.wrap(bytes(string(pair, "publicKey"))));
    }

    // -- JSON

    /** {@code JSON.stringify(JSON.parse(text))} of each text. */
    List<Outcome> json(List<String> texts) {
        return outcomes("json", texts);
    }

    /** The same with Baileys' reviver and replacer: what loading and saving a record makes of each text. */
    List<Outcome> bufferJson(List<String> texts) {
        return outcomes("bufferJson", texts);
    }

    /** What Baileys' reviver makes of each text, as JSON: bytes as {"$buffer": hex}, objects as {"$obj": …}. */
    List<Outcome> bufferJsonParse(List<String> texts) {
        return outcomes("bufferJsonParse", texts);
    }

    /**
     * Loads a text, changes it as a JavaScript program would, and gives the text it is saved as.
     *
     * @param plain without Baileys' reviver and replacer
     */
    String change(String text, List<Step> steps, boolean plain) {
        JsonObject request = JsonObject.builder()
                .put("text", text)
                .put("steps", JsonArray.copyOf(steps.stream().map(Step::toJson).toList()))
                .put("plain", plain)
                .build();
        return string(call("change", request));
    }

    private List<Outcome> outcomes(String operation, List<String> texts) {
        JsonObject request = JsonObject.builder().put("texts", strings(texts)).build();
        return ((JsonArray) call(operation, request))
                .values().stream().map(BaileysPeer::outcome).toList();
    }

    private static Outcome outcome(JsonValue value) {
        JsonObject outcome = object(value);
        return outcome.get("error").isPresent()
                ? new Outcome(false, string(outcome, "error"))
                : new Outcome(true, string(outcome, "value"));
    }

    /** A resulting text, or the error the text was refused with. */
    record Outcome(boolean accepted, String text) {}

    /** One change to a value: a member or element at a path is set to a JSON text, or deleted. */
    record Step(boolean delete, List<String> path, String value) {

        static Step set(List<String> path, String value) {
            return new Step(false, path, value);
        }

        static Step delete(List<String> path) {
            return new Step(true, path, "");
        }

        private JsonObject toJson() {
            return JsonObject.builder()
                    .put(delete ? "delete" : "set", strings(path))
                    .put("value", value)
                    .build();
        }
    }

    // -- the process

    /** The process id of Node. */
    long pid() {
        return process.pid();
    }

    /** Whether Node still runs. */
    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the process as a power switch would (SIGKILL) and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        await(Duration.ofSeconds(30));
    }

    /** Closes the pipe, upon which Node ends; kills it when it does not. */
    @Override
    public void close() {
        try {
            requests.close();
        } catch (IOException e) {
            // Node is gone already, which is what closing is for.
        }
        if (!await(Duration.ofSeconds(10))) {
            kill();
        }
    }

    private boolean await(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /**
     * Sends one request and waits for its result.
     *
     * @throws PeerFailure when Baileys or the peer answered with an error
     * @throws IllegalStateException when Node is gone or did not answer in time
     */
    JsonValue call(String operation, JsonObject arguments) {
        long id = lastId.incrementAndGet();
        CompletableFuture<JsonValue> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        try {
            send(arguments.with("id", JsonNumber.of(id)).with("op", new JsonString(operation)));
            return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PeerFailure failure) {
                failure.setStackTrace(new Throwable().getStackTrace());
                throw failure;
            }
            throw new IllegalStateException("Baileys gave no answer to " + operation, e.getCause());
        } catch (IOException e) {
            throw new IllegalStateException("Baileys cannot be asked " + operation, e);
        } catch (TimeoutException e) {
            kill();
            throw new IllegalStateException("Baileys did not answer " + operation + " within " + TIMEOUT, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Baileys worked on " + operation, e);
        } finally {
            waiting.remove(id);
        }
    }

    private void send(JsonObject request) throws IOException {
        byte[] line = (request.toText() + "\n").getBytes(StandardCharsets.UTF_8);
        synchronized (writing) {
            requests.write(line);
            requests.flush();
        }
        if (ended) {
            throw new IOException("node has ended");
        }
    }

    private void readAnswers() {
        Exception reason = new IOException("node ended");
        try (BufferedReader answers = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                accept(object(JsonValue.parse(line)));
            }
        } catch (IOException | RuntimeException e) {
            reason = e;
        }
        ended = true;
        for (CompletableFuture<JsonValue> answer : waiting.values()) {
            answer.completeExceptionally(reason);
        }
    }

    private void accept(JsonObject answer) {
        CompletableFuture<JsonValue> future = waiting.get(number(answer, "id"));
        if (future == null) {
            return;
        }
        if (bool(member(answer, "ok"))) {
            future.complete(member(answer, "result"));
        } else {
            JsonObject error = object(member(answer, "error"));
            future.completeExceptionally(new PeerFailure(string(error, "name"), string(error, "message")));
        }
    }

    // -- reading answers

    static JsonValue member(JsonObject object, String name) {
        return object.get(name).orElse(JsonNull.NULL);
    }

    static JsonObject object(JsonValue value) {
        return (JsonObject) value;
    }

    static String string(JsonValue value) {
        return ((JsonString) value).value();
    }

    static String string(JsonObject object, String name) {
        return string(member(object, name));
    }

    static long number(JsonObject object, String name) {
        return ((JsonNumber) member(object, name)).longValue();
    }

    static boolean bool(JsonValue value) {
        return ((JsonBoolean) value).value();
    }

    static List<String> stringList(JsonValue value) {
        return ((JsonArray) value).values().stream().map(BaileysPeer::string).toList();
    }

    static JsonArray strings(List<String> values) {
        return JsonArray.copyOf(values.stream().map(JsonString::new).toList());
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    static byte[] bytes(String base64) {
        return Base64.getDecoder().decode(base64);
    }
}
