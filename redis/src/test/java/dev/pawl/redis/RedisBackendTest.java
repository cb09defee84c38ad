package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Inspection;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonValue;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisClient;

/** Opening, closing, and what is said about it. */
final class RedisBackendTest {

    private static final KeyType<JsonValue> TYPE = KeyType.json("session");

    @AfterEach
    void clear() {
        TestRedis.clear();
    }

    @Test
    void exactlyOneOfUrlAndClientIsNeeded() {
        try (RedisClient client = TestRedis.client()) {
            for (RedisBackend.Builder builder : List.of(
                    RedisBackend.builder(),
                    RedisBackend.builder().url(TestRedis.url()).client(client))) {
                assertThatThrownBy(builder::open)
                        .isInstanceOfSatisfying(
                                UnavailableException.class,
                                refused -> assertThat(refused.code())
                                        .isEqualTo(StoreException.Code.STORE_CONNECTION_FAILED));
            }
        }
    }

    @Test
    void aClientOfYoursStaysOpenAndNamesTheSamePlaceAsAUrl() {
        try (RedisClient client = TestRedis.client();
                Backend ours = TestRedis.builder("place").open()) {
            Backend yours =
                    RedisBackend.builder().client(client).namespace("place").open();
            yours.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1)));
            assertThat(yours.locate(Rows.MAIN, Key.CREDENTIALS)).isEqualTo(ours.locate(Rows.MAIN, Key.CREDENTIALS));
            yours.close();
            assertThat(client.ping()).isEqualTo("PONG");
            assertThat(Rows.text(ours, Key.ofKey("session", "1"))).contains("{\"n\":1}");
        }
    }

    @Test
    void theDefaultNamespaceIsThatOfZaileys() {
        try (Backend backend = RedisBackend.builder().url(TestRedis.url()).open()) {
            assertThat(backend.locate(Rows.MAIN, Key.CREDENTIALS)).endsWith("'zaileys:auth:creds'");
            assertThat(backend.locate(SessionName.of("main"), Key.ofKey("pre-key", "1")))
                    .endsWith("'zaileys/main:auth:signal:pre-key:1'");
        }
    }

    @Test
    void aLocatorSaysDatabaseAndNamespace() {
        Locator locator = Locator.parse(TestRedis.url().replaceFirst("/0$", "/5") + "?namespace=n%3Am");
        try (Backend backend = new RedisBackendProvider().open(locator, Access.READ_WRITE);
                RedisClient client = RedisClient.create(TestRedis.url().replaceFirst("/0$", "/5"))) {
            backend.commit(Rows.MAIN, Batch.of(Row.of(Key.CREDENTIALS, Bytes.utf8("{}"))));
            assertThat(client.getDel("n:m:auth:creds")).isEqualTo("{}");
            try (Backend same =
                    RedisBackend.builder().client(client).namespace("n:m").open()) {
                assertThat(same.locate(Rows.MAIN, Key.CREDENTIALS))
                        .isEqualTo(backend.locate(Rows.MAIN, Key.CREDENTIALS));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"?color=red", "?durability=perhaps", "?connections=0", "?timeout=x", "?cluster=true&namespace=x"
            })
    void anOptionThatIsNoneIsRefused(String options) {
        Locator locator = Locator.parse(TestRedis.url().replaceFirst("/0$", "") + options);
        assertThatThrownBy(() -> new RedisBackendProvider().open(locator, Access.READ_WRITE))
                .isInstanceOf(UnsupportedException.class);
    }

    @Test
    void aClusterNeedsBracesInTheNamespace() {
        for (String namespace : List.of("pawl", "{}", "{}{pawl}", "}pawl{")) {
            assertThatThrownBy(() -> RedisBackend.builder()
                            .url("redis://h?cluster=true")
                            .namespace(namespace)
                            .open())
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("braces");
        }
    }

    @Test
    void aPasswordComesFromTheUrlOrTheEnvironmentAndIsSaidNowhere() {
        try (LocalRedis locked = LocalRedis.start("--requirepass", "op3n-s3same");
                HeardLog log = new HeardLog()) {
            Locator bare = Locator.parse(locked.url());
            List<String> said = new ArrayList<>();
            for (Locator wrong : List.of(bare, Locator.parse(locked.url().replace("//", "//:wr0ng-s3same@")))) {
                said.add(refusal(wrong, Map.of()));
            }
            said.add(refusal(bare, Map.of("PAWL_REDIS_PASSWORD", "wr0ng-s3same")));
            for (String url : List.of(locked.url(), locked.url().replace("//", "//:op3n-s3same@"))) {
                try (Backend backend = new RedisBackendProvider(Map.of("PAWL_REDIS_PASSWORD", "op3n-s3same"))
                        .open(Locator.parse(url), Access.READ_WRITE)) {
                    backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1)));
                    said.add(backend + " " + backend.inspect(Rows.MAIN) + backend.locate(Rows.MAIN, Key.CREDENTIALS));
                }
            }
            said.addAll(log.lines());
            assertThat(said).noneMatch(text -> text.contains("s3same"));
        }
    }

    private static String refusal(Locator locator, Map<String, String> environment) {
        try {
            new RedisBackendProvider(environment)
                    .open(locator, Access.READ_WRITE)
                    .close();
            throw new AssertionError("it opens");
        } catch (UnavailableException refused) {
            StringWriter text = new StringWriter();
            refused.printStackTrace(new PrintWriter(text));
            assertThat(refused).hasMessageContaining("does not accept this user and password");
            return text.toString();
        }
    }

    @Test
    void readingANamespaceThatIsEmptyCreatesNothing() {
        TestRedis.clear();
        try (RedisClient client = TestRedis.client()) {
            assertThatThrownBy(() ->
                            TestRedis.builder("empty").access(Access.READ_ONLY).open())
                    .isInstanceOf(UnavailableException.class);
            assertThat(client.dbSize()).isZero();
            try (Backend backend = TestRedis.builder("empty").open();
                    AuthStore store = AuthStore.openReadOnly(backend, Rows.MAIN)) {
                assertThat(store.credentials()).isEmpty();
                assertThat(backend.inspect(Rows.MAIN).format()).contains("Redis");
                assertThatThrownBy(() -> backend.commit(
                                Rows.MAIN, Batch.EMPTY.with(Check.exact(Key.CREDENTIALS, Bytes.utf8("{}")))))
                        .isInstanceOf(ConflictException.class);
            }
            assertThat(client.dbSize()).isZero();
        }
    }

    @Test
    void verifyingNamesWhatTheIndexesDoNotAgreeOnAndKeysThatExpire() {
        try (Backend backend = TestRedis.builder("verify").open();
                RedisClient client = TestRedis.client()) {
            RedisBackend redis = (RedisBackend) backend;
            backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1), Rows.key("session", "2", 2)));
            backend.commit(Rows.MAIN, Batch.of(Rows.of(Family.MESSAGE, "chat", "1|0", 7)));
            assertThat(redis.check(Rows.MAIN)).isEmpty();

            client.expire("verify:auth:signal:session:1", 1_000);
            client.srem("verify:auth:signal-index:session", "2");
            client.del("verify:msg:chat");
            client.set("verify:contacts", "no hash");

            assertThat(redis.check(Rows.MAIN))
                    .extracting(Inspection.Remark::text)
                    .anyMatch(text -> text.contains("expires"))
                    .anyMatch(text -> text.contains("not in the set of ids"))
                    .anyMatch(text -> text.contains("0 of 1 rows"))
                    .anyMatch(text -> text.contains("it is a string"))
                    .hasSize(4);
            assertThat(redis.check(SessionName.of("other"))).isEmpty();
        }
    }

    @Test
    void sixtyFourThreadsUseTwoHundredSessionsThroughTenConnections() throws Exception {
        int sessions = 200;
        ExecutorService threads = Executors.newFixedThreadPool(64);
        try (RedisClient client = TestRedis.client()) {
            useByManyThreads(client, threads, sessions);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void useByManyThreads(RedisClient client, ExecutorService threads, int sessions) throws Exception {
        int before = connections(client);
        try (Pawl pawl = Pawl.of(TestRedis.builder("crowd").connections(10).open())) {
            List<Future<?>> uses = new ArrayList<>();
            for (int n = 0; n < sessions * 4; n++) {
                int number = n;
                uses.add(threads.submit(() -> {
                    AuthStore store = pawl.auth("session-" + number % sessions);
                    store.write(Updates.none().put(TYPE, "peer-" + number, JsonNumber.of(number + 1)));
                    return store.read(TYPE, "peer-" + number).orElseThrow();
                }));
            }
            int most = 0;
            for (int n = 0; n < uses.size(); n++) {
                assertThat(uses.get(n).get()).isEqualTo(JsonNumber.of(n + 1));
                if (n % 100 == 0) {
                    most = Math.max(most, connections(client));
                }
            }
            assertThat(most - before).isLessThanOrEqualTo(10);
            assertThat(pawl.sessions()).hasSize(sessions);
        }
    }

    private static int connections(RedisClient client) {
        return Integer.parseInt(client.info("clients").replaceAll("(?s).*connected_clients:(\\d+).*", "$1"));
    }
}
