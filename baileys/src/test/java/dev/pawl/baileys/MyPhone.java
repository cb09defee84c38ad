package dev.pawl.baileys;

import static dev.pawl.baileys.WhatsAppStandIn.args;

import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.List;

/** What I do on my phone at the stand-in, of which the linked device hears. */
record MyPhone(WhatsAppStandIn standIn, Device device) {

    /** The phone sends a part of its history, a {@code HistorySync} of protobuf in JSON, and gives its message's id. */
    String history(String part) {
        return ((JsonString) call("historyPart", to().put("part", PeerActs.json(part)))).value();
    }

    /** I change something, which the device is told. */
    void change(String collection, List<String> index, String action) {
        call("changeState", change(collection, index).put("action", PeerActs.json(action)));
    }

    /** I change something, and nobody is told. */
    void changeQuietly(String collection, List<String> index, String action) {
        call(
                "changeState",
                change(collection, index).put("action", PeerActs.json(action)).put("quietly", true));
    }

    private JsonObject.Builder change(String collection, List<String> index) {
        return to().put("collection", collection)
                .put(
                        "index",
                        JsonArray.copyOf(index.stream().map(JsonString::new).toList()));
    }

    /** Makes a new key for what is synchronised from now on, and keeps it to itself. */
    String newKey() {
        return ((JsonString) call("newStateKey", args().put("phone", Person.ME.name()))).value();
    }

    void shareKey() {
        call("shareStateKey", to());
    }

    /** What the phone reads in a collection, changes of the device included: {@code {index, action}}. */
    List<JsonObject> read(String collection) {
        JsonArray all = (JsonArray) call("stateOf", to().put("collection", collection));
        return all.values().stream().map(one -> (JsonObject) one).toList();
    }

    /** From which versions of a collection the device has gone on so far. */
    List<Long> asked(String collection) {
        JsonArray all = (JsonArray) call("stateAsked", to().put("collection", collection));
        return all.values().stream().map(one -> ((JsonNumber) one).longValue()).toList();
    }

    long version(String collection) {
        return ((JsonNumber) call("stateVersion", to().put("collection", collection))).longValue();
    }

    /** I write to somebody. */
    String write(Person to, String text) {
        return ((JsonString) call(
                        "writeOnPhone",
                        args().put("phone", Person.ME.name())
                                .put("to", to.name())
                                .put("text", text)))
                .value();
    }

    private JsonObject.Builder to() {
        return WhatsAppStandIn.of(device).put("phone", Person.ME.name());
    }

    private JsonValue call(String operation, JsonObject.Builder arguments) {
        return standIn.call(operation, arguments);
    }
}
