package dev.pawl.redis;

import dev.pawl.tck.AuthStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of the auth store on Redis with all its rounds, of which the gate takes fewer. */
final class RedisAuthStoreSoakTest extends AuthStoreTck {

    @Override
    protected Subject subject(Path directory) {
        return Subject.stored(access -> TestRedis.open(directory, access));
    }

    @AfterEach
    void clear() {
        TestRedis.clear();
    }
}
