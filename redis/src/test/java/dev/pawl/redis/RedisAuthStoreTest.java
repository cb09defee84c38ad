package dev.pawl.redis;

import dev.pawl.tck.AuthStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;

/** The contract of the auth store on Redis. */
final class RedisAuthStoreTest extends AuthStoreTck {

    @Override
    protected Subject subject(Path directory) {
        return TestRedis.subject(directory);
    }
}
