package dev.pawl.message;

import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Events about messages, and rows of them, in few words: JSON with {@code '} for {@code "}. */
final class Said {

    static final String BUDI = "6281111111111@s.whatsapp.net";
    static final String BUDI_LID = "11122233344455@lid";
    static final String SITI_LID = "22233344455566@lid";
    static final String GROUP = "120363021234567890@g.us";

    private Said() {}

    static JsonObject json(String text) {
        return (JsonObject) JsonValue.parse(text.replace('\'', '"'));
    }

    /** The key of a message of Budi's. */
    static String key(String id) {
        return "{'remoteJid':'" + BUDI + "','fromMe':false,'id':'" + id + "'}";
    }

    /** The key of a message of ours to Budi. */
    static String ours(String id) {
        return "{'remoteJid':'" + BUDI + "','fromMe':true,'id':'" + id + "'}";
    }

    /** The key of a message in the group. */
    static String key(String id, String author) {
        return "{'remoteJid':'" + GROUP + "','fromMe':false,'id':'" + id + "','participant':'" + author + "'}";
    }

    /** A message that came while the client was connected: its key, and what else it has. */
    static RawEvent arrives(String key, String members) {
        return event("messages.upsert", "{'messages':[{'key':" + key + "," + members + "}],'type':'notify'}");
    }

    static RawEvent history(String key, String members) {
        return event(
                "messaging-history.set", "{'chats':[],'contacts':[],'messages':[{'key':" + key + "," + members + "}]}");
    }

    static RawEvent update(String key, String members) {
        return event("messages.update", "[{'key':" + key + ",'update':{" + members + "}}]");
    }

    /** A reaction to a message by the author of another one. */
    static RawEvent reaction(String key, String by, String members) {
        return event("messages.reaction", "[{'key':" + key + ",'reaction':{'key':" + by + "," + members + "}}]");
    }

    static RawEvent receipt(String key, String members) {
        return event("message-receipt.update", "[{'key':" + key + ",'receipt':{" + members + "}}]");
    }

    static RawEvent pair() {
        return event("lid-mapping.update", "{'lid':'" + BUDI_LID + "','pn':'" + BUDI + "'}");
    }

    /** The edit by update. */
    static RawEvent edit(String key, String words, long time) {
        return update(key, edited(words) + ",'messageTimestamp':" + time);
    }

    static String edited(String words) {
        return "'message':{'editedMessage':{'message':{'conversation':'" + words + "'}}}";
    }

    /** The message that edits {@code A}, as its author's devices send it. */
    static RawEvent editing(String key, String words, long time) {
        return arrives(key, editingMembers(words, time));
    }

    static String editingMembers(String words, long time) {
        return "'messageTimestamp':" + time + ",'message':{'editedMessage':{'message':{'protocolMessage':{'key':"
                + "{'remoteJid':'x','fromMe':true,'id':'A'},'type':'MESSAGE_EDIT','editedMessage':{'conversation':'"
                + words + "'},'timestampMs':'" + time + "007'}}}}";
    }

    /** The message that takes {@code A} back, as its author's devices send it. */
    static RawEvent revoking(String key, long time) {
        return arrives(
                key,
                "'messageTimestamp':" + time
                        + ",'message':{'protocolMessage':{'type':0,'key':{'remoteJid':'x','fromMe':true,'id':'A'}}}");
    }

    private static RawEvent event(String name, String data) {
        return new RawEvent(name, JsonValue.parse(data.replace('\'', '"')));
    }

    static TinyHistory after(RawEvent... events) {
        return new TinyHistory().apply(Arrays.asList(events));
    }

    /** The row of a message of Budi's called {@code A} after events. */
    static JsonObject row(RawEvent... events) {
        return after(events).row("A|0");
    }

    /** What a row says, without the order of its members and of its lists. */
    static String sorted(JsonValue value) {
        if (value instanceof JsonObject object) {
            TreeMap<String, String> members = new TreeMap<>();
            object.forEach((name, member) -> members.put(name, sorted(member)));
            return members.toString();
        }
        if (value instanceof JsonArray list) {
            List<String> elements = new ArrayList<>();
            list.forEach(element -> elements.add(sorted(element)));
            elements.sort(null);
            return elements.toString();
        }
        return value.toBytes().utf8();
    }

    /** All orders of some things. */
    static <T> List<List<T>> orders(List<T> things) {
        if (things.isEmpty()) {
            return List.of(List.of());
        }
        List<List<T>> orders = new ArrayList<>();
        for (int i = 0; i < things.size(); i++) {
            List<T> others = new ArrayList<>(things);
            T first = others.remove(i);
            for (List<T> rest : orders(others)) {
                List<T> order = new ArrayList<>(List.of(first));
                order.addAll(rest);
                orders.add(order);
            }
        }
        return orders;
    }
}
