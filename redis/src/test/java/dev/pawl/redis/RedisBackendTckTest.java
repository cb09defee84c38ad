package dev.pawl.redis;

import dev.pawl.tck.BackendTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of a backend on Redis. */
final class RedisBackendTckTest extends BackendTck {

    @Override
    protected Subject subject(Path directory) {
        return TestRedis.subject(directory);
    }

    @AfterEach
    void clear() {
        TestRedis.clear();
    }
}
