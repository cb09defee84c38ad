package dev.pawl.interop;

import static dev.pawl.interop.ZaileysSample.BUFFER;
import static dev.pawl.interop.ZaileysSample.CHAT;
import static dev.pawl.interop.ZaileysSample.GROUP;
import static dev.pawl.interop.ZaileysSample.KEYS;
import static dev.pawl.interop.ZaileysSample.MAIN;
import static dev.pawl.interop.ZaileysSample.credentials;
import static dev.pawl.interop.ZaileysSample.filling;
import static dev.pawl.interop.ZaileysSample.listed;
import static dev.pawl.interop.ZaileysSample.message;
import static dev.pawl.interop.ZaileysSample.messageIds;
import static dev.pawl.interop.ZaileysSample.reading;
import static dev.pawl.interop.ZaileysSample.row;
import static dev.pawl.interop.ZaileysSample.signal;
import static dev.pawl.interop.ZaileysSample.strings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Real zaileys and Pawl on the tables of one database: each reads, lists and clears what the other wrote. */
abstract class ZaileysTablesCase {

    /** Zaileys on a new database of this name, or on the one that was made with it. */
    abstract Zaileys zaileys(String name);

    /** Pawl on the same. */
    abstract Backend open(String name, Access access);

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

    @Test
    void pawlReadsAndErasesWhatZaileysWrote() {
        zaileys("theirs").ask("fill", filling());

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
        JsonObject answer = zaileys("theirs").read(reading());
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
        JsonObject answer = zaileys.read(reading());
        assertSame(answer.get("creds"), credentials(7));
        assertThat(answer.get("signal")).contains(signal(KEYS));
        assertThat(messageIds(answer))
                .containsExactly("M9", "M9", "M8", "M7", "M6", "M5", "M4", "M3", "M2", "M1", "M0");
        assertThat(strings(answer.get("chats").orElseThrow(), "id")).containsExactlyInAnyOrder(CHAT, GROUP);
        assertThat(strings(answer.get("archived").orElseThrow(), "id")).containsExactly(GROUP);
        assertThat(strings(answer.get("contacts").orElseThrow(), "name")).containsExactly("Bob");
        assertThat(answer.get("presence").orElseThrow().toText()).contains("composing");
        assertThat(messageIds(zaileys.read(
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
                        .put("signal", signal(KEYS))
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
            JsonObject answer = zaileys.read(
                    (JsonObject) JsonValue.parse("{\"signal\":{\"pre-key\":[\"1\",\"2\",\"30\",\"31\"]}}"));
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
