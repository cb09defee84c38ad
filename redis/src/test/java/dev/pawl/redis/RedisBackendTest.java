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
import dev.pawl.backend.Page;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
                RedisClient client = TestRedis.client(TestRedis.url().replaceFirst("/0$", "/5"))) {
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
            strings = {
                "?color=red",
                "?durability=perhaps",
                "?connections=0",
                "?timeout=x",
                "?cluster=true&namespace=x",
                "?sessions=all"
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
            assertThat(client.keys("*")).allMatch(key -> key.contains(":pawl:lane:"));
        }
    }

    @Test
    void anAddressThatIsWrongIsToldWhenTheStoreIsOpened() {
        Map<String, String> wrong = Map.of(
                TestRedis.url().replaceFirst("/0$", "/999999"),
                "has no database of this number",
                TestRedis.url().replace("//", "//nobody:s3same@"),
                "does not accept this user and password",
                TestRedis.url() + "?cluster=true&namespace={x}",
                "is no cluster");
        try (HeardLog log = new HeardLog()) {
            wrong.forEach((url, remedy) -> {
                for (Access access : Access.values()) {
                    assertThatThrownBy(() -> new RedisBackendProvider(Map.of()).open(Locator.parse(url), access))
                            .as(remedy)
                            .isInstanceOfSatisfying(
                                    UnavailableException.class,
                                    refused -> assertThat(refused.code())
                                            .isEqualTo(StoreException.Code.STORE_CONNECTION_FAILED))
                            .hasMessageContaining(remedy)
                            .hasMessageNotContaining("s3same");
                }
            });
            assertThat(log.lines()).isEmpty();
        }
        // A password that nobody asks for does no harm.
        try (Backend backend = RedisBackend.builder()
                .url(TestRedis.url().replace("//", "//:s3same@"))
                .namespace("open")
                .open()) {
            backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1)));
            assertThat(Rows.text(backend, Key.ofKey("session", "1"))).contains("{\"n\":1}");
        }
        for (String port : List.of("0", "65536", "99999")) {
            assertThatThrownBy(() -> new RedisBackendProvider(Map.of())
                            .open(Locator.parse("redis://127.0.0.1:" + port), Access.READ_WRITE))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("65535");
        }
    }

    @Test
    void sessionsAreListedWithoutAWalkOnceTheyAreKnown() {
        SessionName ours = SessionName.of("ours");
        SessionName late = SessionName.of("late");
        Set<Family> credentials = EnumSet.of(Family.CREDENTIALS);
        try (Backend backend = TestRedis.builder("many").open();
                RedisClient client = TestRedis.client()) {
            backend.commit(ours, Batch.of(Row.of(Key.CREDENTIALS, Bytes.utf8("{}"))));
            backend.commit(SessionName.of("contacts"), Batch.of(Rows.of(Family.CONTACT, "", "1", 0)));
            client.set("many/theirs:auth:creds", "{}");
            assertThat(names(backend, credentials, 1)).containsExactly("ours", "theirs");

            long walks = walks(client);
            backend.commit(late, Batch.of(Row.of(Key.CREDENTIALS, Bytes.utf8("{}"))));
            client.set("many:auth:creds", "{}");
            client.set("many/new:auth:creds", "{}");
            for (int limit : new int[] {1, 2, 100}) {
                assertThat(names(backend, credentials, limit)).containsExactly("default", "late", "ours", "theirs");
            }
            try (Backend reader =
                    TestRedis.builder("many").access(Access.READ_ONLY).open()) {
                assertThat(names(reader, credentials, 3)).containsExactly("default", "late", "ours", "theirs");
                assertThat(names(reader, EnumSet.of(Family.CONTACT), 3)).containsExactly("contacts");
            }
            assertThat(walks(client)).isEqualTo(walks);

            backend.erase(late, EnumSet.complementOf(EnumSet.of(Family.LEASE)), List.of());
            assertThat(names(backend, credentials, 3)).containsExactly("default", "ours", "theirs");
            assertThat(client.zrange("many:pawl:sessions", 0, -1)).doesNotContain("late");
            Locator walking = Locator.parse(TestRedis.url() + "?namespace=many&sessions=walk");
            try (Backend reader = new RedisBackendProvider().open(walking, Access.READ_ONLY)) {
                assertThat(names(reader, credentials, 2)).containsExactly("default", "new", "ours", "theirs");
            }
        }
    }

    private static List<String> names(Backend backend, Set<Family> families, int limit) {
        List<String> names = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Page<SessionName, String> page = backend.sessions(families, after, limit);
            page.items().forEach(session -> names.add(session.name()));
            after = page.next();
        } while (after.isPresent());
        return names;
    }

    private static long walks(RedisClient client) {
        Matcher calls = Pattern.compile("cmdstat_scan:calls=(\\d+)").matcher(client.info("commandstats"));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
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
