package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisClient;

/** Erasing takes all of what it is told, whoever wrote it, and nothing of anybody else. */
final class RedisEraseTest {

    private static final Set<Family> ALL = EnumSet.complementOf(EnumSet.of(Family.LEASE));
    private static final Set<Family> AUTH = EnumSet.of(Family.CREDENTIALS, Family.KEY);

    private RedisClient client;

    @BeforeEach
    void connect() {
        client = TestRedis.client();
    }

    @AfterEach
    void disconnect() {
        client.close();
        TestRedis.clear();
    }

    private static void fill(Backend backend, SessionName session) {
        List<Row> rows = new ArrayList<>();
        for (Family family : Family.values()) {
            rows.add(Row.of(
                    family == Family.CREDENTIALS
                            ? Key.CREDENTIALS
                            : new Key(family, FamilyKeys.of(family).partitioned() ? "some*[a-z]?:thing" : "", "id*"),
                    Bytes.utf8("{\"of\":\"" + family + "\"}")));
        }
        rows.add(Rows.key("a-type-of-tomorrow", "x", 1));
        rows.add(Rows.key("pre-key", "1", 1));
        backend.commit(session, new Batch(List.of(), rows, List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"app", "a*p", "a[pq]p", "a?p", "a\\p", "{app}", "app^-", "ä p"})
    void neighboursAndNestedNamespacesStay(String namespace) {
        Map<String, String> others = Map.of(
                namespace + "2:auth:creds",
                "neighbour",
                "x" + namespace + ":auth:creds",
                "longer",
                namespace + ":nested:auth:creds",
                "nested",
                namespace + ":nested:auth:signal:pre-key:1",
                "nested",
                namespace + "/a/b:auth:creds",
                "of another namespace",
                "app:auth:creds:more",
                "other",
                "aXp:auth:creds",
                "what a pattern would meet",
                "apb:auth:creds",
                "likewise");
        others.forEach(client::set);
        try (Backend backend = TestRedis.builder(namespace).open()) {
            fill(backend, Rows.MAIN);
            fill(backend, SessionName.of("other"));
            Set<String> ofOther = client.keys("*/other:*");
            assertThat(ofOther).hasSizeGreaterThan(25);

            backend.erase(Rows.MAIN, ALL, List.of());

            for (Family family : ALL) {
                assertThat(backend.partitions(Rows.MAIN, family, Optional.empty(), 10)
                                .items())
                        .as("%s", family)
                        .isEmpty();
            }
            assertThat(backend.get(Rows.MAIN, Key.of(Family.LEASE, "id*"))).isPresent();
            assertThat(client.keys("*/other:*")).isEqualTo(ofOther);
            others.forEach((key, value) -> assertThat(client.get(key)).as(key).isEqualTo(value));
            assertThat(client.keys("*"))
                    .filteredOn(key -> !others.containsKey(key) && !ofOther.contains(key))
                    .allMatch(key -> key.contains(":pawl:lease")
                            || key.contains(":pawl:lane:")
                            || key.endsWith(":pawl:sessions"));
        }
    }

    /** {@code app:presence:auth:creds} would be the presence of somebody called {@code auth:creds}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "app:presence",
                "app:msg",
                "app:msg-data:x",
                "app:auth:signal",
                "app:auth:signal:pre-key",
                "app:auth:signal-index",
                "app:pawl",
                "app:pawl:key",
                "app:pawl:presence:y",
                "app:pawl:job-order"
            })
    void aNamespaceThatIsCalledLikeTheBeginningOfAKeyStays(String nested) {
        try (Backend backend = TestRedis.builder("app").open();
                Backend inside = TestRedis.builder(nested).open()) {
            fill(inside, Rows.MAIN);
            fill(inside, SessionName.of("other"));
            Map<String, String> before = types(nested);
            fill(backend, Rows.MAIN);
            // Ours, though they end like the names of others.
            backend.commit(
                    Rows.MAIN,
                    Batch.of(
                            Rows.of(Family.MESSAGE, "zz:chats", "1|0", 1),
                            Rows.of(Family.PRESENCE, "zz:chats", "zz:auth:creds", 1),
                            Rows.of(Family.LABEL, "x:contacts", "1", 0),
                            Rows.key("zz", "chats", 1),
                            Rows.key("session", "presence:x", 1),
                            Rows.key("x:contacts", "1", 1)));
            assertThat(Rows.ids(backend, Scan.of(Family.MESSAGE))).containsExactly("id*", "1|0");

            backend.erase(Rows.MAIN, ALL, List.of());

            assertThat(types(nested)).containsAllEntriesOf(before);
            assertThat(client.keys("app:*"))
                    .filteredOn(key -> !before.containsKey(key))
                    .allMatch(key -> key.equals("app:pawl:lease")
                            || key.equals("app:pawl:lease-order")
                            || key.contains(":pawl:lane:")
                            || key.equals("app:pawl:sessions"));
            assertThat(backend.sessions(ALL, Optional.empty(), 10).items()).isEmpty();
        }
    }

    private Map<String, String> types(String namespace) {
        Map<String, String> types = new TreeMap<>();
        for (String key : client.keys(namespace + "[:/]*")) {
            if (!key.contains(":pawl:lane:")) {
                types.put(key, client.type(key));
            }
        }
        return types;
    }

    @Test
    void whoCannotEraseAllBecauseSomebodyGoesOnWritingIsTold() throws Exception {
        try (LocalRedis server = LocalRedis.start();
                CutWire wire = CutWire.to(server.port());
                RedisClient other = TestRedis.client(server.url());
                Backend backend =
                        RedisBackend.builder().url(wire.url()).namespace("busy").open()) {
            fill(backend, Rows.MAIN);
            wire.whenAnswering(() -> other.set("busy:auth:signal:pre-key:again", "{}"));
            assertThatThrownBy(() -> backend.erase(Rows.MAIN, AUTH, List.of()))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("not all of it is erased");
            wire.whenAnswering(() -> {});
            backend.erase(Rows.MAIN, AUTH, List.of());
            assertThat(other.keys("busy:auth*")).isEmpty();
        }
    }

    @Test
    void authAndHistoryAreClearedApart() {
        try (Backend backend = TestRedis.builder("apart").open()) {
            fill(backend, Rows.MAIN);
            backend.erase(Rows.MAIN, AUTH, List.of());
            assertThat(client.keys("apart:auth*")).isEmpty();
            assertThat(client.keys("apart:pawl:key*")).isEmpty();
            assertThat(backend.get(Rows.MAIN, Key.of(Family.CHAT, "id*"))).isPresent();
            assertThat(client.exists("apart:chats", "apart:contacts", "apart:presence:id*"))
                    .isEqualTo(3);

            fill(backend, Rows.MAIN);
            backend.erase(
                    Rows.MAIN,
                    EnumSet.complementOf(EnumSet.of(Family.CREDENTIALS, Family.KEY, Family.LEASE)),
                    List.of());
            assertThat(backend.get(Rows.MAIN, Key.CREDENTIALS)).isPresent();
            assertThat(backend.partitions(Rows.MAIN, Family.KEY, Optional.empty(), 10)
                            .items())
                    .hasSize(3);
            assertThat(client.keys("apart:*"))
                    .allMatch(key -> key.startsWith("apart:auth:")
                            || key.startsWith("apart:pawl:key")
                            || key.startsWith("apart:pawl:lease")
                            || key.startsWith("apart:pawl:lane:")
                            || key.equals("apart:pawl:sessions"));
        }
    }

    @Test
    void keysThatNobodyListedGoToo() {
        try (Backend backend = TestRedis.builder("unlisted").open()) {
            fill(backend, Rows.MAIN);
            client.set("unlisted:auth:signal:pre-key:99", "{}");
            client.set("unlisted:auth:signal:never-heard-of:1", "{}");
            client.sadd("unlisted:auth:signal-index:dangling", "gone");
            client.lpush("unlisted:auth:signal:session:list", "of another type");
            client.del("unlisted:pawl:key-partitions", "unlisted:auth:signal-index:a-type-of-tomorrow");
            backend.erase(Rows.MAIN, AUTH, List.of());
            assertThat(client.keys("unlisted:auth*")).isEmpty();
        }
    }

    @Test
    void theChecksHoldAtEachStepAndTheRestCanBeErasedAfterwards() {
        Key lease = Key.of(Family.LEASE, "auth");
        List<Check> checks = List.of(Check.exact(lease, Bytes.utf8("{}")));
        try (Backend backend = TestRedis.builder("steps").open()) {
            List<Row> rows = new ArrayList<>();
            for (int n = 0; n < 3_000; n++) {
                rows.add(Rows.key("pre-key", "" + n, n));
            }
            rows.add(Row.of(Key.CREDENTIALS, Bytes.utf8("{}")));
            backend.commit(Rows.MAIN, new Batch(List.of(), rows, List.of()));
            assertThatThrownBy(() -> backend.erase(Rows.MAIN, AUTH, checks)).isInstanceOf(ConflictException.class);
            assertThat(backend.get(Rows.MAIN, Key.CREDENTIALS)).isPresent();
            backend.commit(Rows.MAIN, Batch.of(Row.of(lease, Bytes.utf8("{}"))));
            backend.erase(Rows.MAIN, AUTH, checks);
            assertThat(client.keys("steps:auth*")).isEmpty();
        }
    }
}
