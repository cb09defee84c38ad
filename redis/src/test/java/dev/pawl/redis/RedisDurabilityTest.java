package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Inspection;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisBusyException;

/** A server with a log of writes: what it promises, what is said when it promises less, and what it keeps. */
final class RedisDurabilityTest {

    private static LocalRedis server;

    private RedisClient client;

    @BeforeAll
    static void start() {
        server = LocalRedis.start("--appendonly", "yes", "--appendfsync", "always");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void connect() {
        client = TestRedis.client(server.url());
    }

    @AfterEach
    void restore() {
        client.close();
        // One that has no connections to a server that was ended.
        try (RedisClient now = TestRedis.client(server.url())) {
            for (Map.Entry<String, String> setting : Map.of(
                            "appendfsync", "always",
                            "no-appendfsync-on-rewrite", "no",
                            "maxmemory-policy", "noeviction",
                            "maxmemory", "0",
                            "lua-time-limit", "5000",
                            "appendonly", "yes")
                    .entrySet()) {
                now.configSet(setting.getKey(), setting.getValue());
            }
            now.flushAll();
            while (now.info("persistence").contains("aof_rewrite_in_progress:1")
                    || now.info("persistence").contains("aof_rewrite_scheduled:1")) {
                Thread.onSpinWait();
            }
        }
    }

    private static RedisBackend open() {
        return RedisBackend.builder().url(server.url()).namespace("kept").open();
    }

    @Test
    void aServerThatForcesEachWritePromisesThatAndNothingIsSaid() {
        try (HeardLog log = new HeardLog();
                Backend backend = open()) {
            assertThat(backend.traits().durability()).isEqualTo(Durability.POWER_LOSS);
            assertThat(backend.inspect(Rows.MAIN).remarks()).isEmpty();
            assertThat(backend.inspect(Rows.MAIN).format()).contains("appendfsync always");
            assertThat(log.lines()).isEmpty();
        }
        assertThat(locator("?durability=always")).isEqualTo(Durability.POWER_LOSS);
    }

    @ParameterizedTest
    @CsvSource({
        "appendonly, no, NONE, appendonly is no",
        "appendfsync, everysec, PROCESS_CRASH, appendfsync is everysec",
        "appendfsync, no, PROCESS_CRASH, appendfsync is no",
        "no-appendfsync-on-rewrite, yes, PROCESS_CRASH, no-appendfsync-on-rewrite",
    })
    void aServerThatMayLoseAcknowledgedWritesIsWarnedOfAndNotTakenForAlways(
            String setting, String value, Durability durability, String warning) {
        client.configSet(setting, value);
        try (HeardLog log = new HeardLog();
                Backend backend = open()) {
            assertThat(backend.traits().durability()).isEqualTo(durability);
            assertThat(log.lines()).singleElement().asString().contains(warning);
            assertThat(backend.inspect(Rows.MAIN).remarks()).singleElement().satisfies(remark -> {
                assertThat(remark.text()).contains(warning);
                assertThat(remark.problem()).isFalse();
            });
        }
        assertThatThrownBy(() -> locator("?durability=always"))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("appendfsync always");
    }

    @Test
    void whoOnlyReadsIsNotWarnedAndFindsItInTheInspection() {
        client.configSet("appendonly", "no");
        try (Backend backend = open()) {
            backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1)));
        }
        try (HeardLog log = new HeardLog();
                Backend backend = RedisBackend.builder()
                        .url(server.url())
                        .namespace("kept")
                        .access(Access.READ_ONLY)
                        .open()) {
            assertThat(backend.inspect(Rows.MAIN).remarks())
                    .extracting(Inspection.Remark::text)
                    .singleElement()
                    .asString()
                    .contains("appendonly is no");
            assertThat(log.lines()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"allkeys-lru, of sessions too", "volatile-ttl, is in doubt then"})
    void aServerThatThrowsKeysAwayIsWarnedOf(String policy, String why) {
        client.configSet("maxmemory-policy", policy);
        try (HeardLog log = new HeardLog();
                Backend backend = open()) {
            assertThat(log.lines()).singleElement().asString().contains("maxmemory-policy is " + policy, why);
            assertThat(backend.inspect(Rows.MAIN).remarks())
                    .extracting(Inspection.Remark::text)
                    .hasSize(1);
        }
    }

    @Test
    void aServerThatDoesNotSayIsNotTakenForAnything() {
        user("SETUSER", "hosted", "on", ">let-me-in", "~*", "+@all", "-config", "-info", "-client");
        try (HeardLog log = new HeardLog();
                RedisBackend backend = RedisBackend.builder()
                        .url(server.url().replace("//", "//hosted:let-me-in@"))
                        .namespace("kept")
                        .open()) {
            assertThat(backend.traits().durability()).isEqualTo(Durability.NONE);
            assertThat(log.lines()).hasSize(2).allMatch(line -> line.contains("does not say"));
            assertThat(backend.inspect(Rows.MAIN).format()).contains("not known");
            backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1)));
            assertThat(log.lines()).noneMatch(line -> line.contains("let-me-in"));
        }
        assertThatThrownBy(() -> RedisBackend.builder()
                        .url(server.url().replace("//", "//hosted:let-me-in@"))
                        .durability(Durability.POWER_LOSS)
                        .open())
                .isInstanceOf(UnsupportedException.class);
        user("DELUSER", "hosted");
    }

    private void user(String... words) {
        CommandArguments arguments = new CommandArguments(Protocol.Command.ACL);
        List.of(words).forEach(arguments::add);
        client.executeCommand(arguments);
    }

    private static Durability locator(String options) {
        try (Backend backend =
                new RedisBackendProvider().open(Locator.parse(server.url() + options), Access.READ_WRITE)) {
            return backend.traits().durability();
        }
    }

    @Test
    void aUserWhoMayNotDoAllOfABatchDoesNothingOfIt() {
        user("SETUSER", "half", "on", ">secret-half", "~*", "+@all", "-zadd");
        try (Backend backend = RedisBackend.builder()
                .url(server.url().replace("//", "//half:secret-half@"))
                .namespace("kept")
                .open()) {
            assertThatThrownBy(() -> backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1))))
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            refused -> assertThat(refused.code()).isEqualTo(StoreException.Code.STORE_WRITE_FAILED));
            assertThat(client.keys("kept:auth*")).isEmpty();
        }
        user("DELUSER", "half");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zadd", "sadd", "hset", "zrem", "hdel", "zscore", "sismember"})
    void aRightThatIsTakenAwayLaterStopsABatchBeforeItsFirstWrite(String command) {
        // Those before cannot be asked what a user may do: there the batch is refused too, and may be there in part.
        boolean canBeAsked =
                Integer.parseInt(client.info("server").replaceAll("(?s).*redis_version:(\\d+)\\..*", "$1")) >= 7;
        user("SETUSER", "once", "on", ">secret-once", "~*", "+@all");
        try (Backend backend = RedisBackend.builder()
                .url(server.url().replace("//", "//once:secret-once@"))
                .namespace("kept")
                .open()) {
            Row chat = Rows.of(Family.CHAT, "", "1", 1);
            backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1), chat));
            user("SETUSER", "once", "-" + command);
            Batch all = new Batch(
                    List.of(), List.of(Rows.key("session", "2", 2), chat), List.of(new Key(Family.LABEL, "kind", "1")));
            assertThatThrownBy(() -> backend.commit(Rows.MAIN, all))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining(canBeAsked ? command.toUpperCase(Locale.ROOT) : "");
            if (canBeAsked) {
                assertThat(client.exists("kept:auth:signal:session:2")).isFalse();
            }
            user("SETUSER", "once", "+" + command);
            backend.commit(Rows.MAIN, all);
        }
        user("DELUSER", "once");
    }

    @Test
    void aServerWithoutMemoryRefusesAllOfABatch() {
        try (Backend backend = open()) {
            backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1)));
            client.configSet("maxmemory", "1");
            assertThatThrownBy(() -> backend.commit(
                            Rows.MAIN,
                            new Batch(
                                    List.of(),
                                    List.of(Rows.key("session", "2", 2), Rows.key("session", "3", 3)),
                                    List.of(Key.ofKey("session", "1")))))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("OOM");
            assertThat(Rows.ids(backend, Scan.of(Family.KEY))).containsExactly("1");
        }
    }

    @Test
    void deletingAndErasingGoOnWhereMemoryIsFull() {
        try (Backend backend = open()) {
            for (int n = 0; n < 4; n++) {
                backend.commit(
                        Rows.MAIN, Batch.of(Rows.key("session", "" + n, n), Rows.of(Family.CHAT, "", "" + n, n)));
            }
            client.configSet("maxmemory", "1");
            Batch delete = Batch.EMPTY.with(Check.absent(Key.CREDENTIALS));
            backend.commit(Rows.MAIN, new Batch(delete.checks(), List.of(), List.of(Key.ofKey("session", "1"))));
            // The first batch of a backend, too, which has no lane yet.
            try (Backend other = open()) {
                other.commit(Rows.MAIN, new Batch(List.of(), List.of(), List.of(Key.ofKey("session", "2"))));
                assertThatThrownBy(() -> other.commit(Rows.MAIN, Batch.of(Rows.key("session", "2", 2))))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining("OOM");
            }
            try (Backend other = open()) {
                assertThatThrownBy(() -> other.commit(Rows.MAIN, Batch.of(Rows.key("session", "2", 2))))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining("OOM");
            }
            assertThat(Rows.ids(backend, Scan.of(Family.KEY))).containsExactly("0", "3");
            backend.erase(Rows.MAIN, EnumSet.complementOf(EnumSet.of(Family.LEASE)), List.of());
            assertThat(client.keys("kept*")).allMatch(key -> key.contains(":pawl:lane:") || key.endsWith(":sessions"));
        }
    }

    @Test
    void aReplicaTakesNoWritesAndIsRead() {
        try (LocalRedis replica = LocalRedis.start("--replicaof", "127.0.0.1", "" + server.port());
                Backend backend = open();
                RedisClient other = TestRedis.client(replica.url())) {
            backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1)));
            while (!other.exists("kept:auth:signal:session:1")) {
                Thread.onSpinWait();
            }
            try (Backend copy = RedisBackend.builder()
                            .url(replica.url())
                            .namespace("kept")
                            .open();
                    Backend reader = RedisBackend.builder()
                            .url(replica.url())
                            .namespace("kept")
                            .access(Access.READ_ONLY)
                            .open()) {
                assertThatThrownBy(() -> copy.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 2))))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining("READONLY");
                assertThat(Rows.text(reader, Key.ofKey("session", "1"))).contains("{\"n\":1}");
                assertThat(Rows.ids(reader, Scan.of(Family.KEY))).containsExactly("1");
            }
        }
    }

    @Test
    void anotherScriptThatKeepsTheServerBusyIsWaitedFor() throws Exception {
        client.configSet("lua-time-limit", "20");
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Backend backend = open();
                RedisClient busy = TestRedis.client(server.url())) {
            Callable<Object> work =
                    () -> busy.eval("local t = redis.call('TIME'); local e = t[1] * 1000000 + t[2] + 300000;"
                            + " repeat t = redis.call('TIME') until t[1] * 1000000 + t[2] > e");
            Future<Object> script = thread.submit(work);
            while (!isBusy()) {
                if (script.isDone()) {
                    // Over before anybody looked, as on a machine that stood still meanwhile.
                    script.get();
                    script = thread.submit(work);
                }
            }
            backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1)));
            script.get();
            assertThat(Rows.text(backend, Key.ofKey("session", "1"))).contains("{\"n\":1}");
        } finally {
            thread.shutdownNow();
        }
    }

    private boolean isBusy() {
        try {
            client.ping();
            return false;
        } catch (JedisBusyException busy) {
            return true;
        }
    }

    @Test
    void aServerThatIsRestartedIsFoundAgain() {
        try (Backend backend = open()) {
            backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1)));
            server.stop();
            assertThatThrownBy(() -> {
                        backend.get(Rows.MAIN, Key.ofKey("session", "1"));
                    })
                    .isInstanceOf(UnavailableException.class);
            server.restart();
            assertThat(Rows.text(backend, Key.ofKey("session", "1"))).contains("{\"n\":1}");
            backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 2)));
            assertThat(Rows.text(backend, Key.ofKey("session", "1"))).contains("{\"n\":2}");
        }
    }

    @Test
    void aFirstFailureIsNotRemembered() {
        server.stop();
        assertThatThrownBy(RedisDurabilityTest::open)
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        gone -> assertThat(gone.code()).isEqualTo(StoreException.Code.STORE_CONNECTION_FAILED));
        server.restart();
        open().close();
    }

    /** Several threads commit pairs of rows while the server is killed and started again. */
    @Test
    void aKilledServerLosesNothingThatWasAcknowledgedAndKeepsNoHalf() throws Exception {
        int writers = 4;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try (Backend backend = RedisBackend.builder()
                .url(server.url())
                .namespace("kept")
                .patience(Duration.ofSeconds(20))
                .open()) {
            for (int kill = 0; kill < 3; kill++) {
                CountDownLatch some = new CountDownLatch(writers * 20);
                List<Future<Integer>> ends = new ArrayList<>();
                CountDownLatch enough = new CountDownLatch(1);
                for (int writer = 0; writer < writers; writer++) {
                    String name = kill + "-" + writer;
                    ends.add(threads.submit(() -> {
                        int n = 0;
                        while (enough.getCount() > 0) {
                            try {
                                backend.commit(
                                        Rows.MAIN,
                                        Batch.of(
                                                Rows.key("left", name, n + 1),
                                                Rows.of(Family.JOB, "waiting", name, n + 1)));
                                n++;
                                some.countDown();
                            } catch (UnavailableException nothingApplied) {
                                Thread.onSpinWait();
                            }
                        }
                        return n;
                    }));
                }
                some.await();
                server.kill();
                server.restart();
                enough.countDown();
                for (int writer = 0; writer < writers; writer++) {
                    int acknowledged = ends.get(writer).get();
                    String name = kill + "-" + writer;
                    assertThat(Rows.text(backend, Key.ofKey("left", name))).contains("{\"n\":" + acknowledged + "}");
                    assertThat(backend.get(Rows.MAIN, new Key(Family.JOB, "waiting", name))
                                    .orElseThrow()
                                    .order())
                            .isEqualTo(acknowledged);
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
