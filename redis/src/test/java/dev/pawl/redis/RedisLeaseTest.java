package dev.pawl.redis;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.tck.LeaseTck;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of ownership on Redis. */
final class RedisLeaseTest extends LeaseTck {

    @Override
    protected Backend open(Path place) {
        return TestRedis.open(place, Access.READ_WRITE);
    }

    @AfterEach
    void clear() {
        TestRedis.clear();
    }
}
