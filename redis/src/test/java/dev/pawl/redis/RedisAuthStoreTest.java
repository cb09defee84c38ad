package dev.pawl.redis;

import dev.pawl.tck.AuthStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of the auth store on Redis. */
final class RedisAuthStoreTest extends AuthStoreTck {

    @Override
    protected Subject subject(Path directory) {
        return TestRedis.subject(directory);
    }

    @AfterEach
    void clear() {
        TestRedis.clear();
    }
}
