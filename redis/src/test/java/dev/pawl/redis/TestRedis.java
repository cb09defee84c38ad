package dev.pawl.redis;

import dev.pawl.backend.Access;
import dev.pawl.tck.Subject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;

/**
 * The server that most tests of this module share: the one at {@code PAWL_TEST_REDIS_URL}, else one of our own. Its
 * database is emptied after each test.
 */
final class TestRedis {

    private static final Optional<String> GIVEN = Optional.ofNullable(System.getenv("PAWL_TEST_REDIS_URL"));

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TestRedis() {}

    /** Started when it is first needed. */
    private static final class Own {
        private static final LocalRedis SERVER = LocalRedis.start();
    }

    static String url() {
        return GIVEN.orElseGet(() -> Own.SERVER.url());
    }

    static RedisBackend.Builder builder(String namespace) {
        return RedisBackend.builder().url(url()).namespace(namespace);
    }

    /** A namespace that is called like a directory of a test. The soak profile has one that is not slow. */
    static Subject subject(Path directory) {
        return Subject.stored(access -> open(directory, access)).slow();
    }

    static RedisBackend open(Path directory, Access access) {
        return builder(directory.toString()).access(access).open();
    }

    /** A client for looking at what is there. */
    static RedisClient client() {
        return client(url());
    }

    /** The same for another server: one that a busy machine keeps waiting is waited for. */
    static RedisClient client(String url) {
        return (RedisClient) Clients.open(RedisUrl.parse(url), new ClientSettings(10, PATIENCE, PATIENCE));
    }

    /** A single connection, likewise. */
    static Jedis connection(String url) {
        return new Jedis(URI.create(url), (int) PATIENCE.toMillis());
    }

    /** Throws everything away. */
    static void clear() {
        try (RedisClient client = client()) {
            client.flushDB();
        }
    }
}
