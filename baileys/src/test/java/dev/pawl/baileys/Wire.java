package dev.pawl.baileys;

import static dev.pawl.baileys.WhatsAppStandIn.args;
import static dev.pawl.baileys.WhatsAppStandIn.of;

import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.List;
import java.util.Locale;

/** What can go wrong between the stand-in and its clients; {@code operations-wire.mjs} does it. */
record Wire(WhatsAppStandIn standIn) {

    /** What of a query does not arrive. */
    enum Part {
        QUESTION,
        ANSWER
    }

    /** Pre-keys of a device by their numbers: those that the server still has, and all that were ever announced. */
    record PreKeys(List<String> here, List<String> announced) {}

    /** What was done to messages so far: those that were sent once more, and frames that were compressed. */
    record Done(long copies, long compressed) {}

    Done done() {
        JsonObject done = (JsonObject) standIn.call("wireDone", args());
        return new Done(StandInPipe.number(done, "copies"), StandInPipe.number(done, "compressed"));
    }

    /** The queries since this was asked last. */
    List<String> asked() {
        return texts(standIn.call("asked", args()));
    }

    /** A part of this query is lost, so many times. */
    void loses(Part part, String query, int times) {
        loses(part, query, 0, times);
    }

    /** The same, once so many of them went well. */
    void loses(Part part, String query, int after, int times) {
        standIn.call(
                "unanswered",
                args().put("query", query)
                        .put("part", part.name().toLowerCase(Locale.ROOT))
                        .put("after", JsonNumber.of(after))
                        .put("times", JsonNumber.of(times)));
    }

    /** How many of those that are to be lost have not been asked yet. */
    int leftToLose() {
        return (int) ((JsonNumber) standIn.call("stillToLose", args())).longValue();
    }

    /** This query is refused so many times, because the server has trouble of its own. */
    void refuses(String query, int times) {
        standIn.call(
                "unanswered", args().put("query", query).put("part", "refused").put("times", JsonNumber.of(times)));
    }

    /** Gives back how many of those that were to be lost or refused were not, since nobody asked. */
    int losesNothing() {
        return (int) ((JsonNumber) standIn.call("unanswered", args().put("query", JsonNull.NULL))).longValue();
    }

    /** Each message to a client comes so often. */
    void copies(int count) {
        standIn.call("copies", args().put("count", JsonNumber.of(count)));
    }

    /** Stanzas to clients are compressed: {@code none}, {@code all}, {@code mixed}, or some {@code messages}. */
    void compressed(String which) {
        standIn.call("compressed", args().put("how", which));
    }

    /** Somebody writes several messages, which leave at once, and of which the first is compressed. */
    void overtaking(Person from, Device to, List<String> texts) {
        JsonArray all = JsonArray.copyOf(texts.stream().map(JsonString::new).toList());
        standIn.call(
                "overtaking",
                of(to).put("peer", from.name()).put("to", Person.ME.name()).put("texts", all));
    }

    /** Nothing that comes over the present connection of this device is heard. */
    void deafTo(Device device, boolean on) {
        standIn.call("deafTo", of(device).put("on", JsonBoolean.of(on)));
    }

    /** The stream of this device ends; waits until the client has said goodbye, to which it has no answer yet. */
    void endStream(Device device) {
        standIn.call("endStream", of(device));
    }

    /** Waits until nobody is connected. */
    void awaitNoConnections() {
        standIn.call("awaitNoConnections", args());
    }

    /** Whether anybody listens at the address. */
    void listens(boolean on) {
        standIn.call("listen", args().put("on", JsonBoolean.of(on)));
    }

    /** The next login fails with this code, and those after it go well. */
    void refusesOneLogin(int code) {
        standIn.call("nextLogin", args().put("how", "failure").put("reason", JsonNumber.of(code)));
    }

    /** An upgrade to a WebSocket is never answered. */
    void silentUpgrades(boolean on) {
        standIn.call("upgrades", args().put("status", on ? new JsonString("silent") : JsonNull.NULL));
    }

    /** What is wrong with the certificate, {@code root} or {@code serial}; anything else for nothing. */
    void certificate(String forged) {
        standIn.call("certificate", args().put("how", forged));
    }

    /** Clients that pair are given so many references for QR codes. */
    void references(int count) {
        standIn.call("references", args().put("count", JsonNumber.of(count)));
    }

    /** Clients that were away are not told that they have got everything. */
    void endlessOffline(boolean on) {
        standIn.call("endlessOffline", args().put("on", JsonBoolean.of(on)));
    }

    /** The numbers of the devices of somebody's account. */
    List<Integer> devices(Person owner) {
        JsonArray all = (JsonArray) standIn.call("devices", args().put("name", owner.name()));
        return all.values().stream()
                .map(device -> (int) StandInPipe.number((JsonObject) device, "id"))
                .toList();
    }

    /** Forgets all devices but these. */
    void unlink(Person owner, List<Integer> but) {
        JsonArray ids = JsonArray.copyOf(
                but.stream().map(id -> JsonNumber.of((long) id)).toList());
        standIn.call("unlink", args().put("name", owner.name()).put("but", ids));
    }

    /** What this person sends stays on its way. */
    void hold(Person person) {
        standIn.call("hold", args().put("name", person.name()));
    }

    /** What was held arrives. */
    void letGo(Person person) {
        standIn.call("letGo", args().put("name", person.name()));
    }

    /** A message that was delivered, and may have been confirmed, is delivered again. */
    void again(Device device, String id) {
        standIn.call("again", of(device).put("id", id));
    }

    /** Somebody loses what a device of mine writes to a group with. */
    void forgetsSenderKey(Person at, String group, Device device) {
        standIn.call("forgetGroupKey", of(device).put("name", at.name()).put("group", group));
    }

    PreKeys preKeys(Device device) {
        JsonObject all = (JsonObject) standIn.call("preKeys", of(device));
        return new PreKeys(texts(StandInPipe.member(all, "here")), texts(StandInPipe.member(all, "announced")));
    }

    /** The highest number of a pre-key that this device has ever announced. */
    long highestPreKey(Device device) {
        return ((JsonNumber) standIn.call("highestPreKey", of(device))).longValue();
    }

    /** The server has so many pre-keys of this device left, and says so. */
    void runShort(Device device, int count) {
        standIn.call("runShort", of(device).put("count", JsonNumber.of(count)));
    }

    /** Waits until the server has so many pre-keys of this device. */
    void awaitPreKeys(Device device, int count) {
        standIn.call("awaitPreKeys", of(device).put("count", JsonNumber.of(count)));
    }

    private static List<String> texts(JsonValue list) {
        return ((JsonArray) list)
                .values().stream().map(text -> ((JsonString) text).value()).toList();
    }
}
