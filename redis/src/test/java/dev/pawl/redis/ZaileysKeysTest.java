package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.SetParams;

/** The keys that real zaileys 4.14.1 made, with made-up content, read and written here: no Node is needed. */
final class ZaileysKeysTest {

    private static final String FRIEND = "15550002222@s.whatsapp.net";
    private static final String GROUP = "123456789-987654@g.us";

    private final Map<String, String> strings = new HashMap<>();
    private final Map<String, Map<String, String>> hashes = new HashMap<>();
    private RedisClient client;

    @BeforeEach
    void load() throws IOException {
        client = TestRedis.client();
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("zaileys-4.14.1.jsonl"))) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> load((JsonObject) JsonValue.parse(line)));
        }
    }

    private void load(JsonObject line) {
        String key = string(line.get("key").orElseThrow());
        JsonValue value = line.get("value").orElseThrow();
        switch (string(line.get("type").orElseThrow())) {
            case "string" -> {
                client.set(key, string(value));
                strings.put(key, string(value));
            }
            case "set" -> ((JsonArray) value).forEach(member -> client.sadd(key, string(member)));
            case "hash" ->
                ((JsonObject) value).forEach((field, text) -> {
                    client.hset(key, field, string(text));
                    hashes.computeIfAbsent(key, name -> new HashMap<>()).put(field, string(text));
                });
            default ->
                ((JsonArray) value)
                        .forEach(member -> client.zadd(
                                key,
                                ((JsonNumber) ((JsonObject) member).get("score").orElseThrow()).doubleValue(),
                                string(((JsonObject) member).get("value").orElseThrow())));
        }
        long seconds = ((JsonNumber) line.get("ttl").orElseThrow()).longValue();
        if (seconds > 0) {
            client.expire(key, seconds);
        }
    }

    private static String string(JsonValue value) {
        return ((JsonString) value).value();
    }

    @AfterEach
    void clear() {
        client.close();
        TestRedis.clear();
    }

    @Test
    void credentialsAndKeysAreReadByteForByte() {
        try (Backend backend =
                TestRedis.builder("wa-auth").access(Access.READ_ONLY).open()) {
            assertThat(Rows.text(backend, Key.CREDENTIALS)).contains(strings.get("wa-auth:auth:creds"));
            List<Row> keys = Rows.all(backend, Scan.of(Family.KEY).limit(2));
            assertThat(keys).hasSize(strings.size() - 2);
            for (Row row : keys) {
                assertThat(row.value().utf8())
                        .isEqualTo(strings.get("wa-auth:auth:signal:"
                                + row.key().partition() + ":" + row.key().id()));
            }
            assertThat(backend.partitions(Rows.MAIN, Family.KEY, Optional.empty(), 20)
                            .items())
                    .hasSize(10);
            assertThat(backend.sessions(EnumSet.of(Family.CREDENTIALS), Optional.empty(), 10)
                            .items())
                    .containsExactly(Rows.MAIN);
            assertThat(backend.sessions(EnumSet.of(Family.MESSAGE), Optional.empty(), 10)
                            .items())
                    .isEmpty();
        }
    }

    @Test
    void messagesChatsContactsAndPresenceAreRead() {
        try (Backend backend =
                TestRedis.builder("wa-store").access(Access.READ_ONLY).open()) {
            List<Row> messages = Rows.all(
                    backend, Scan.of(Family.MESSAGE).in(FRIEND).descending().limit(2));
            Map<String, String> theirs = Objects.requireNonNull(hashes.get("wa-store:msg-data:" + FRIEND));
            assertThat(messages).hasSize(theirs.size());
            messages.forEach(row -> assertThat(row.value().utf8())
                    .isEqualTo(theirs.get(row.key().id())));
            assertThat(messages).isSortedAccordingTo((a, b) -> b.position().compareTo(a.position()));
            assertThat(messages.get(0).order()).isEqualTo(1_700_000_030L);

            List<Row> chats = Rows.all(backend, Scan.of(Family.CHAT).descending());
            assertThat(chats)
                    .hasSize(
                            Objects.requireNonNull(hashes.get("wa-store:chats")).size());
            assertThat(chats)
                    .filteredOn(row -> row.facets().archived())
                    .extracting(row -> row.key().id())
                    .containsExactly(GROUP);
            assertThat(chats)
                    .allMatch(row -> backend.get(Rows.MAIN, row.key())
                            .filter(found -> found.order() == row.order())
                            .isPresent());
            assertThat(Rows.ids(backend, Scan.of(Family.CONTACT)))
                    .containsExactlyInAnyOrderElementsOf(Objects.requireNonNull(hashes.get("wa-store:contacts"))
                            .keySet());

            Key presence = new Key(Family.PRESENCE, FRIEND, FRIEND);
            Row seen = backend.get(Rows.MAIN, presence).orElseThrow();
            assertThat(seen.value().utf8()).isEqualTo(strings.get("wa-store:presence:" + FRIEND));
            assertThat(seen.order())
                    .isBetween(System.currentTimeMillis() / 1000 - 60, System.currentTimeMillis() / 1000 + 1);
            assertThat(Rows.all(backend, Scan.of(Family.PRESENCE).in(FRIEND))).containsExactly(seen);
        }
    }

    @Test
    void presenceThatZaileysWroteLaterCountsAndOneOfOursInAnotherChatDoesNot() {
        Key alone = new Key(Family.PRESENCE, FRIEND, FRIEND);
        Key inGroup = new Key(Family.PRESENCE, GROUP, FRIEND);
        try (Backend backend = TestRedis.builder("wa-store").open()) {
            backend.commit(Rows.MAIN, Batch.of(Row.of(alone, 7, Bytes.utf8("\"ours\""))));
            assertThat(Rows.text(backend, alone)).contains("\"ours\"");
            backend.commit(Rows.MAIN, Batch.of(Row.of(inGroup, 8, Bytes.utf8("\"in a group\""))));
            assertThat(client.get("wa-store:presence:" + FRIEND)).isEqualTo("\"in a group\"");
            assertThat(Rows.text(backend, alone)).contains("\"ours\"");

            client.set(
                    "wa-store:presence:" + FRIEND,
                    "\"theirs\"",
                    SetParams.setParams().ex(300));
            assertThat(Rows.text(backend, alone)).contains("\"theirs\"");
            assertThat(Rows.text(backend, inGroup)).contains("\"in a group\"");
            assertThat(Rows.all(backend, Scan.of(Family.PRESENCE).in(FRIEND).limit(1)))
                    .extracting(row -> row.value().utf8())
                    .containsExactly("\"theirs\"");
        }
    }

    @Test
    void whatIsWrittenHereHasTheKeysThatZaileysWouldMake() {
        try (Backend theirs =
                        TestRedis.builder("wa-auth").access(Access.READ_ONLY).open();
                Backend ours = TestRedis.builder("copy").open()) {
            List<Row> keys = Rows.all(theirs, Scan.of(Family.KEY));
            ours.commit(SessionName.DEFAULT, new Batch(List.of(), keys, List.of()));
            ours.commit(
                    SessionName.DEFAULT,
                    Batch.of(theirs.get(Rows.MAIN, Key.CREDENTIALS).orElseThrow()));
        }
        for (String key : client.keys("wa-auth*")) {
            String copy = key.replaceFirst("^wa-auth", "copy");
            assertThat(client.type(copy)).as(copy).isEqualTo(client.type(key));
            assertThat(client.ttl(copy)).isEqualTo(-1);
            if (client.type(key).equals("set")) {
                assertThat(client.smembers(copy)).isEqualTo(client.smembers(key));
            } else {
                assertThat(client.get(copy)).isEqualTo(client.get(key));
            }
        }
        assertThat(client.keys("copy*").stream().filter(key -> !key.contains(":pawl:")))
                .hasSameSizeAs(client.keys("wa-auth*"));
    }
}
