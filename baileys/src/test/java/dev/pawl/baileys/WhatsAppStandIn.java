package dev.pawl.baileys;

import static dev.pawl.baileys.StandInPipe.member;
import static dev.pawl.baileys.StandInPipe.number;
import static dev.pawl.baileys.StandInPipe.textOf;

import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.tck.server.NodePackages;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The stand-in for the server of WhatsApp in a process of its own, on a port of 127.0.0.1 that the system chose, and the
 * people who have accounts there. {@code src/test/node} has it; {@code operations.mjs} lists what it can be asked.
 *
 * <p>Its own waits end after 20 seconds with an error. Ends with {@link #close}, which is strict, or when this JVM dies.
 */
final class WhatsAppStandIn implements AutoCloseable {

    private final Path directory;
    private final StandInPipe pipe;
    private final Surprises surprises = new Surprises();

    private WhatsAppStandIn(Path directory, StandInPipe pipe) {
        this.directory = directory;
        this.pipe = pipe;
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
        WhatsAppStandIn standIn = new WhatsAppStandIn(directory, StandInPipe.start(directory));
        standIn.add("phone", Person.ME);
        standIn.add("peer", Person.ANA);
        return standIn;
    }

    /** The directory with the stand-in, and with Baileys installed as its lock file says. */
    static Path packages() {
        return NodePackages.require("baileys", "src/test/node", "control.mjs");
    }

    // -- clients

    /** What points an unmodified Baileys at this server, and keeps it from anybody else. */
    Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("WA_STANDIN_URL", pipe.greeting("url"));
        environment.put("WA_STANDIN_ROOT", pipe.greeting("root"));
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

    /** The same, without waiting until the device has answered. */
    CompletableFuture<?> scanAside(String qr) {
        return callAside("scan", args().put("phone", Person.ME.name()).put("qr", qr));
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

    /** The same, without waiting until all have left. */
    CompletableFuture<List<String>> burstAside(Person from, Device to, int count, String prefix) {
        return callAside(
                        "burst",
                        of(to).put("peer", from.name())
                                .put("to", Person.ME.name())
                                .put("count", JsonNumber.of(count))
                                .put("prefix", prefix))
                .thenApply(answer -> ((JsonArray) member(answer, "result"))
                        .values().stream().map(WhatsAppStandIn::string).toList());
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

    /** Which messages of theirs were confirmed to somebody. */
    Set<String> receipts(Person at) {
        return receipts(at, String::isEmpty);
    }

    /** The same, also by a device whose owner does not look at it. */
    Set<String> confirmed(Person at) {
        return receipts(at, type -> !type.equals("retry"));
    }

    /** Which messages of theirs somebody was asked to send again. */
    Set<String> askedAgain(Person at) {
        return receipts(at, "retry"::equals);
    }

    private Set<String> receipts(Person at, Predicate<String> type) {
        JsonArray all = (JsonArray) call("receipts", args().put("name", at.name()));
        return all.values().stream()
                .filter(receipt -> type.test(textOf(object(receipt), "type")))
                .map(receipt -> textOf(object(receipt), "id"))
                .collect(Collectors.toSet());
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
                "changeState",
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

    /** It looks at nothing that comes in: a server that has gone silent, on a connection that stands. */
    void deaf(boolean on) {
        call("deaf", args().put("on", JsonBoolean.of(on)));
    }

    /** Its certificate is signed by somebody else from now on. */
    void forgeCertificate(boolean on) {
        call("forgedCertificate", args().put("on", JsonBoolean.of(on)));
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
        return pipe.call(operation, arguments);
    }

    /** The same, without waiting, however long it takes. */
    CompletableFuture<JsonObject> callAside(String operation, JsonObject.Builder arguments) {
        return pipe.callAside(operation, arguments);
    }

    /** It is to meet what it does not know or cannot deal with, of which this is said; that it does not is a fault then. */
    void mayMeet(String part) {
        surprises.expect(part);
    }

    /** Fails if it met something that it does not know since this was asked last; what it may meet has to be said again. */
    void requireNoSurprises() {
        surprises.check(pipe);
    }

    /** Ends it. Fails if it met something that it does not know, as then something else was tried than the test says. */
    @Override
    public void close() {
        pipe.endAfter(() -> surprises.check(pipe));
    }

    static JsonObject.Builder args() {
        return JsonObject.builder();
    }

    static JsonObject.Builder of(Device device) {
        return args().put("jid", device.jid());
    }

    private static JsonObject object(JsonValue value) {
        return (JsonObject) value;
    }

    private static String string(JsonValue value) {
        return ((JsonString) value).value();
    }
}
