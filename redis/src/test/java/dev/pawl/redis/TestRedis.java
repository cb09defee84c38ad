package dev.pawl.redis;

import dev.pawl.backend.Access;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import java.util.Optional;
import redis.clients.jedis.RedisClient;

/**
 * The server that most tests of this module share: the one at {@code PAWL_TEST_REDIS_URL}, else one of our own. A test has
 * namespaces of its own.
 */
final class TestRedis {

    private static final Optional<String> GIVEN = Optional.ofNullable(System.getenv("PAWL_TEST_REDIS_URL"));

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

    /** A namespace that is called like a directory of a test. */
    static Subject subject(Path directory) {
        return Subject.stored(access -> open(directory, access));
    }

    static RedisBackend open(Path directory, Access access) {
        return builder(directory.toString()).access(access).open();
    }

    /** A client for looking at what is there. */
    static RedisClient client() {
        return RedisClient.create(url());
    }

    /** Throws everything away, where the server is our own. */
    static void clear() {
        if (GIVEN.isEmpty()) {
            try (RedisClient client = client()) {
                client.flushAll();
            }
        }
    }
}
