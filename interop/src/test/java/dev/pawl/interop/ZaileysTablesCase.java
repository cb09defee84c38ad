package dev.pawl.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Facets;
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
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Real zaileys and Pawl on the tables of one database: each reads, lists and clears what the other wrote. */
abstract class ZaileysTablesCase {

    private static final SessionName MAIN = SessionName.DEFAULT;
    private static final String CHAT = "6282222222222@s.whatsapp.net";
    private static final String GROUP = "123456789-987654@g.us";
    private static final String BUFFER = "{\"type\":\"Buffer\",\"data\":\"AAEC/v8=\"}";

    /** An id and a value of each type that zaileys knows. */
    private static final Map<Key, String> KEYS = new TreeMap<>(Comparator.comparing(Key::toString));

    static {
        KEYS.put(Key.ofKey("pre-key", "1"), "{\"private\":" + BUFFER + ",\"public\":" + BUFFER + "}");
        KEYS.put(Key.ofKey("pre-key", "30"), "{\"private\":" + BUFFER + ",\"public\":" + BUFFER + "}");
        KEYS.put(
                Key.ofKey("session", "15550002222.0"),
                "{\"_sessions\":{\"a+/=\":{\"registrationId\":7}},\"version\":\"v1\"}");
        KEYS.put(Key.ofKey("session", "99887766554433_1.3"), BUFFER);
        KEYS.put(Key.ofKey("sender-key", GROUP + "::15550002222::0"), BUFFER);
        KEYS.put(Key.ofKey("sender-key-memory", GROUP), "{\"15550002222:0@s.whatsapp.net\":true}");
        KEYS.put(Key.ofKey("app-state-sync-key", "AAAAAAA+/8="), "{\"keyData\":" + BUFFER + ",\"timestamp\":\"17\"}");
        KEYS.put(Key.ofKey("app-state-sync-version", "regular_low"), "{\"version\":4,\"hash\":" + BUFFER + "}");
        KEYS.put(Key.ofKey("lid-mapping", "15550002222"), "\"11223344556677\"");
        KEYS.put(Key.ofKey("device-list", "15550002222"), "[\"0\",\"12\"]");
        KEYS.put(
                Key.ofKey("tctoken", "15550002222@s.whatsapp.net"), "{\"token\":" + BUFFER + ",\"senderTimestamp\":7}");
        KEYS.put(Key.ofKey("identity-key", "15550002222.0"), BUFFER);
    }

    /** Zaileys on a new database of this name, or on the one that was made with it. */
    abstract Zaileys zaileys(String name);

    /** Pawl on the same. */
    abstract Backend open(String name, Access access);

    private static String credentials(int next) {
        return "{\"noiseKey\":{\"private\":" + BUFFER + ",\"public\":" + BUFFER
                + "},\"registrationId\":4242,\"nextPreKeyId\":" + next + "}";
    }

    private static String message(String chat, String id, boolean mine, long seconds) {
        return "{\"key\":{\"remoteJid\":\"" + chat + "\",\"fromMe\":" + mine + ",\"id\":\"" + id
                + "\"},\"messageTimestamp\":" + seconds + ",\"message\":{\"conversation\":\"" + id + "\"}}";
    }

    private static Row row(Key key, long order, String value) {
        return Row.of(key, order, Bytes.utf8(value));
    }

    private static JsonObject signal() {
        Map<String, JsonObject> types = new TreeMap<>();
        KEYS.forEach((key, value) -> types.merge(
                key.partition(),
                JsonObject.EMPTY.with(key.id(), JsonValue.parse(value)),
                (old, one) -> old.with(key.id(), JsonValue.parse(value))));
        JsonObject.Builder signal = JsonObject.builder();
        types.forEach(signal::put);
        return signal.build();
    }

    private static JsonObject ids() {
        JsonObject.Builder ids = JsonObject.builder();
        signal().forEach((type, values) -> ids.put(
                type,
                JsonArray.copyOf(((JsonObject) values)
                        .names().stream()
                                .map(id -> (JsonValue) new JsonString(id))
                                .toList())));
        return ids.build();
    }

    private static JsonObject reading() {
        return JsonObject.builder()
                .put("signal", ids())
                .put("chats", JsonArray.of(new JsonString(CHAT)))
                .put("presence", JsonArray.of(new JsonString(CHAT)))
                .build();
    }

    private static JsonObject read(Zaileys zaileys, JsonObject request) {
        return (JsonObject) zaileys.ask("read", request);
    }

    private static List<String> strings(JsonValue list, String member) {
        return ((JsonArray) list)
                .values().stream()
                        .map(each -> ((JsonObject) each).get(member).orElse(JsonNull.NULL))
                        .map(value -> value instanceof JsonString string ? string.value() : value.toText())
                        .toList();
    }

    private static List<String> messageIds(JsonObject answer) {
        JsonObject messages = (JsonObject) answer.get("messages").orElseThrow();
        return ((JsonArray) messages.get(CHAT).orElseThrow())
                .values().stream()
                        .map(each -> (JsonObject) ((JsonObject) each).get("key").orElseThrow())
                        .map(key -> ((JsonString) key.get("id").orElseThrow()).value())
                        .toList();
    }

    /** What a row means; jsonb has members in another order. */
    private static Optional<JsonValue> json(Backend backend, Key key) {
        return backend.get(MAIN, key).map(row -> JsonValue.parse(row.value()));
    }

    private static void assertSame(Optional<JsonValue> found, String expected) {
        assertThat(found.map(ZaileysTablesCase::sorted)).contains(sorted(JsonValue.parse(expected)));
    }

    private static String sorted(JsonValue value) {
        if (value instanceof JsonObject object) {
            Map<String, String> members = new TreeMap<>();
            object.forEach((name, member) -> members.put(name, sorted(member)));
            return members.toString();
        }
        if (value instanceof JsonArray array) {
            return array.values().stream()
                    .map(ZaileysTablesCase::sorted)
                    .toList()
                    .toString();
        }
        return value.toText();
    }

    private static List<String> listed(Backend backend, Scan scan) {
        List<String> ids = new ArrayList<>();
        Optional<Scan> next = Optional.of(scan);
        while (next.isPresent()) {
            Page<Row, Position> page = backend.scan(MAIN, next.get());
            page.items().forEach(row -> ids.add(row.key().id()));
            next = page.next().map(next.get()::after);
        }
        return ids;
    }

    @Test
    void pawlReadsAndErasesWhatZaileysWrote() {
        List<JsonValue> messages = new ArrayList<>();
        for (int n = 0; n < 40; n++) {
            messages.add(JsonValue.parse(message(CHAT, "M" + n, n % 2 == 0, 1_700_000_000L + n / 3)));
        }
        messages.add(JsonValue.parse(message(GROUP, "G1", false, 1_700_000_000L)));
        zaileys("theirs")
                .ask(
                        "fill",
                        JsonObject.builder()
                                .put("creds", JsonValue.parse(credentials(31)))
                                .put("signal", signal())
                                .put("messages", JsonArray.copyOf(messages))
                                .put(
                                        "chats",
                                        JsonValue.parse("[{\"id\":\"" + CHAT
                                                + "\",\"conversationTimestamp\":1700000013},{\"id\":\"" + GROUP
                                                + "\",\"conversationTimestamp\":1700000099,\"archived\":true}]"))
                                .put("contacts", JsonValue.parse("[{\"id\":\"" + CHAT + "\",\"name\":\"Bob\"}]"))
                                .put(
                                        "presence",
                                        JsonValue.parse("{\"" + CHAT + "\":{\"lastKnownPresence\":\"available\"}}"))
                                .build());

        for (Access access : List.of(Access.READ_ONLY, Access.READ_WRITE)) {
            try (Backend backend = open("theirs", access)) {
                if (access == Access.READ_WRITE) {
                    // Makes the tables of Pawl beside them.
                    backend.commit(MAIN, Batch.of(row(Key.of(Family.LEASE, "auth"), 0, "{\"owner\":\"pawl\"}")));
                }
                assertSame(json(backend, Key.CREDENTIALS), credentials(31));
                KEYS.forEach((key, value) -> assertSame(json(backend, key), value));
                assertThat(listed(backend, Scan.of(Family.KEY).limit(3))).hasSize(KEYS.size());
                assertThat(listed(backend, Scan.of(Family.MESSAGE).limit(7))).hasSize(41);
                assertThat(listed(
                                backend,
                                Scan.of(Family.MESSAGE).in(CHAT).descending().limit(7)))
                        .hasSize(40)
                        .startsWith("M39|0", "M38|1", "M37|0", "M36|1");
                assertThat(listed(backend, Scan.of(Family.CHAT).descending())).containsExactly(GROUP, CHAT);
                assertThat(backend.scan(MAIN, Scan.of(Family.CHAT).descending())
                                .items()
                                .get(0)
                                .facets()
                                .archived())
                        .isTrue();
                assertThat(listed(backend, Scan.of(Family.CONTACT))).containsExactly(CHAT);
                assertSame(
                        json(backend, new Key(Family.PRESENCE, CHAT, CHAT)), "{\"lastKnownPresence\":\"available\"}");
                assertThat(backend.sessions(Set.of(Family.KEY), Optional.empty(), 10)
                                .items())
                        .containsExactly(MAIN);
            }
        }
        try (Backend backend = open("theirs", Access.READ_WRITE)) {
            backend.erase(MAIN, EnumSet.complementOf(EnumSet.of(Family.LEASE)), List.of());
        }
        JsonObject answer = read(zaileys("theirs"), reading());
        assertThat(answer.get("creds")).contains(JsonNull.NULL);
        assertThat(messageIds(answer)).isEmpty();
        for (String list : List.of("chats", "contacts")) {
            assertThat(answer.get(list).orElseThrow().toText()).isEqualTo("[]");
        }
        ((JsonObject) answer.get("signal").orElseThrow())
                .forEach((type, values) -> assertThat(values.toText()).isEqualTo("{}"));
    }

    @Test
    void zaileysReadsListsAndClearsWhatPawlWrote() {
        List<Row> rows = new ArrayList<>();
        rows.add(row(Key.CREDENTIALS, 0, credentials(7)));
        KEYS.forEach((key, value) -> rows.add(row(key, 0, value)));
        for (int n = 0; n < 10; n++) {
            boolean mine = n % 2 == 0;
            rows.add(row(
                    new Key(Family.MESSAGE, CHAT, "M" + n + (mine ? "|1" : "|0")),
                    1_700_000_000L + n,
                    message(CHAT, "M" + n, mine, 1_700_000_000L + n)));
        }
        rows.add(row(
                new Key(Family.MESSAGE, CHAT, "M9|0|628@s.whatsapp.net"),
                1_700_000_010L,
                message(CHAT, "M9", false, 1_700_000_010L)));
        rows.add(row(Key.of(Family.CHAT, CHAT), 1_700_000_003L, "{\"id\":\"" + CHAT + "\"}"));
        rows.add(new Row(
                Key.of(Family.CHAT, GROUP),
                1_700_000_001L,
                Bytes.utf8("{\"id\":\"" + GROUP + "\",\"archived\":true}"),
                new Facets(true, false, false, "")));
        rows.add(row(Key.of(Family.CONTACT, CHAT), 0, "{\"id\":\"" + CHAT + "\",\"name\":\"Bob\"}"));
        rows.add(row(new Key(Family.PRESENCE, CHAT, CHAT), 0, "{\"lastKnownPresence\":\"composing\"}"));
        rows.add(row(Key.of(Family.GROUP, GROUP), 0, "{}"));
        rows.add(row(new Key(Family.JOB, "waiting", "1"), 1, "{}"));
        try (Backend backend = open("ours", Access.READ_WRITE)) {
            backend.commit(MAIN, new Batch(List.of(), rows, List.of()));
            backend.commit(MAIN, Batch.of(row(Key.of(Family.LEASE, "auth"), 0, "{\"owner\":\"pawl\"}")));
        }
        Zaileys zaileys = zaileys("ours");
        JsonObject answer = read(zaileys, reading());
        assertSame(answer.get("creds"), credentials(7));
        assertThat(answer.get("signal")).contains(signal());
        assertThat(messageIds(answer))
                .containsExactly("M9", "M9", "M8", "M7", "M6", "M5", "M4", "M3", "M2", "M1", "M0");
        assertThat(strings(answer.get("chats").orElseThrow(), "id")).containsExactlyInAnyOrder(CHAT, GROUP);
        assertThat(strings(answer.get("archived").orElseThrow(), "id")).containsExactly(GROUP);
        assertThat(strings(answer.get("contacts").orElseThrow(), "name")).containsExactly("Bob");
        assertThat(answer.get("presence").orElseThrow().toText()).contains("composing");
        assertThat(messageIds(read(
                        zaileys,
                        reading().with("limit", JsonValue.parse("2")).with("before", JsonValue.parse("1700000005")))))
                .containsExactly("M4", "M3");

        zaileys.ask("clearAuth", JsonObject.EMPTY);
        zaileys.ask("clearHistory", JsonObject.EMPTY);
        Set<Family> ours = EnumSet.of(Family.LEASE, Family.GROUP, Family.JOB);
        try (Backend backend = open("ours", Access.READ_WRITE)) {
            for (Family family : Family.values()) {
                assertThat(listed(backend, Scan.of(family))).as("%s", family).hasSize(ours.contains(family) ? 1 : 0);
            }
        }
    }

    @Test
    void takingTurnsEachSeesWhatTheOtherChanged() {
        Zaileys zaileys = zaileys("turns");
        zaileys.ask(
                "fill",
                JsonObject.builder()
                        .put("creds", JsonValue.parse(credentials(1)))
                        .put("signal", signal())
                        .build());
        Key added = Key.ofKey("pre-key", "2");
        try (Backend backend = open("turns", Access.READ_WRITE)) {
            backend.commit(
                    MAIN,
                    new Batch(
                            List.of(Check.exact(Key.CREDENTIALS, Bytes.utf8(credentials(1)))),
                            List.of(row(Key.CREDENTIALS, 0, credentials(2)), row(added, 0, BUFFER)),
                            List.of(Key.ofKey("pre-key", "1"))));
            zaileys.ask("delete", (JsonObject) JsonValue.parse("{\"signal\":{\"pre-key\":[\"30\"]}}"));
            zaileys.ask("fill", (JsonObject) JsonValue.parse("{\"signal\":{\"pre-key\":{\"31\":" + BUFFER + "}}}"));

            assertThat(listed(backend, Scan.of(Family.KEY).in("pre-key").limit(1)))
                    .containsExactly("2", "31");
            JsonObject answer = read(
                    zaileys, (JsonObject) JsonValue.parse("{\"signal\":{\"pre-key\":[\"1\",\"2\",\"30\",\"31\"]}}"));
            assertSame(answer.get("creds"), credentials(2));
            JsonObject preKeys = (JsonObject) ((JsonObject) answer.get("signal").orElseThrow())
                    .get("pre-key")
                    .orElseThrow();
            assertThat(preKeys.names()).containsExactlyInAnyOrder("2", "31");

            zaileys.ask("clearAuth", JsonObject.EMPTY);
            assertThat(listed(backend, Scan.of(Family.KEY))).isEmpty();
        }
    }
}
