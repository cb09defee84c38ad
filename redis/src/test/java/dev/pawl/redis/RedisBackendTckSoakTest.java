package dev.pawl.redis;

import dev.pawl.tck.BackendTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of a backend on Redis with all sizes of pages and all rounds, of which the gate takes fewer. */
final class RedisBackendTckSoakTest extends BackendTck {

    @Override
    protected Subject subject(Path directory) {
        return Subject.stored(access -> TestRedis.open(directory, access));
    }

    @AfterEach
    void clear() {
        TestRedis.clear();
    }
}
