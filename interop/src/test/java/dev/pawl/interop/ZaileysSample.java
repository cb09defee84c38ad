package dev.pawl.interop;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An account with a little history, as zaileys takes and gives it and as the rows that Pawl makes of it. */
final class ZaileysSample {

    static final SessionName MAIN = SessionName.DEFAULT;
    static final String CHAT = "6282222222222@s.whatsapp.net";
    static final String GROUP = "123456789-987654@g.us";
    static final String BUFFER = "{\"type\":\"Buffer\",\"data\":\"AAEC/v8=\"}";

    /** An id and a value of each type that zaileys knows. */
    static final Map<Key, String> KEYS = keys();

    private ZaileysSample() {}

    private static Map<Key, String> keys() {
        Map<Key, String> keys = new TreeMap<>(Comparator.comparing(Key::toString));
        keys.put(Key.ofKey("pre-key", "1"), "{\"private\":" + BUFFER + ",\"public\":" + BUFFER + "}");
        keys.put(Key.ofKey("pre-key", "30"), "{\"private\":" + BUFFER + ",\"public\":" + BUFFER + "}");
        keys.put(
                Key.ofKey("session", "15550002222.0"),
                "{\"_sessions\":{\"a+/=\":{\"registrationId\":7}},\"version\":\"v1\"}");
        keys.put(Key.ofKey("session", "99887766554433_1.3"), BUFFER);
        keys.put(Key.ofKey("sender-key", GROUP + "::15550002222::0"), BUFFER);
        keys.put(Key.ofKey("sender-key-memory", GROUP), "{\"15550002222:0@s.whatsapp.net\":true}");
        keys.put(Key.ofKey("app-state-sync-key", "AAAAAAA+/8="), "{\"keyData\":" + BUFFER + ",\"timestamp\":\"17\"}");
        keys.put(Key.ofKey("app-state-sync-version", "regular_low"), "{\"version\":4,\"hash\":" + BUFFER + "}");
        keys.put(Key.ofKey("lid-mapping", "15550002222"), "\"11223344556677\"");
        keys.put(Key.ofKey("device-list", "15550002222"), "[\"0\",\"12\"]");
        keys.put(
                Key.ofKey("tctoken", "15550002222@s.whatsapp.net"), "{\"token\":" + BUFFER + ",\"senderTimestamp\":7}");
        keys.put(Key.ofKey("identity-key", "15550002222.0"), BUFFER);
        return Collections.unmodifiableMap(keys);
    }

    static String credentials(int next) {
        return "{\"noiseKey\":{\"private\":" + BUFFER + ",\"public\":" + BUFFER
                + "},\"registrationId\":4242,\"nextPreKeyId\":" + next + "}";
    }

    static String message(String chat, String id, boolean mine, long seconds) {
        return "{\"key\":{\"remoteJid\":\"" + chat + "\",\"fromMe\":" + mine + ",\"id\":\"" + id
                + "\"},\"messageTimestamp\":" + seconds + ",\"message\":{\"conversation\":\"" + id + "\"}}";
    }

    static Row row(Key key, long order, String value) {
        return Row.of(key, order, Bytes.utf8(value));
    }

    /** What zaileys is asked to write: 40 messages of one chat and 1 of a group, both chats, a contact, a presence. */
    static JsonObject filling() {
        List<JsonValue> messages = new ArrayList<>();
        for (int n = 0; n < 40; n++) {
            messages.add(JsonValue.parse(message(CHAT, "M" + n, n % 2 == 0, 1_700_000_000L + n / 3)));
        }
        messages.add(JsonValue.parse(message(GROUP, "G1", false, 1_700_000_000L)));
        return JsonObject.builder()
                .put("creds", JsonValue.parse(credentials(31)))
                .put("signal", signal(KEYS))
                .put("messages", JsonArray.copyOf(messages))
                .put(
                        "chats",
                        JsonValue.parse("[{\"id\":\"" + CHAT + "\",\"conversationTimestamp\":1700000013},{\"id\":\""
                                + GROUP + "\",\"conversationTimestamp\":1700000099,\"archived\":true}]"))
                .put("contacts", JsonValue.parse("[{\"id\":\"" + CHAT + "\",\"name\":\"Bob\"}]"))
                .put("presence", JsonValue.parse("{\"" + CHAT + "\":{\"lastKnownPresence\":\"available\"}}"))
                .build();
    }

    /** The keys as zaileys takes and gives them: {@code {type: {id: value}}}. Other families are left out. */
    static JsonObject signal(Map<Key, String> texts) {
        Map<String, JsonObject> types = new TreeMap<>();
        texts.forEach((key, text) -> {
            if (key.family() == Family.KEY) {
                JsonObject type = types.getOrDefault(key.partition(), JsonObject.EMPTY);
                types.put(key.partition(), type.with(key.id(), JsonValue.parse(text)));
            }
        });
        JsonObject.Builder signal = JsonObject.builder();
        types.forEach(signal::put);
        return signal.build();
    }

    /** The keys that zaileys is asked for: {@code {type: [id]}}. */
    static JsonObject ids(Map<Key, String> texts) {
        JsonObject.Builder ids = JsonObject.builder();
        signal(texts)
                .forEach((type, values) -> ids.put(
                        type,
                        JsonArray.copyOf(((JsonObject) values)
                                .names().stream()
                                        .map(id -> (JsonValue) new JsonString(id))
                                        .toList())));
        return ids.build();
    }

    /** A request for all of {@link #KEYS}, and the messages and the presence of {@link #CHAT}. */
    static JsonObject reading() {
        return JsonObject.builder()
                .put("signal", ids(KEYS))
                .put("chats", JsonArray.of(new JsonString(CHAT)))
                .put("presence", JsonArray.of(new JsonString(CHAT)))
                .build();
    }

    /** A member of each object of a list. */
    static List<String> strings(JsonValue list, String member) {
        return ((JsonArray) list)
                .values().stream()
                        .map(each -> ((JsonObject) each).get(member).orElse(JsonNull.NULL))
                        .map(value -> value instanceof JsonString string ? string.value() : value.toText())
                        .toList();
    }

    /** The ids of the messages of {@link #CHAT}, in the order in which zaileys gave them. */
    static List<String> messageIds(JsonObject answer) {
        JsonObject messages = (JsonObject) answer.get("messages").orElseThrow();
        return ((JsonArray) messages.get(CHAT).orElseThrow())
                .values().stream()
                        .map(each -> (JsonObject) ((JsonObject) each).get("key").orElseThrow())
                        .map(key -> ((JsonString) key.get("id").orElseThrow()).value())
                        .toList();
    }

    /** The ids of all rows that Pawl lists, page by page. */
    static List<String> listed(Backend backend, Scan scan) {
        List<String> ids = new ArrayList<>();
        Optional<Scan> next = Optional.of(scan);
        while (next.isPresent()) {
            Page<Row, Position> page = backend.scan(MAIN, next.get());
            page.items().forEach(row -> ids.add(row.key().id()));
            next = page.next().map(next.get()::after);
        }
        return ids;
    }
}
