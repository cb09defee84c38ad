package dev.pawl.redis;

import dev.pawl.tck.MessageStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of the message store on Redis, with all examples in all ways, of which the gate takes fewer. */
final class RedisMessageStoreSoakTest extends MessageStoreTck {

    @Override
    protected Subject subject(Path directory) {
        return Subject.stored(access -> TestRedis.open(directory, access));
    }

    @AfterEach
    void clear() {
        TestRedis.clear();
    }
}
