package dev.pawl.redis;

import dev.pawl.tck.MessageStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of the message store on Redis. */
final class RedisMessageStoreTest extends MessageStoreTck {

    @Override
    protected Subject subject(Path directory) {
        return TestRedis.subject(directory);
    }

    @AfterEach
    void clear() {
        TestRedis.clear();
    }
}
