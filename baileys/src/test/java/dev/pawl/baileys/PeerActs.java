package dev.pawl.baileys;

import static dev.pawl.baileys.StandInPipe.number;
import static dev.pawl.baileys.StandInPipe.textOf;
import static dev.pawl.baileys.WhatsAppStandIn.args;

import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.List;

/** What people do at the stand-in beside writing texts: any content, receipts, devices of their own. */
record PeerActs(WhatsAppStandIn standIn) {

    /** Somebody sends something to a device of mine: {@code message} is a message of protobuf, in JSON. */
    String say(Person from, Device to, String message) {
        return text(standIn.call(
                "say",
                WhatsAppStandIn.of(to)
                        .put("peer", from.name())
                        .put("to", Person.ME.name())
                        .put("message", json(message))));
    }

    /** Somebody sends something in a group. */
    String sayIn(String group, Person from, String message) {
        return text(standIn.call(
                "say", args().put("peer", from.name()).put("group", group).put("message", json(message))));
    }

    /** What somebody read, as a message of protobuf in JSON. */
    JsonObject heard(Person at, String id) {
        standIn.awaitMessage(at, id);
        return (JsonObject) standIn.call("heard", args().put("name", at.name()).put("id", id));
    }

    /** Somebody confirms messages in a chat of two: {@code read}, {@code played}. */
    void confirm(Person from, Device to, String type, String... ids) {
        standIn.call("confirm", receipt(from, to, type, ids));
    }

    /** Somebody confirms messages in a group; without a type, that they came. */
    void confirmIn(String group, Person from, Device to, String type, String... ids) {
        standIn.call("confirm", receipt(from, to, type, ids).put("group", group));
    }

    /** I read messages of somebody on my phone. */
    void readOnPhone(Person from, Device to, String... ids) {
        standIn.call("confirm", receipt(Person.ME, to, "read-self", ids).put("recipient", from.lid()));
    }

    private static JsonObject.Builder receipt(Person from, Device to, String type, String... ids) {
        JsonArray all =
                JsonArray.copyOf(List.of(ids).stream().map(JsonString::new).toList());
        JsonObject.Builder receipt =
                WhatsAppStandIn.of(to).put("peer", from.name()).put("ids", all);
        return type.isEmpty() ? receipt : receipt.put("type", type);
    }

    /** Somebody links a device, and writes with it from now on as {@code device}. */
    void addDevice(Person of, Person device, int id) {
        standIn.call(
                "addDevice",
                args().put("of", of.name()).put("name", device.name()).put("id", id));
    }

    void removeDevice(Person device) {
        standIn.call("removeDevice", args().put("name", device.name()));
    }

    /** The phone of somebody else scans a QR code. */
    Device scan(Person phone, String qr) {
        JsonObject json = (JsonObject)
                standIn.call("scanBy", args().put("phone", phone.name()).put("qr", qr));
        return new Device((int) number(json, "id"), textOf(json, "jid"), textOf(json, "lid"), 0, 0, false);
    }

    static JsonObject json(String text) {
        return (JsonObject) JsonValue.parse(Bytes.utf8(text));
    }

    private static String text(JsonValue value) {
        return ((JsonString) value).value();
    }
}
