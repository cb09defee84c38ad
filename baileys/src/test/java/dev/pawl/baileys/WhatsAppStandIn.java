package dev.pawl.baileys;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.tck.server.NodePackages;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The stand-in for the server of WhatsApp in a process of its own, on a port of 127.0.0.1 that the system chose, and the
 * people who have accounts there. {@code src/test/node} has it; {@code operations.mjs} lists what it can be asked.
 *
 * <p>Its own waits end after 20 seconds with an error. Ends with {@link #close}, or when this JVM dies.
 */
final class WhatsAppStandIn implements AutoCloseable {

    private static final long SECONDS = 30;

    private final Path directory;
    private final Process process;
    private final OutputStream requests;
    private final Object writing = new Object();
    private final AtomicLong lastId = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
    private final CompletableFuture<JsonObject> greeting = new CompletableFuture<>();

    private WhatsAppStandIn(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
        this.requests = process.getOutputStream();
    }

    /** A device that was linked to somebody's account. */
    record Device(int id, String jid, String lid, int preKeys, int queued, boolean connected) {

        private static Device of(JsonObject json) {
            return new Device(
                    (int) number(json, "id"),
                    textOf(json, "jid"),
                    textOf(json, "lid"),
                    (int) number(json, "preKeys"),
                    (int) number(json, "queued"),
                    JsonBoolean.TRUE.equals(member(json, "connected")));
        }
    }

    /** A message that somebody could read; {@code type} says how it was encrypted, such as {@code msg}. */
    record Received(String id, String from, String text, String type) {

        private static Received of(JsonObject json) {
            return new Received(textOf(json, "id"), textOf(json, "from"), textOf(json, "text"), textOf(json, "type"));
        }
    }

    /** How many messages somebody could and could not read. */
    record Tally(int read, int unread) {

        int all() {
            return read + unread;
        }
    }

    /** Starts it with me, who has the phone, and Ana. */
    static WhatsAppStandIn start() {
        Path directory = packages();
        try {
            Process process = new ProcessBuilder("node", "control.mjs")
                    .directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            WhatsAppStandIn standIn = new WhatsAppStandIn(directory, process);
            Thread reader = new Thread(standIn::readAnswers, "stand-in-" + process.pid());
            reader.setDaemon(true);
            reader.start();
            standIn.greeting.get(SECONDS, TimeUnit.SECONDS);
            standIn.add("phone", Person.ME);
            standIn.add("peer", Person.ANA);
            return standIn;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start node", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the stand-in does not start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The directory with the stand-in, and with Baileys installed as its lock file says. */
    static Path packages() {
        return NodePackages.require("baileys", "src/test/node", "control.mjs");
    }

    // -- clients

    /** What points an unmodified Baileys at this server, and keeps it from anybody else. */
    Map<String, String> environment() {
        JsonObject hello = greeting.join();
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("WA_STANDIN_URL", textOf(hello, "url"));
        environment.put("WA_STANDIN_ROOT", textOf(hello, "root"));
        environment.put("WA_STANDIN_FROM", directory.toString());
        return environment;
    }

    /** Arguments of Node that have that done before anything else. */
    List<String> preload() {
        return List.of("--import", directory.resolve("preload.mjs").toUri().toString());
    }

    /** A transport to this server. */
    BaileysTransport.Builder transport(Path cache) {
        return BaileysTransport.builder()
                .cache(cache)
                .packages(directory)
                .nodeArguments(preload())
                .environment(environment());
    }

    Path directory() {
        return directory;
    }

    // -- people

    /** Gives somebody an account: {@code phone} for one that devices are linked to, {@code peer} for any other. */
    void add(String kind, Person person) {
        call(kind, args().put("name", person.name()).put("pn", person.number()).put("lid", person.lidUser()));
    }

    String group(String subject, Person owner, Person... members) {
        JsonArray names = JsonArray.copyOf(List.of(members).stream()
                .map(member -> new JsonString(member.name()))
                .toList());
        return string(call(
                "group",
                args().put("subject", subject).put("owner", owner.name()).put("members", names)));
    }

    /** My phone scans a QR code. */
    Device scan(String qr) {
        return Device.of(object(
                call("scan", args().put("phone", Person.ME.name()).put("qr", qr))));
    }

    /** The same, with a forged {@code signature} or {@code hmac}. */
    void scanForged(String qr, String forged) {
        callAside("scan", args().put("phone", Person.ME.name()).put("qr", qr).put("forge", forged));
    }

    /** I type a code into my phone. */
    Device enterCode(String code) {
        return Device.of(object(
                call("enterCode", args().put("phone", Person.ME.name()).put("code", code))));
    }

    void unpair(Device device) {
        call("unpair", of(device));
    }

    Device device(Device device) {
        return Device.of(object(call("device", of(device))));
    }

    // -- messages

    /** Somebody writes to me. */
    String send(Person from, String text) {
        return string(call(
                "send",
                args().put("peer", from.name()).put("to", Person.ME.name()).put("text", text)));
    }

    /** Somebody writes to one device of mine alone. */
    String send(Person from, Device to, String text) {
        return string(call(
                "send",
                of(to).put("peer", from.name()).put("to", Person.ME.name()).put("text", text)));
    }

    /** The same, with ciphertext that was damaged on its way. */
    String sendBroken(Person from, Device to, String text) {
        return string(call(
                "send",
                of(to).put("peer", from.name())
                        .put("to", Person.ME.name())
                        .put("text", text)
                        .put("broken", JsonBoolean.TRUE)));
    }

    String sendGroup(Person from, String group, String text) {
        return string(call(
                "sendGroup", args().put("peer", from.name()).put("group", group).put("text", text)));
    }

    /** Somebody writes to one device of mine many times, as fast as it goes. */
    List<String> burst(Person from, Device to, int count, String prefix) {
        JsonValue ids = call(
                "burst",
                of(to).put("peer", from.name())
                        .put("to", Person.ME.name())
                        .put("count", JsonNumber.of(count))
                        .put("prefix", prefix));
        return ((JsonArray) ids).values().stream().map(WhatsAppStandIn::string).toList();
    }

    /** Waits until somebody read the message with this id. */
    Received awaitMessage(Person at, String id) {
        return Received.of(
                object(call("awaitMessage", args().put("name", at.name()).put("id", id))));
    }

    /** Waits until somebody read a message with this text. */
    Received awaitText(Person at, String text) {
        return Received.of(
                object(call("awaitMessage", args().put("name", at.name()).put("text", text))));
    }

    /** Waits until so many messages reached somebody. */
    Tally awaitCount(Person at, int count) {
        JsonObject tally =
                object(call("awaitCount", args().put("name", at.name()).put("count", JsonNumber.of(count))));
        return new Tally((int) number(tally, "read"), (int) number(tally, "unread"));
    }

    /** Waits until a message of theirs was confirmed to them. */
    void awaitReceipt(Person at, String id) {
        call("awaitReceipt", args().put("name", at.name()).put("id", id));
    }

    /** What somebody could not read, and why. */
    List<String> failures(Person at) {
        JsonArray all = (JsonArray) call("failures", args().put("name", at.name()));
        return all.values().stream().map(WhatsAppStandIn::string).toList();
    }

    List<Received> inbox(Person at) {
        JsonArray all = (JsonArray) call("inbox", args().put("name", at.name()));
        return all.values().stream().map(one -> Received.of(object(one))).toList();
    }

    /** Whether somebody asks again for what they cannot read. */
    void retries(Person at, boolean on) {
        call("retries", args().put("name", at.name()).put("on", JsonBoolean.of(on)));
    }

    /** Somebody loses the session with a device: they cannot read what it sends on it. */
    void forget(Person at, Device device) {
        call("forget", of(device).put("name", at.name()));
    }

    /** I give myself another name on my phone, which its synchronised state tells the device. */
    void renamed(Device device, String name) {
        call(
                "appState",
                of(device)
                        .put("phone", Person.ME.name())
                        .put("collection", "critical_block")
                        .put("index", JsonArray.of(new JsonString("setting_pushName")))
                        .put(
                                "action",
                                args().put(
                                                "pushNameSetting",
                                                args().put("name", name).build())
                                        .build()));
    }

    // -- measuring

    /** Milliseconds until so many messages that Ana sends at once are confirmed. */
    double flood(Device to, int count) {
        return ((JsonNumber) measure("flood", of(to).put("peer", "Ana").put("to", "Me"), count)).doubleValue();
    }

    /** Milliseconds of each message of Ana until its echo. */
    List<Double> pings(Device to, int count) {
        JsonArray times = (JsonArray) measure("pings", of(to).put("peer", "Ana").put("to", "Me"), count);
        return times.values().stream()
                .map(time -> ((JsonNumber) time).doubleValue())
                .toList();
    }

    /** Milliseconds, from now on, until Ana has read so many messages more. */
    CompletableFuture<Double> timeOfReading(int count) {
        return callAside("timeOf", args().put("name", "Ana").put("count", JsonNumber.of(count)))
                .thenApply(answer -> ((JsonNumber) member(answer, "result")).doubleValue());
    }

    private JsonValue measure(String what, JsonObject.Builder arguments, int count) {
        return member(
                callAside(what, arguments.put("count", JsonNumber.of(count))).join(), "result");
    }

    // -- faults

    /** Ends the connection of a device in one of the ways of {@code faults.mjs}. */
    void close(Device device, String how) {
        call("close", of(device).put("how", how));
    }

    void close(Device device, String how, int code) {
        call("close", of(device).put("how", how).put("code", JsonNumber.of(code)));
    }

    /** What logins meet from now on. */
    void logins(String how, int code) {
        call("logins", args().put("how", how).put("reason", JsonNumber.of(code)).put("code", JsonNumber.of(code)));
    }

    /** Logins go well again. */
    void loginsGoWell() {
        call("logins", args());
    }

    /** Upgrades to a WebSocket are answered with this status; 0 ends it. */
    void upgrades(int status) {
        call("upgrades", args().put("status", status == 0 ? JsonNull.NULL : JsonNumber.of(status)));
    }

    /** The process dies the moment that its next message has arrived here. */
    void killOnMessage(long pid) {
        call("killOnMessage", args().put("pid", JsonNumber.of(pid)));
    }

    void awaitLive(Device device) {
        call("awaitLive", of(device));
    }

    void awaitGone(Device device) {
        call("awaitGone", of(device));
    }

    void awaitEmptyQueue(Device device) {
        call("awaitEmptyQueue", of(device));
    }

    /** Anything else it can be asked. */
    JsonValue call(String operation, JsonObject.Builder arguments) {
        CompletableFuture<JsonObject> answer = callAside(operation, arguments);
        try {
            JsonObject said = answer.get(SECONDS, TimeUnit.SECONDS);
            if (!JsonBoolean.TRUE.equals(member(said, "ok"))) {
                throw new AssertionError("the stand-in could not " + operation + ": " + textOf(said, "error"));
            }
            return member(said, "result");
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the stand-in did not answer " + operation, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private CompletableFuture<JsonObject> callAside(String operation, JsonObject.Builder arguments) {
        long id = lastId.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        JsonObject request =
                arguments.put("n", JsonNumber.of(id)).put("op", operation).build();
        try {
            synchronized (writing) {
                requests.write((request.toText() + "\n").getBytes(StandardCharsets.UTF_8));
                requests.flush();
            }
        } catch (IOException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    private void readAnswers() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonObject answer = object(JsonValue.parse(Bytes.utf8(line)));
                if (answer.get("n").isEmpty()) {
                    greeting.complete(answer);
                } else {
                    CompletableFuture<JsonObject> asked = waiting.remove(number(answer, "n"));
                    if (asked != null) {
                        asked.complete(answer);
                    }
                }
            }
        } catch (IOException e) {
            greeting.completeExceptionally(e);
        }
        IOException ended = new IOException("the stand-in has ended");
        greeting.completeExceptionally(ended);
        waiting.values().forEach(answer -> answer.completeExceptionally(ended));
    }

    @Override
    public void close() {
        try {
            requests.close();
        } catch (IOException e) {
            // It has ended already.
        }
        process.destroy();
    }

    static JsonObject.Builder args() {
        return JsonObject.builder();
    }

    static JsonObject.Builder of(Device device) {
        return args().put("jid", device.jid());
    }

    private static JsonValue member(JsonObject object, String name) {
        return object.get(name).orElse(JsonNull.NULL);
    }

    private static JsonObject object(JsonValue value) {
        return (JsonObject) value;
    }

    private static String string(JsonValue value) {
        return ((JsonString) value).value();
    }

    private static String textOf(JsonObject object, String name) {
        return member(object, name) instanceof JsonString text ? text.value() : "";
    }

    private static long number(JsonObject object, String name) {
        return member(object, name) instanceof JsonNumber number ? number.longValue() : 0;
    }
}
