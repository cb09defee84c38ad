package dev.pawl.redis;

import dev.pawl.tck.MessageStoreReadingTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of what a history reads, on Redis. */
final class RedisMessageReadingTest extends MessageStoreReadingTck {

    @Override
    protected Subject subject(Path directory) {
        return TestRedis.subject(directory);
    }

    @AfterEach
    void clear() {
        TestRedis.clear();
    }
}
