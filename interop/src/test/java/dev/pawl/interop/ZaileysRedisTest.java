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
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.redis.LocalRedis;
import dev.pawl.redis.RedisBackend;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/** Real zaileys and Pawl on one Redis server: each reads, lists and clears what the other wrote. */
final class ZaileysRedisTest {

    private static LocalRedis server;

    @BeforeAll
    static void start() {
        server = LocalRedis.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static Backend open(String namespace) {
        return RedisBackend.builder().url(server.url()).namespace(namespace).open();
    }

    private static Optional<String> text(Backend backend, Key key) {
        return backend.get(MAIN, key).map(row -> row.value().utf8());
    }

    @Test
    void pawlReadsAndErasesWhatZaileysWrote() {
        Zaileys zaileys = Zaileys.onRedis(server.url(), "theirs");
        zaileys.ask("fill", filling());

        try (Backend reader = RedisBackend.builder()
                        .url(server.url())
                        .namespace("theirs")
                        .access(Access.READ_ONLY)
                        .open();
                Backend backend = open("theirs")) {
            for (Backend each : List.of(reader, backend)) {
                assertThat(text(each, Key.CREDENTIALS)).contains(credentials(31));
                KEYS.forEach((key, value) ->
                        assertThat(text(each, key)).as("%s", key).contains(value));
                assertThat(listed(each, Scan.of(Family.KEY).limit(3))).hasSize(KEYS.size());
                assertThat(listed(each, Scan.of(Family.MESSAGE).limit(7))).hasSize(41);
                assertThat(listed(
                                each,
                                Scan.of(Family.MESSAGE).in(CHAT).descending().limit(7)))
                        .hasSize(40)
                        .startsWith("M39|0", "M38|1", "M37|0", "M36|1");
                assertThat(listed(each, Scan.of(Family.CHAT).descending())).containsExactly(GROUP, CHAT);
                assertThat(each.scan(MAIN, Scan.of(Family.CHAT).descending())
                                .items()
                                .get(0)
                                .facets()
                                .archived())
                        .isTrue();
                assertThat(listed(each, Scan.of(Family.CONTACT))).containsExactly(CHAT);
                assertThat(listed(each, Scan.of(Family.PRESENCE).in(CHAT))).containsExactly(CHAT);
                assertThat(text(each, new Key(Family.PRESENCE, CHAT, CHAT)))
                        .contains("{\"lastKnownPresence\":\"available\"}");
                assertThat(each.sessions(Set.of(Family.KEY), Optional.empty(), 10)
                                .items())
                        .containsExactly(MAIN);
            }
            backend.erase(MAIN, EnumSet.complementOf(EnumSet.of(Family.LEASE)), List.of());
        }
        try (RedisClient client = RedisClient.create(server.url())) {
            assertThat(client.keys("theirs*")).allMatch(key -> key.contains(":pawl:lane:"));
        }
    }

    @Test
    void zaileysReadsListsAndClearsWhatPawlWrote() {
        Zaileys zaileys = Zaileys.onRedis(server.url(), "ours");
        List<Row> rows = new ArrayList<>();
        rows.add(row(Key.CREDENTIALS, 0, credentials(7)));
        KEYS.forEach((key, value) -> rows.add(row(key, 0, value)));
        for (int n = 0; n < 10; n++) {
            boolean mine = n % 2 == 0;
            rows.add(row(
                    new Key(Family.MESSAGE, CHAT, "M" + n + (mine ? "|1" : "|0")),
                    1_700_000_000L + n / 3,
                    message(CHAT, "M" + n, mine, 1_700_000_000L + n / 3)));
        }
        rows.add(row(Key.of(Family.CHAT, CHAT), 1_700_000_003L, "{\"id\":\"" + CHAT + "\"}"));
        rows.add(new Row(
                Key.of(Family.CHAT, GROUP),
                1_700_000_001L,
                Bytes.utf8("{\"id\":\"" + GROUP + "\",\"archived\":true}"),
                new Facets(true, false, false, "")));
        rows.add(row(Key.of(Family.CONTACT, CHAT), 0, "{\"id\":\"" + CHAT + "\",\"name\":\"Bob\"}"));
        rows.add(row(new Key(Family.PRESENCE, GROUP, CHAT), 0, "{\"lastKnownPresence\":\"composing\"}"));
        try (Backend backend = open("ours")) {
            backend.commit(MAIN, new Batch(List.of(), rows, List.of()));
            backend.commit(MAIN, Batch.of(row(Key.of(Family.LEASE, "auth"), 0, "{\"owner\":\"pawl\"}")));

            JsonObject answer = zaileys.read(reading());
            assertThat(answer.get("creds").orElseThrow().toText()).isEqualTo(credentials(7));
            assertThat(answer.get("signal")).contains(signal(KEYS));
            assertThat(messageIds(answer)).containsExactly("M9", "M8", "M7", "M6", "M5", "M4", "M3", "M2", "M1", "M0");
            assertThat(strings(answer.get("chats").orElseThrow(), "id")).containsExactlyInAnyOrder(CHAT, GROUP);
            assertThat(strings(answer.get("archived").orElseThrow(), "id")).containsExactly(GROUP);
            assertThat(strings(answer.get("contacts").orElseThrow(), "name")).containsExactly("Bob");
            assertThat(answer.get("presence").orElseThrow().toText()).contains("composing");

            zaileys.ask("clearAuth", JsonObject.EMPTY);
            assertThat(backend.get(MAIN, Key.CREDENTIALS)).isEmpty();
            assertThat(listed(backend, Scan.of(Family.KEY))).isEmpty();
            assertThat(backend.partitions(MAIN, Family.KEY, Optional.empty(), 10)
                            .items())
                    .isEmpty();
            assertThat(listed(backend, Scan.of(Family.MESSAGE))).hasSize(10);
            assertThat(backend.get(MAIN, Key.of(Family.LEASE, "auth"))).isPresent();

            zaileys.ask("clearHistory", JsonObject.EMPTY);
            for (Family family : Family.values()) {
                assertThat(listed(backend, Scan.of(family))).as("%s", family).isEmpty();
            }
        }
    }

    @Test
    void takingTurnsEachSeesWhatTheOtherChanged() {
        Zaileys zaileys = Zaileys.onRedis(server.url(), "turns");
        zaileys.ask(
                "fill",
                JsonObject.builder()
                        .put("creds", JsonValue.parse(credentials(1)))
                        .put("signal", signal(KEYS))
                        .build());
        Key added = Key.ofKey("pre-key", "2");
        try (Backend backend = open("turns")) {
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
            assertThat(answer.get("creds").orElseThrow().toText()).isEqualTo(credentials(2));
            JsonObject preKeys = (JsonObject) ((JsonObject) answer.get("signal").orElseThrow())
                    .get("pre-key")
                    .orElseThrow();
            assertThat(preKeys.names()).containsExactlyInAnyOrder("2", "31");

            zaileys.ask("clearAuth", JsonObject.EMPTY);
            assertThat(listed(backend, Scan.of(Family.KEY))).isEmpty();
        }
    }
}
