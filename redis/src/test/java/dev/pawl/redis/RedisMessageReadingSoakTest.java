package dev.pawl.redis;

import dev.pawl.tck.MessageStoreReadingTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of what a history reads, on Redis, with all sizes of pages, of which the gate takes fewer. */
final class RedisMessageReadingSoakTest extends MessageStoreReadingTck {

    @Override
    protected Subject subject(Path directory) {
        return Subject.stored(access -> TestRedis.open(directory, access));
    }

    @AfterEach
    void clear() {
        TestRedis.clear();
    }
}
