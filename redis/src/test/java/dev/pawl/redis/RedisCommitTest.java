package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.params.XAddParams;

/** One script for a batch: all of it or nothing, whatever the keys are. */
final class RedisCommitTest {

    private static RedisClient client;

    private Backend backend;

    @BeforeAll
    static void connect() {
        client = TestRedis.client();
    }

    @AfterAll
    static void disconnect() {
        if (client != null) {
            client.close();
        }
    }

    @BeforeEach
    void open() {
        backend = TestRedis.builder("commit").open();
    }

    @AfterEach
    void clear() {
        backend.close();
        TestRedis.clear();
    }

    @Test
    void aServerThatForgotTheScriptsGetsThemAgain() {
        backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1)));
        client.scriptFlush();
        backend.commit(
                Rows.MAIN,
                Batch.of(Rows.key("session", "1", 2))
                        .with(Check.exact(Key.ofKey("session", "1"), Bytes.utf8("{\"n\":1}"))));
        client.scriptFlush();
        assertThat(Rows.text(backend, Key.ofKey("session", "1"))).contains("{\"n\":2}");
    }

    @Test
    void aCheckOfARowThatHasNoPlaceIsRefused() {
        Key contact = Key.of(Family.CONTACT, "1");
        Key nowhere = new Key(Family.CONTACT, "somewhere", "1");
        Bytes value = Bytes.utf8("1");
        Batch batch = Batch.of(Row.of(contact, value));
        backend.commit(Rows.MAIN, batch);
        for (Check check : List.of(Check.exact(nowhere, value), Check.absent(nowhere))) {
            assertThatThrownBy(() -> backend.commit(Rows.MAIN, batch.with(check)))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("no partitions");
            assertThatThrownBy(() -> backend.erase(Rows.MAIN, Set.of(Family.CONTACT), List.of(check)))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("no partitions");
        }
        assertThat(backend.get(Rows.MAIN, contact)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "commit:auth:creds",
        "commit:auth:signal:session:2",
        "commit:auth:signal-index:session",
        "commit:pawl:key-order:session",
        "commit:pawl:key-partitions",
        "commit:msg:chat",
        "commit:msg-data:chat",
        "commit:chats",
        "commit:chats-archived",
        "commit:contacts",
        "commit:presence:somebody",
        "commit:pawl:presence:chat",
        "commit:pawl:lease"
    })
    void aKeyOfAWrongTypeLeavesNothingOfItsBatchApplied(String key) {
        Row before = Rows.key("pre-key", "1", 1);
        backend.commit(Rows.MAIN, Batch.of(before));
        client.del(key);
        client.xadd(key, XAddParams.xAddParams(), Map.of("a", "b"));
        Set<String> keys = client.keys("commit*");
        Batch batch = new Batch(
                List.of(),
                List.of(
                        Rows.key("session", "0", 2),
                        Row.of(Key.CREDENTIALS, Bytes.utf8("{}")),
                        Rows.key("session", "2", 2),
                        Rows.of(Family.MESSAGE, "chat", "1|0", 7),
                        Rows.of(Family.CHAT, "", "chat", 7),
                        Rows.of(Family.CONTACT, "", "contact", 0),
                        Rows.of(Family.PRESENCE, "chat", "somebody", 7),
                        Rows.of(Family.LEASE, "", "auth", 0)),
                List.of(before.key()));

        assertThatThrownBy(() -> backend.commit(Rows.MAIN, batch))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining(key);

        assertThat(client.keys("commit*")).isEqualTo(keys);
        assertThat(Rows.text(backend, before.key())).contains("{\"n\":1}");
    }

    @ParameterizedTest
    @CsvSource({
        "commit/main:auth:signal-index:session",
        "commit/main:pawl:key-order:session",
        "commit/main:pawl:key-partitions",
        "commit:pawl:sessions",
        "commit/main:msg:chat",
        "commit/main:pawl:message-partitions"
    })
    void whatAnIndexHasLostComesBackWithTheNextPut(String index) {
        SessionName main = SessionName.of("main");
        Batch batch = Batch.of(Rows.key("session", "1", 1), Rows.of(Family.MESSAGE, "chat", "1|0", 7));
        backend.commit(main, batch);
        byte[] before = client.dump(index);
        client.del(index);
        backend.commit(main, batch);
        assertThat(client.dump(index)).isEqualTo(before);
    }

    /** One row in each of so many chats, none of which may be there. */
    private static Batch fresh(int chats) {
        List<Check> checks = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        for (int n = 0; n < chats; n++) {
            Row row = Rows.of(Family.MESSAGE, "chat" + n, "1|0", 7);
            checks.add(Check.absent(row.key()));
            rows.add(row);
        }
        return new Batch(checks, rows, List.of());
    }

    private Set<String> keys() {
        Set<String> keys = new HashSet<>(client.keys("commit*"));
        keys.removeIf(key -> key.contains(":pawl:lane:"));
        return keys;
    }

    @Test
    void aRowThatWasThereLeavesNothingOfABatchOfNewOnes() {
        Batch batch = fresh(9);
        Row there = Rows.of(Family.MESSAGE, "chat5", "1|0", 3);
        backend.commit(Rows.MAIN, Batch.of(there));
        Set<String> keys = keys();

        assertThatThrownBy(() -> backend.commit(Rows.MAIN, batch))
                .isInstanceOfSatisfying(
                        ConflictException.class,
                        conflict -> assertThat(conflict.key()).contains(there.key()));

        assertThat(keys()).isEqualTo(keys);
        assertThat(backend.get(Rows.MAIN, there.key())).contains(there);
    }

    @Test
    void ofSeveralThatWereThereTheFirstIsNamedInTheOrderOfTheBatch() {
        Batch batch = fresh(9);
        Row row = batch.puts().get(3);
        backend.commit(Rows.MAIN, Batch.of(row, batch.puts().get(6)));
        for (boolean before : List.of(true, false)) {
            List<Check> checks = new ArrayList<>(batch.checks());
            Check other = Check.exact(Key.of(Family.CONTACT, "nobody"), Bytes.utf8("1"));
            checks.add(before ? 2 : 4, other);
            assertThatThrownBy(() -> backend.commit(Rows.MAIN, new Batch(checks, batch.puts(), List.of())))
                    .isInstanceOfSatisfying(
                            ConflictException.class,
                            conflict -> assertThat(conflict.key()).contains(before ? other.key() : row.key()));
        }
    }

    @ParameterizedTest
    @CsvSource({"commit:msg:chat5", "commit:msg-data:chat5"})
    void aKeyOfAWrongTypeLeavesNothingOfABatchOfNewOnes(String key) {
        client.lpush(key, "x");
        Set<String> keys = keys();
        assertThatThrownBy(() -> backend.commit(Rows.MAIN, fresh(9)))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining(key);
        assertThat(keys()).isEqualTo(keys);
    }

    @Test
    void newRowsStandWhereTheySayWhateverTheirIndexSaidBefore() {
        client.zadd("commit:msg:chat2", 99, "1|0");
        Batch batch = fresh(9);
        backend.commit(Rows.MAIN, batch);
        assertThat(Rows.all(backend, Scan.of(Family.MESSAGE))).containsExactlyElementsOf(batch.puts());
        assertThat(client.zscore("commit:msg:chat2", "1|0")).isEqualTo(7);
    }

    @Test
    void aRowThatIsPutWithAnotherOrderMoves() {
        Row first = Rows.of(Family.MESSAGE, "chat", "1|0", 7);
        backend.commit(Rows.MAIN, Batch.of(first, Rows.of(Family.MESSAGE, "chat", "2|0", 8)));
        Row moved = new Row(first.key(), 9, first.value(), first.facets());
        backend.commit(Rows.MAIN, Batch.of(moved));
        assertThat(backend.get(Rows.MAIN, first.key())).contains(moved);
        assertThat(Rows.ids(backend, Scan.of(Family.MESSAGE))).containsExactly("2|0", "1|0");
    }

    @Test
    void somethingElseInThePlaceOfARowIsDamageAndNotAbsent() {
        Key key = Key.ofKey("session", "1");
        backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1), Rows.key("session", "2", 2)));
        client.del("commit:auth:signal:session:1");
        client.lpush("commit:auth:signal:session:1", "x");

        for (List<Key> keys : List.of(List.of(key), List.of(key, Key.of(Family.CONTACT, "none")))) {
            assertThatThrownBy(() -> backend.get(Rows.MAIN, keys))
                    .isInstanceOfSatisfying(CorruptDataException.class, damage -> {
                        assertThat(damage.key()).contains(key);
                        assertThat(damage.place()).isEqualTo(backend.locate(Rows.MAIN, key));
                    });
        }
        assertThatThrownBy(() -> backend.commit(Rows.MAIN, Batch.EMPTY.with(Check.absent(key))))
                .isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> Rows.ids(backend, Scan.of(Family.KEY))).isInstanceOf(CorruptDataException.class);
        assertThat(Rows.ids(backend, Scan.of(Family.KEY).withoutValues())).containsExactly("1", "2");
        assertThat(Rows.text(backend, Key.ofKey("session", "2"))).contains("{\"n\":2}");
    }

    @Test
    void aBatchAtTheLimitIsOneStep() {
        int most = backend.traits().limits().rows();
        List<Row> rows = new ArrayList<>();
        for (int n = 0; n < most; n++) {
            rows.add(
                    n % 2 == 0
                            ? Rows.key("pre-key", "" + n, n)
                            : Rows.of(Family.MESSAGE, "chat" + n % 40, n + "|0", n));
        }
        backend.commit(Rows.MAIN, new Batch(List.of(), rows, List.of()));
        assertThat(backend.get(Rows.MAIN, rows.stream().map(Row::key).toList())).hasSize(most);
        Check gone = Check.absent(rows.get(0).key());
        assertThatThrownBy(() -> backend.commit(
                        Rows.MAIN,
                        new Batch(
                                List.of(gone),
                                List.of(),
                                rows.stream().skip(1).map(Row::key).toList())))
                .isInstanceOf(ConflictException.class);
        backend.commit(
                Rows.MAIN,
                new Batch(List.of(), List.of(), rows.stream().map(Row::key).toList()));
        assertThat(client.keys("commit*"))
                .allMatch(key -> key.contains(":pawl:lane:") || key.endsWith(":pawl:sessions"));
    }

    @Test
    void onlyPresenceExpiresAndThatAfterFiveMinutes() {
        for (Family family : Family.values()) {
            Key key = family == Family.CREDENTIALS
                    ? Key.CREDENTIALS
                    : new Key(family, FamilyKeys.of(family).partitioned() ? "chat" : "", "id");
            backend.commit(Rows.MAIN, Batch.of(new Row(key, 0, Bytes.utf8("{}"), new Facets(true, false, false, ""))));
        }
        for (String key : client.keys("commit*")) {
            if (key.contains(":presence")) {
                assertThat(client.ttl(key)).as(key).isBetween(290L, 300L);
            } else if (!key.contains(":pawl:lane:")) {
                assertThat(client.ttl(key)).as(key).isEqualTo(-1);
            }
        }
    }

    @Test
    void whatWasExpiringNoLongerDoesOncePutAnew() {
        client.set("commit:auth:creds", "{}", SetParams.setParams().ex(100));
        backend.commit(Rows.MAIN, Batch.of(Row.of(Key.CREDENTIALS, Bytes.utf8("{}"))));
        assertThat(client.ttl("commit:auth:creds")).isEqualTo(-1);
    }

    @Test
    void ordersAndValuesThatMeanSomethingToLuaAreKept() {
        byte[] every = new byte[256];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        Row row = Row.of(new Key(Family.MESSAGE, "\u0000", "\u0000|1"), Row.MAX_ORDER, Bytes.wrap(every));
        backend.commit(Rows.MAIN, Batch.of(row));
        backend.commit(Rows.MAIN, Batch.EMPTY.with(Check.exact(row.key(), row.value())));
        assertThat(backend.get(Rows.MAIN, row.key())).contains(row);
        assertThat(Rows.all(backend, Scan.of(Family.MESSAGE))).containsExactly(row);
    }
}
