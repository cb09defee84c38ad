package dev.pawl.redis;

import dev.pawl.tck.MessageModelTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** Random histories on Redis. */
final class RedisMessageModelSoakTest extends MessageModelTck {

    @Override
    protected Subject subject(Path directory) {
        return TestRedis.subject(directory);
    }

    @Override
    protected int histories() {
        return 100;
    }

    @AfterEach
    void clear() {
        TestRedis.clear();
    }
}
